"""The rows "peer: …": server CPU per answer of each peer over that of the sample service, all up at once, in turn."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from course.benchmarks.endpoints import CONNECTIONS, OURS, Traffic, asked, in_turn
from course.benchmarks.peers.catalogue import PEERS, Peer
from course.benchmarks.peers.environments import ensure
from course.benchmarks.product import BARE, movie_service
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.benchmarks.servers import Server, free_port, serving, surroundings
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 4, 2
# A fraction of a second to a second for each.
ASKED = 400

Refused = Callable[[str], None]


def measure(places: Places, step: Step, names: list[str], refused: Refused, *, quick: bool) -> list[Measured]:
    """The rows among `names`; a peer that does not install or start here is told to `refused`, and has no row."""
    traffic = Traffic.of(places.build / "data").single
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(movie_service(places, traffic[0], name="peers"))
        subjects = {"ours": asked(ours.server, "/predict", traffic, OURS)}
        fast = stack.enter_context(
            movie_service(places, traffic[0], name="peers fast", settings={**BARE, "FAST_ROUTE": "on"})
        )
        subjects["fast"] = asked(fast.server, "/predict", traffic, OURS)
        for peer in PEERS:
            if peer.row not in names:
                continue
            bodies = peer.bodies(traffic)
            try:
                server = stack.enter_context(_served(peer, places, step, bodies[0]))
            except BenchTrouble as trouble:
                refused(str(trouble))
                continue
            subjects[peer.row] = asked(server, peer.path, bodies, ASKED)
        found = in_turn(subjects, rounds, step)
    return [_row(peer, found, rounds) for peer in PEERS if peer.row in found]


def _row(peer: Peer, found: dict[str, tuple[float, ...]], rounds: int) -> Measured:
    ours = Line("movie_service, POST /predict", found["ours"], "µs CPU")
    theirs = Line(f"{peer.package.requirement}, POST {peer.path}", found[peer.row], "µs CPU")
    # For information: the ratio is made with the default.
    fast = Line("movie_service, FAST_ROUTE=on", found["fast"], "µs CPU")
    method = (
        f"CPU({peer.package.requirement}) / CPU(/predict with log and metrics), {CONNECTIONS} connections, medians of "
        f"{rounds} rounds in turn, server CPU (user and system) per answer, rotating bodies, one worker each"
    )
    return Measured(peer.row, theirs.median / ours.median, method, (theirs, ours, fast))


@contextlib.contextmanager
def _served(peer: Peer, places: Places, step: Step, body: str) -> Iterator[Server]:
    """The peer, once it has answered."""
    python, port = ensure(peer.package, places, step), free_port()
    name, folder = peer.row.replace(": ", " "), places.build / "bench" / f"{peer.package.name.lower()}-files"
    shutil.rmtree(folder, ignore_errors=True)
    more = {"PYTHONPATH": str(places.root), "PEER_BUNDLE": str(places.build / "model"), **peer.env}
    # mlflow starts a program by its name alone.
    env = surroundings(places, **more)
    env["PATH"] = f"{python.parent}:{env.get('PATH', '')}"
    step.doing(f"starting {peer.package.requirement}")
    words = peer.prepare(python, port, folder)
    if words is not None:
        _prepare(peer, words, places.root, env)
    with serving(name, peer.start(python, port, folder), port, env=env, places=places) as server:
        server.answered(peer.path, body)
        yield server


def _prepare(peer: Peer, words: list[str | Path], root: Path, env: dict[str, str]) -> None:
    done = subprocess.run(list(map(str, words)), cwd=root, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise BenchTrouble(f"{peer.package.requirement} could not make what it serves: {last}")
