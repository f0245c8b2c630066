"""Whether a query says how full the pods are: it rises while requests pile up in them, and for no other reason."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from checker import expect, sibling
from checker.promql import Database

watch = sibling(__file__, "watch")
# Scrapes: a calm beginning, a minute with every pod full, calm again, and a pod more.
CALM, FULL, STARTED = 12, 4, 3
# As many as come between two scrapes of a calm minute, so that traffic says nothing of it.
HELD_EACH = watch.EACH
RISE = 1.25
# A pod more may raise a gauge by this part of what the crowd does.
STILL = 0.1
EXPECTED = "how full the service is, by a metric of its own: such as requests in progress, or CPU"


def judged(submission: Any, night: Any, query: str) -> tuple[str, str, str]:
    """What is wrong, what is expected, and a question; the first is empty when nothing is."""
    calm, full = _fill(submission, night, query)
    pods = len(night.servers)
    held = HELD_EACH * pods
    told = f"{calm:.4g} in a calm minute, {full:.4g} with {held} requests in the pods at the same time"
    if full <= max(RISE * calm, calm):
        return told, EXPECTED, "Which metric of /metrics is higher while answers are missing, and has a limit?"
    later, started = _start(submission, night, query)
    if later > (calm + full) / 2:
        told = f"{full:.4g} with {held} requests in the pods, {later:.4g} when all were answered"
        return told, "a number that falls when the pods have less to do", "Is it a total, or what is there now?"
    # What is computed over a range moves a little by itself; what a gauge says at a moment does not.
    gauge = not watch.longest_window(query)
    if started - later > (full - calm) * (STILL if gauge else 0.5):
        told = f"{later:.4g} with {pods} pods, {started:.4g} when one more had started"
        question = "What does an idle pod add? Who is in it at the moment in which /metrics is read?"
        return told, "a number that does not rise because there is room for more", question
    return "", EXPECTED, ""


def _fill(submission: Any, night: Any, query: str) -> tuple[float, float]:
    """The query in a calm minute, and the most while the pods are full."""
    night.database = Database()
    calm = _calm(submission, night, query, 0, CALM)
    held = HELD_EACH * len(night.servers)
    with ThreadPoolExecutor(held) as threads:
        try:
            asked = [threads.submit(_hold, server, submission) for server in night.servers for _ in range(HELD_EACH)]
            inside = night.gate.wait_entered(timeout=60, count=held)
            expect(
                inside,
                tried=f"sent {held} requests to {len(night.servers)} pods at the same time",
                seen=f"{night.gate.entered()} reached the model, the others waited before it",
                expected="requests that do not wait for each other",
                where="metrics.py, Middleware",
                next="What does your middleware do between two requests that come at the same time?",
            )
            most = [_seen(night, query, CALM + number) for number in range(FULL)]
        finally:
            night.gate.open()
    for one in asked:
        one.result()
    # What is only known of a request when it ends is known now.
    most.append(_seen(night, query, CALM + FULL))
    return calm, max(most)


def _start(submission: Any, night: Any, query: str) -> tuple[float, float]:
    """The query in a calm minute again, and the most after an idle pod was added."""
    night.database = Database()
    later = _calm(submission, night, query, 0, CALM)
    pods = len(night.servers)
    night.servers.append(submission.serve())
    started = [_calm(submission, night, query, CALM + number, 1, pods=pods) for number in range(STARTED)]
    return later, max(started)


def _calm(submission: Any, night: Any, query: str, first: int, scrapes: int, *, pods: int | None = None) -> float:
    """Usual traffic, one request after the other; the query at its end."""
    value = 0.0
    for number in range(first, first + scrapes):
        for server in night.servers[:pods]:
            for _ in range(watch.EACH):
                server.http("POST", "/predict", json=watch.body(submission.random, 1))
        value = _seen(night, query, number)
    return value


def _hold(server: Any, submission: Any) -> int:
    body = watch.body(submission.random, 1) | {"user_id": watch.HELD}
    return int(server.http("POST", "/predict", json=body, timeout=120).status)


def _seen(night: Any, query: str, tick: int) -> float:
    for number, server in enumerate(night.servers):
        watch.scrape(server, night.database, f"pod-{number}", tick * watch.STEP)
    value = watch.value(night, query, tick * watch.STEP, key="saturation")
    # No result, or 0 divided by 0, is nothing seen.
    return 0.0 if value is None or math.isnan(value) else float(value)
