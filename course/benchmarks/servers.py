"""Start the servers that are measured, ask them with the load generator, end them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from course.benchmarks.cpu import tree, tree_seconds
from course.benchmarks.load import HOST, Load, Outcome
from course.benchmarks.report import BenchTrouble
from course.start.places import Places

PATIENCE = 90.0
POLL = 0.02


@dataclass(frozen=True)
class Server:
    """A running server; its CPU is read from outside."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def cpu(self) -> float:
        return tree_seconds(self.process.pid)

    def load(self, load: Load, *, status: int = 200) -> tuple[Outcome, float]:
        """Send the load; what the generator counted and the server's CPU per answer in microseconds."""
        before = self.cpu()
        outcome = generate(load)
        spent = self.cpu() - before
        if outcome.statuses != {str(status): load.count}:
            raise BenchTrouble(
                f"{self.name}: {load.count} answers with status {status} were expected at {load.path}, "
                f"but {outcome.statuses} came. Read {self.log}."
            )
        return outcome, spent / load.count * 1e6

    def answered(
        self,
        path: str,
        body: str,
        *,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
        status: int = 200,
    ) -> None:
        """Ask until the first 200; how long the server takes for it is the caller's to read from its CPU."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise BenchTrouble(f"{self.name} ended with code {self.process.returncode}. Read {self.log}.")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if _post(self.port, path, body, headers or {}) == status:
                    return
            time.sleep(POLL)
        raise BenchTrouble(f"{self.name} gave no answer with status {status} in {patience:.0f} s. Read {self.log}.")


@contextlib.contextmanager
def serving(
    name: str, argv: Sequence[str | Path], port: int, *, env: Mapping[str, str], places: Places
) -> Iterator[Server]:
    """The server in a process group of its own; it is ended with all that it started, in whatever sessions."""
    log = places.build / "bench" / f"{name.replace(' ', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(map(str, argv)), stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=places.root, env=dict(env),
            start_new_session=True,
        )  # fmt: skip
    try:
        yield Server(name, process, port, log)
    finally:
        # BentoML starts its workers in sessions of their own.
        below = tree(process.pid)[1:]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def generate(load: Load) -> Outcome:
    """Run the load generator in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "course.benchmarks.load"],
        input=json.dumps(asdict(load)), capture_output=True, text=True, check=False, timeout=load.seconds + 30,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BenchTrouble(f"The load generator stopped: {said[-1] if said else done.returncode}")
    return Outcome(**json.loads(done.stdout))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def surroundings(places: Places, **more: str) -> dict[str, str]:
    """For a measured process: nothing of the caller's shell that changes how it starts or what it serves."""
    kept = {
        name: value
        for name, value in places.surroundings().items()
        # A Python that may not write bytecode compiles every module again at every start.
        if not name.startswith("MOVIE_SERVICE_") and name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
    }
    return {**kept, **more}


def uvicorn(python: Path, app: str, port: int) -> list[str | Path]:
    """The same uvicorn for every app that is not started by its own command; `app` is a module of this package."""
    loop = ["--loop", "uvloop", "--http", "httptools", "--ws", "none"]
    where = ["--host", HOST, "--port", str(port)]
    return [python, "-m", "uvicorn", f"course.benchmarks.{app}:app", *where, *loop]


def _post(port: int, path: str, body: str, headers: Mapping[str, str]) -> int:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        return connection.getresponse().status
    finally:
        connection.close()
