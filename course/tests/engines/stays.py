"""Run inside namespaces of a test's own: brings engines up, ends something by force, takes all down, and compares.

It is the first process there. What it prints is what was left behind, one line each.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from course.engines import traces

ROOT = Path(__file__).parents[3]
STATE = Path("/run/course-engines")
Snapshot = dict[str, list[str]]


def snapshot() -> Snapshot:
    """Everything that an engine could leave: what `make infra` may change and `make infra-down` must put back."""
    return {
        "processes": processes(),
        "ports": ports(),
        "links": traces.links(),
        "rules": [rule for tool in traces.TABLES for rule in traces.rules(tool)],
        "sysctls": [f"{name}={value}" for name, value in traces.sysctls().items()],
        "mounts": sorted(Path("/proc/self/mounts").read_text().splitlines()),
        "groups": [name for name in traces.groups() if "course-node" in name],
        "run": sorted(str(path) for path in Path("/run").rglob("*") if path not in (STATE, STATE / "lock")),
    }


def processes() -> list[str]:
    reap()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
        if words and int(path.name) != os.getpid():
            found.append(words)
    return sorted(found)


def ports() -> list[str]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sorted(line.split()[1] for line in lines if line.split()[3] == "0A")


def reap() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def up(engine: str) -> subprocess.Popen[bytes]:
    """What `up` does once everything is installed: nothing can be installed here, without a network."""
    code = f"from course.engines.table_of_engines import ENGINES; ENGINES[{engine!r}]._start(lambda line: None)"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)


def down() -> None:
    subprocess.run(
        [sys.executable, "-m", "course.engines", "down"], cwd=ROOT, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def kill_tool(engine: str, draw: random.Random) -> None:
    """End the tool itself while it brings the engine up."""
    tool = up(engine)
    time.sleep(draw.uniform(0.1, 3.0))
    os.kill(tool.pid, signal.SIGKILL)
    tool.wait()


def kill_engine(engine: str, draw: random.Random) -> None:
    """End the engine once it is up."""
    assert up(engine).wait() == 0, f"{engine} did not come up"
    time.sleep(draw.uniform(0.0, 1.0))
    os.kill(int((STATE / engine / "pid").read_text().split()[0]), signal.SIGKILL)


def kill_nothing(engine: str, draw: random.Random) -> None:
    assert up(engine).wait() == 0, f"{engine} did not come up"


KINDS: dict[str, Callable[[str, random.Random], None]] = {
    "nothing": kill_nothing, "engine": kill_engine, "tool": kill_tool,
}  # fmt: skip


def main() -> None:
    engine, kind, seed = sys.argv[1:4]
    before = snapshot()
    KINDS[kind](engine, random.Random(seed))
    down()
    ends = time.monotonic() + 30
    while (after := snapshot()) != before and time.monotonic() < ends:
        time.sleep(0.2)
    for name in before:
        for line in sorted(set(after[name]) ^ set(before[name])):
            print(f"{name}: {'left' if line in after[name] else 'gone'} {line}")


if __name__ == "__main__":
    main()
