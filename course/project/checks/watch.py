"""The trainee's service under traffic, scraped on a time axis of the check's own: nothing waits for a clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from checker import expect
from checker.errors import CouldNotCheck, Finding
from checker.promql import (
    CannotFollow,
    Database,
    Evaluator,
    QueryFailed,
    RulesRefused,
    labels_of,
    metric_names,
    read_groups,
    run,
)
from checker.promql.durations import milliseconds

STEP = 15_000
# Scrapes without the fault, then with it. Six minutes hold any window that engineers type, an alert waits longer.
SHORT, LONG = (24, 12), (28, 44)
EACH, PODS = 3, 2
# In a rush so many times as many ask the same.
RUSH = 3
# After the fault nobody asks for so many scrapes: 11 minutes, which is longer than any window of a query.
AFTER = 44
# Every other scrape sees a request for a movie that the model does not know: 404, and no fault of the service.
UNKNOWN = 999_998
# A request of this user is held in the model until the gate opens, and one of that user is slow there.
HELD, SLOW, SLOW_SECONDS = 4000, 4001, 0.3
# Whose features are broken: the prediction fails. In a control run one does so, every third scrape.
RARE, EACH_CONTROL, EVERY = 999_999, 8, 3
ONE_IN = PODS * EACH_CONTROL * EVERY
# What the check lays over the end of app.py: scores that it knows, and faults that a file switches on.
DISTURBED = """

from pathlib import Path as _Path
from time import sleep as _sleep, thread_time as _thread_time


def _predict(model, request):
    if request["user_id"] == {held}:
        # Busy for a while, as what fills a service is, then waiting.
        end = _thread_time() + 0.15
        while _thread_time() < end:
            pass
        block()
        return {{"prediction": 0.4, "prediction_class": 0}}
    if request["user_id"] == {slow}:
        _sleep({seconds})
    if request["movie_id"] == {unknown}:
        raise inference.UnknownMovie("no such movie")
    if request["movie_id"] == {rare} or _Path("failing").exists() and request["movie_id"] % 3 == 0:
        raise RuntimeError("no features for this movie")
    if _Path("moved").exists():
        return {{"prediction": 0.9, "prediction_class": 1}}
    score = (0.2, 0.4, 0.7)[request["movie_id"] % 3]
    return {{"prediction": score, "prediction_class": int(score >= 0.5)}}


inference.predict = _predict
inference.load = lambda folder: folder
"""
CANNOT = "{file} cannot be judged: {why} `python -m checker.promql --help` lists what is."
# No doctor finds that: nothing is wrong with the machine.
OTHERWISE = "write it with what that command lists, or hand it in: an instructor decides"


class NotComputed(CouldNotCheck):
    """Prometheus may take it; here it is not computed."""

    def __init__(self, file: str, key: str, why: CannotFollow) -> None:
        where = f"{file}, {key}"
        tried, expected = f"asked the monitoring your query `{key}`", "a query that is computed here"
        super().__init__(Finding(tried, CANNOT.format(file=where, why=why), expected, where, OTHERWISE))


@dataclass
class Night:
    """What the monitoring stored: healthy until `broken`, then with the fault until `end`; milliseconds."""

    database: Database = field(default_factory=Database)
    broken: int = 0
    end: int = 0
    pages: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    servers: list[Any] = field(default_factory=list)
    gate: Any = None
    # How long all requests took together, by the clock of who asked: no pod was busy for longer with them.
    waited: float = 0.0

    @property
    def rate(self) -> float:
        """Predictions a second."""
        return PODS * EACH / (STEP / 1000)


def observe(
    submission: Any,
    fault: str = "failing",
    scrapes: tuple[int, int] = SHORT,
    *,
    rush: int | None = None,
    control: bool = False,
) -> Night:
    """Two pods under traffic: healthy first, then with a fault.

    `failing`: a third of the predictions raises. `moved`: every score is high, and no request fails.
    From scrape `rush` on more people ask the same. In a `control` run one prediction in many fails before the fault.
    """
    app = (Path(__file__).parents[1] / "starter" / "app.py").read_text(encoding="utf-8")
    night, draw = Night(gate=submission.gate("crowd")), submission.random
    submission.replace("app.py", app + night.gate.code() + _disturbed())
    night.servers = [submission.serve() for _ in range(PODS)]
    for tick in range(sum(scrapes)):
        if tick == scrapes[0]:
            submission.replace(fault, "")
            night.broken = tick * STEP
        for number, server in enumerate(night.servers):
            began = perf_counter()
            calm = control and tick < scrapes[0]
            for place in range(EACH_CONTROL if calm else EACH * (RUSH if rush is not None and tick >= rush else 1)):
                # Each movie in turn, so that a third of the requests is a third in every scrape.
                asked = body(draw, place % 3)
                if calm and (number, place, tick % EVERY) == (0, 0, 1):
                    asked["movie_id"] = RARE
                night.statuses.append(server.http("POST", "/predict", json=asked).status)
            if tick % 2:
                server.http("POST", "/predict", json=body(draw, 0) | {"movie_id": UNKNOWN})
            night.pages.append(scrape(server, night.database, f"pod-{number}", tick * STEP))
            night.waited += perf_counter() - began
        night.end = tick * STEP
    return night


def _disturbed() -> str:
    return DISTURBED.format(held=HELD, unknown=UNKNOWN, slow=SLOW, seconds=SLOW_SECONDS, rare=RARE)


def go_quiet(night: Night) -> int:
    """Nobody asks any more, and the scrapes go on; the moment of the last one."""
    for number, server in enumerate(night.servers):
        for tick in range(1, AFTER + 1):
            scrape(server, night.database, f"pod-{number}", night.end + tick * STEP)
    return night.end + AFTER * STEP


def body(draw: Any, kind: int) -> dict[str, Any]:
    """A prediction to ask for; of kind 0 are those that fail in a fault."""
    return {
        "user_id": draw.randint(1, 900), "movie_id": 3 * draw.randint(1, 400) + kind, "age": 30, "gender": "F",
        "occupation": "artist",
    }  # fmt: skip


def scrape(server: Any, database: Database, instance: str, time: int) -> str:
    reply = server.http("GET", "/metrics")
    text = str(reply.body.decode("utf-8", errors="replace"))
    own = {"job": "movies", "instance": instance}
    try:
        database.add(labels_of(own, "up"), time, float(reply.status == 200))
        for family in text_string_to_metric_families(text if reply.status == 200 else ""):
            for sample in family.samples:
                database.add(labels_of({**sample.labels, **own}, sample.name), time, float(sample.value))
    except (ValueError, KeyError, IndexError) as fault:
        expect(
            False,
            tried="read /metrics as Prometheus does",
            seen=f"a page that cannot be read: {fault!s:.100}",
            expected="the text that Prometheus reads, each series once",
            where="metrics.py, exposition",
            next="Which function of the library writes the page, and of which registry?",
        )
    return text


def observed_seconds(night: Night, query: str) -> float:
    """All that the pods observed in the histograms of a query, as it stands in their sums."""
    names = {f"{name.removesuffix('_bucket')}_sum" for name in metric_names(query) if name.endswith("_bucket")}
    return sum(float(one.value) for name in names for one in Evaluator(night.database).query(name, night.end))


def shown(number: float | None) -> str:
    return "no result" if number is None else f"{number:.4g}"


def longest_window(query: str) -> int:
    """Seconds of the longest range of a query; 0 when it has none."""
    spans = (milliseconds(inside.strip()) or 0 for inside in re.findall(r"\[([^\]:]*)", query))
    return max(spans, default=0) // 1000


def metrics_of(night: Night) -> set[str]:
    """The names of the series on the service's own pages."""
    lines = [line for page in night.pages for line in page.splitlines() if line and not line.startswith("#")]
    return {line.split("{")[0].split(" ")[0] for line in lines}


