"""Whether a query says how long requests take: in seconds, those of all pods together, and lately."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter
from typing import Any

from checker import sibling
from checker.promql import Database

watch = sibling(__file__, "watch")
# So many requests at the same time at each pod, each as slow as is known.
TOGETHER = 6
# Of 111 requests one is slow, and it comes from a pod that answers nothing else: less than a p99 looks at.
QUICK = 110
# What one slow request in so many may do to the query, as a part of what slow requests alone do to it.
MOVES = 0.2
# Where a busy machine makes the quick ones slower than this, they are asked again, and then nobody is blamed.
CALM, TRIES = 0.02, 5
Told = tuple[str, str, str]


def judged(submission: Any, night: Any, query: str, usual: float) -> Told:
    """What is wrong, what is expected, and a question; the first is empty when nothing is."""
    slow, longest = _phase(night, query, lambda: _all_slow(submission, night))
    found = _of_known(slow, longest)
    return found if found[0] else _of_one_pod(submission, night, query, usual, slow or 0.0)


def _of_known(slow: float | None, longest: float) -> Told:
    """The query after requests whose time is known. Buckets are coarse: a tenth and ten times are the same to them."""
    least, most = watch.SLOW_SECONDS / 10, 10 * longest
    told = f"{watch.shown(slow)} when each prediction took {watch.SLOW_SECONDS} s"
    expected = f"about {watch.SLOW_SECONDS}: a percentile of the last minutes, in seconds"
    if slow is None:
        return told, expected, "Which requests does it leave out?"
    if least <= slow <= most:
        return "", expected, ""
    other = any(least <= factor * slow <= most for factor in (1e-3, 1e3))
    question = "Which unit has this number?" if other else "Over which time does it look: minutes, or since the start?"
    return told, expected, question


def _of_one_pod(submission: Any, night: Any, query: str, usual: float, slow: float) -> Told:
    """The query when one pod is slow, and answers nearly nothing."""
    most = usual + MOVES * (slow - usual)
    expected = f"at most {most:.3g}: of all requests together hardly one is slow"
    for _ in range(TRIES):
        mixed, longest = _phase(night, query, lambda: _one_slow_pod(submission, night))
        if mixed is not None and mixed <= most:
            break
        if longest < CALM:
            took = f"{QUICK} requests quickly, and the other pod a single one, in {watch.SLOW_SECONDS} s"
            told = f"{watch.shown(mixed)} when one pod answered {took}"
            return told, expected, "How much does a pod with a single request weigh in this number?"
    return "", expected, ""


def _phase(night: Any, query: str, ask: Callable[[], float]) -> tuple[float | None, float]:
    """The query over a stretch of its own, whatever its window, and what `ask` measured of the requests in it."""
    phase = replace(night, database=Database())
    for tick in range(2):
        _scrape(phase, tick)
    measured = ask()
    _scrape(phase, 2)
    return watch.value(phase, query, 2 * watch.STEP, key="latency"), measured


def _scrape(phase: Any, tick: int) -> None:
    for number, server in enumerate(phase.servers):
        watch.scrape(server, phase.database, f"pod-{number}", tick * watch.STEP)


def _all_slow(submission: Any, night: Any) -> float:
    servers = [server for server in night.servers for _ in range(TOGETHER)]
    bodies = [_body(submission, slow=True) for _ in servers]
    with ThreadPoolExecutor(len(servers)) as threads:
        return max(threads.map(_took, servers, bodies))


def _one_slow_pod(submission: Any, night: Any) -> float:
    quick, other = night.servers[:2]
    with ThreadPoolExecutor(1) as thread:
        one = thread.submit(_took, other, _body(submission, slow=True))
        longest = max(_took(quick, _body(submission, slow=False)) for _ in range(QUICK))
        one.result()
    return longest


def _body(submission: Any, *, slow: bool) -> dict[str, Any]:
    asked: dict[str, Any] = watch.body(submission.random, 1)
    return asked | {"user_id": watch.SLOW} if slow else asked


def _took(server: Any, body: dict[str, Any]) -> float:
    """Seconds until the answer, by the clock of who asked."""
    began = perf_counter()
    server.http("POST", "/predict", json=body, timeout=120)
    return perf_counter() - began
