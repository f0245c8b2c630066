"""The row "import": CPU from nothing to the first answer, the serving minimum against the naive environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from course.benchmarks import naive_model, serve_env
from course.benchmarks.endpoints import Traffic, in_turn
from course.benchmarks.report import Line, Measured
from course.benchmarks.servers import free_port, serving, surroundings, uvicorn
from course.start.console import Step
from course.start.places import Places

ROUNDS, QUICK_ROUNDS = 9, 4


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    python = serve_env.ensure(places, step)
    body = Traffic.of(places.build / "data").single[0]
    model = places.root / naive_model.OUT
    if not model.exists():
        step.doing("training the naive endpoint's model")
        naive_model.train(places.build / "data", places.build / "model", model)
    rounds = QUICK_ROUNDS if quick else ROUNDS
    found = in_turn({"ours": _ours(places, python, body), "naive": _naive(places, body)}, rounds, step)
    ours = Line("movie_service, serve.txt alone", found["ours"], "s CPU")
    naive = Line("naive endpoint, whole environment", found["naive"], "s CPU")
    method = (
        "CPU of the server process until its first 200, naive endpoint with pandas, scikit-learn and boto3 imported / "
        f"movie_service in an environment of serve.txt; bytecode written in both, medians of {rounds} rounds in turn"
    )
    return Measured("import", naive.median / ours.median, method, (naive, ours))


def _ours(places: Places, python: Path, body: str) -> Callable[[], float]:
    def ask() -> float:
        port = free_port()
        env = surroundings(
            places,
            PYTHONPATH=str(places.root / "course" / "service" / "src"),
            MOVIE_SERVICE_PORT=str(port),
            MOVIE_SERVICE_MODEL_DIR=str(places.build / "model"),
        )
        with serving("first answer", [python, "-m", "movie_service"], port, env=env, places=places) as server:
            server.answered("/predict", body)
            return server.cpu()

    return ask


def _naive(places: Places, body: str) -> Callable[[], float]:
    def ask() -> float:
        port = free_port()
        env = surroundings(places, NAIVE_MODEL=str(places.root / naive_model.OUT))
        argv = uvicorn(places.python, "naive_app", port)
        with serving("first naive answer", argv, port, env=env, places=places) as server:
            server.answered("/predict", body)
            return server.cpu()

    return ask