def value(night: Night, query: str, at: int, *, key: str) -> float | None:
    """The number that a query gives at a moment; None for no result, a finding for a query that is none."""
    try:
        found = Evaluator(night.database).query(query, at)
    except CannotFollow as unknown:
        raise NotComputed("signals.toml", key, unknown) from None
    except (QueryFailed, ValueError) as failed:
        found = _refuse(key, f"Prometheus refuses it: {failed!s:.140}", "a query that Prometheus can evaluate")
    expect(
        len(found) <= 1,
        tried=f"asked the monitoring your query `{key}`",
        seen=f"{len(found)} series as the answer",
        expected="one number for the whole service",
        where=f"signals.toml, {key}",
        next="Which aggregation makes one number out of one per pod and route?",
    )
    return float(found[0].value) if found else None


def _refuse(key: str, seen: str, expected: str) -> Any:
    expect(
        False,
        tried=f"asked the monitoring your query `{key}`",
        seen=seen,
        expected=expected,
        where=f"signals.toml, {key}",
        next="What does the query say when you evaluate its innermost part alone?",
    )
    return []


@dataclass(frozen=True)
class Rung:
    """What became of an alert: when it fired first, how many scrapes it waited for its `for`, and where it stands."""

    fired: int | None
    waited: int
    query: str
    hold: str


def rung(submission: Any, night: Night, name: str) -> Rung:
    """Evaluate the named alert over all that was stored."""
    try:
        groups = read_groups(submission.yaml("alerts.yaml"), interval=STEP)
        rules = [rule for group in groups for rule in group.rules if rule.is_alert]
        chosen = next((rule for rule in rules if rule.name == name), None)
        expect(
            chosen is not None,
            tried=f"looked for the alert {name!r} that signals.toml names as `page`",
            seen=f"alerts.yaml has {_listed(rule.name for rule in rules)}",
            expected="one of the alerts of alerts.yaml",
            where="signals.toml, page",
            next="Which of your alerts should wake somebody?",
        )
        history = run(groups, night.database, end=night.end)
    except RulesRefused as refused:
        where = submission.place("alerts.yaml", 0, *refused.path)
        _refused(str(refused), where)
    except QueryFailed as failed:
        _refused(f"Prometheus ends the evaluation with an error: {failed!s:.140}", "alerts.yaml")
    except CannotFollow as unknown:
        raise NotComputed("alerts.yaml", name, unknown) from None
    assert chosen is not None
    query, hold = (submission.place("alerts.yaml", 0, *chosen.path, key) for key in ("expr", "for"))
    return Rung(history.first_firing(name), len(history.pending(name)), query, hold)


def _refused(seen: str, where: str) -> None:
    expect(
        False,
        tried="read alerts.yaml as Prometheus does",
        seen=seen,
        expected="a file of rules that Prometheus takes and can evaluate",
        where=where,
        next="What does Prometheus' page on alerting rules say about this key?",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names))) or "no alert"
