"""What the checks of this exercise read: the page /metrics as series, and how a page is asked for."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from checker import expect

# The series of one metric: labels and value of each.
Series = list[tuple[dict[str, str], float]]
COUNTED, TIMED = "http_requests_total", "http_request_duration_seconds"
CLASSES, SCORES = "model_predictions_total", "model_prediction_score"
MISSING = "Has it the name of the brief's table, and is it made in the registry that exposition() writes?"
# For which requests a line raises that others pass.
RAISING = "Which requests reach this line, and what is there for some of them and not for all?"
OWN = "metrics.py"
# The folder of several processes, and the question to whom the page is lost where there is one process.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
ALONE = "Without this variable there is one process. What does exposition() return then, and how does it find out?"
BROKEN, SLOW, SLOW_AND_BROKEN = 666, 777, 778
# Far above what a request costs besides, far below a thousandth of it taken for milliseconds.
HELD = 0.06
STUB = """import time

SCORES = {scores!r}


def score(user_id, movie_id):
    if movie_id in {slow}:
        time.sleep({held})
    if movie_id in {broken}:
        raise RuntimeError("no features for this movie")
    return SCORES[(user_id + movie_id) % len(SCORES)]
"""
# An answer whose body is slow; it is laid behind the given app.
EXPORT = "/export"
SLOW_BODY = """

import asyncio


class InParts(Response):
    async def __call__(self, scope, receive, send):
        await send({{"type": "http.response.start", "status": 200, "headers": []}})
        await send({{"type": "http.response.body", "body": b"first ", "more_body": True}})
        await asyncio.sleep({held})
        await send({{"type": "http.response.body", "body": b"last"}})


@app.get("{path}")
async def export():
    return InParts()
"""


@dataclass
class Page:
    """/metrics, read as Prometheus reads it."""

    kinds: dict[str, str] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)

    def kind(self, name: str) -> str:
        """counter, histogram, gauge …; empty when there is no such metric."""
        return self.kinds.get(name.removesuffix("_total"), self.kinds.get(name, ""))

    def of(self, name: str) -> Series:
        return self.series.get(name, [])

    def total(self, name: str, **labels: str) -> float:
        """The sum over all series whose labels include these."""
        return sum(value for found, value in self.of(name) if labels.items() <= found.items())

    def bounds(self, name: str) -> list[float]:
        return sorted({float(labels.get("le", "nan")) for labels, _ in self.of(f"{name}_bucket")})


def page(app, *, tried="asked for /metrics") -> Page:
    """Ask an app, or a server of it, for its page; a finding when it is none."""
    reply = app.http("GET", "/metrics")
    error = getattr(reply, "error", None)
    expect(
        reply.status == 200,
        tried=tried,
        seen=f"status {reply.status}{f': {error}' if error else ''}",
        expected="status 200 and the text that Prometheus reads",
        where="metrics.py, exposition",
        next=ALONE if FOLDER in str(error) else "What does exposition() return, and what does the log say?",
    )
    read = Page()
    try:
        for family in text_string_to_metric_families(reply.body.decode("utf-8")):
            read.kinds[family.name] = family.type
            for sample in family.samples:
                read.series.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    except (ValueError, KeyError, IndexError) as fault:
        expect(
            False,
            tried=tried,
            seen=f"a page that cannot be read: {fault!s:.100}",
            expected="the text that Prometheus reads",
            where="metrics.py, exposition",
            next="Which function of the library writes the page?",
        )
    return read


def lay_stub(submission, scores=(0.25, 0.75)) -> None:
    """Put a model in place whose scores the check knows."""
    slow, broken = (SLOW, SLOW_AND_BROKEN), (BROKEN, SLOW_AND_BROKEN)
    text = STUB.format(scores=list(scores), broken=broken, slow=slow, held=HELD)
    submission.replace("stub_model.py", text)


def lay_threshold(submission, threshold: float) -> None:
    """Let the app put the boundary between its classes elsewhere."""
    submission.replace("app.py", re.sub(r"THRESHOLD = \S+", f"THRESHOLD = {threshold}", submission.text("app.py")))


def lay_export(submission) -> None:
    """Give the app one more route, whose answer begins long before it ends."""
    submission.replace("app.py", submission.text("app.py") + SLOW_BODY.format(path=EXPORT, held=HELD))


def body(draw: random.Random, **changes) -> dict[str, int]:
    return {"user_id": draw.randint(1, 900), "movie_id": draw.randint(1, 600)} | changes


def sends(app, draw, count: int, **changes) -> list[Any]:
    """Send this many predictions; the replies."""
    return [app.http("POST", "/predict", json=body(draw, **changes)) for _ in range(count)]


def strangers(draw: random.Random, movies: list[int]) -> list[tuple[str, str]]:
    """15 requests for addresses without a route, by 7 methods, of which one is made up. Some begin as a route does."""
    paths = [f"/wp-{draw.randrange(10**6)}.php" for _ in range(12)] + [f"/movies/{one}/x" for one in movies[:3]]
    methods = ["POST", "PUT", "DELETE", "PATCH", "PURGE", f"X{draw.randrange(10**4)}"]
    return list(zip([*["GET"] * 3, *methods, *methods], paths, strict=True))


def odd_one(found: Series, asked: Collection[str]) -> dict[str, str]:
    """The labels of a series whose route was taken from what was asked; of the last series when there is none."""
    taken = (labels for labels, _ in found if labels.get("route") in asked)
    return next(taken, found[-1][0] if found else {})


def which_value(route: str, methods: Collection[str]) -> str:
    """The question that fits to a label with too many values."""
    if route.startswith("/movies"):
        return "Which value is the same for all 60 movies? The router knows it after it has matched."
    if route.startswith("/users"):
        return "Which value is the same for all 30 users? The router knows it after it has matched."
    if route in methods:
        return "Whoever asks chooses the method, or makes one up. Which value is the same for all unknown addresses?"
    return "Strangers can ask for any address. Which value is the same for all that the router does not know?"


def time_of(read: Page, route: str) -> float:
    """The time of a route; where it has another label, which is asked elsewhere, the time of all but predictions."""
    name = f"{TIMED}_sum"
    known = any(labels.get("route") == route for labels, _ in read.of(name))
    return read.total(name, route=route) if known else read.total(name) - read.total(name, route="/predict")


def raised_in(replies: Iterable[Any]) -> Any:
    """What the trainee's own lines raised for one of these requests; None when they raised nothing."""
    errors = (reply.error for reply in replies if reply.error)
    return next((error for error in errors if error.where.startswith(OWN)), None)


def expect_counted(ok: bool, raised: Any, **finding: str) -> None:
    """Expect that a number is right; where one is wrong, an exception of metrics.py is the nearer fault."""
    if raised is not None:
        seen = f"{finding['seen']}; your lines raise {raised.type}: {raised.message}"
        finding |= {"seen": seen, "where": raised.where, "next": RAISING}
    expect(ok, **finding)


def shown(labels: dict[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
