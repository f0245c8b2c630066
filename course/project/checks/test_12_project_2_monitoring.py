"""Row 2 of the rubric: what the trainee's monitoring says of a healthy service, and of one that fails."""

from __future__ import annotations

import math
import re
from typing import Any

from checker import check, expect, partial, read_hints, sibling
from checker.errors import NotYet, Verdict
from checker.promql import metric_names

HINTS = read_hints(__file__)
watch = sibling(__file__, "watch")
crowd, slow = sibling(__file__, "crowd"), sibling(__file__, "slow")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
SIGNALS = ("traffic", "errors", "latency", "saturation")
# Scrapes in which the answers stay as they are: as usual, then in a rush.
USUAL, RUSH = 12, 12
ASKED = "asked the monitoring of two pods under traffic your query `{key}`"


def _is_filled(submission: Any, key: str) -> bool:
    found = submission.toml("signals.toml").get(key)
    return isinstance(found, str) and found.strip() not in ("", "?")


def _query(submission: Any, key: str) -> str:
    found = submission.toml("signals.toml").get(key)
    expect(
        _is_filled(submission, key),
        tried=f"looked for `{key}` in signals.toml",
        seen=f"{key} is {found!r}" if found is not None else f"no {key}",
        expected="the name of one of your alerts" if key == "page" else "a query in PromQL, as text",
        where=f"signals.toml, {key}",
        next="Which alert of alerts.yaml should wake somebody at night?"
        if key == "page"
        else "Which metric of /metrics tells this, and what has to be done with it to get one number?",
    )
    return str(found)


@check(
    id="signals",
    task=2,
    points=8,
    hints=HINTS["signals"],
    why="Traffic, errors, latency and saturation together say whether users suffer, and how long there is left.",
)
def test_four_golden_signals(submission: Any) -> None:
    """Four queries tell traffic, errors, latency and saturation of the running service."""
    if not any(_is_filled(submission, key) for key in SIGNALS):
        _query(submission, SIGNALS[0])
    night = watch.observe(submission)
    lost: dict[str, Verdict] = {}
    for key in SIGNALS:
        try:
            _expect_signal(submission, night, key)
        except (NotYet, watch.NotComputed) as verdict:
            lost[key] = verdict
    if lost:
        _tell(lost)


def _tell(lost: dict[str, Verdict]) -> None:
    """End the check with the points of the others. A query that is not computed here costs its own ones alone."""
    right = [key for key in SIGNALS if key not in lost]
    unknown = [key for key in lost if isinstance(lost[key], watch.NotComputed)]
    first, *others = [*(key for key in lost if key not in unknown), *unknown]
    if len(unknown) == len(SIGNALS):
        raise lost[first]
    wrong = [key for key in others if key not in unknown]
    said = [
        f"right: {', '.join(right) or 'none of the four'}",
        *(["wrong too: " + ", ".join(wrong)] if wrong else []),
        *(["not computed: " + ", ".join(unknown)] if unknown else []),
    ]
    finding = lost[first].finding
    fields = vars(finding) | {"seen": f"{finding.seen} ({'; '.join(said)})"}
    if right:
        partial(2 * len(right), **fields)
    expect(False, **fields)


def _expect_signal(submission: Any, night: Any, key: str) -> None:
    query = _query(submission, key)
    judge = _judged_saturation if key == "saturation" else _judged
    seen, expected, question = judge(submission, night, key, query)
    expect(
        not seen,
        tried=ASKED.format(key=key),
        seen=seen,
        expected=expected,
        where=f"signals.toml, {key}",
        next=question,
    )


def _judged(submission: Any, night: Any, key: str, query: str) -> tuple[str, str, str]:
    """What is wrong with a signal, what is expected, and a question; an empty first text when it is right."""
    well, ill = (watch.value(night, query, at, key=key) for at in (night.broken - watch.STEP, night.end))
    told = f"{watch.shown(well)} while all was well, {watch.shown(ill)} in the fault"
    if key == "traffic":
        low, high = 0.7 * night.rate, 1.4 * night.rate
        right = well is not None and low <= well <= high
        expected = f"{night.rate:.1f} predictions a second were sent: between {low:.2f} and {high:.2f}"
        return ("" if right else told), expected, _question_of_traffic(night, query, well)
    if key == "errors":
        return _judged_errors(night, query, told, (well, ill))
    if "histogram_quantile" not in query:
        return "a query without histogram_quantile", "a percentile out of the buckets, in seconds", (
            "What does a mean say of the slowest twentieth?"
        )  # fmt: skip
    if well is None or not 0 < well <= 60:
        asked = "Which part of all requests is 95 %, as a number?" if well == math.inf else ""
        return told, "a percentile in seconds", asked or "Which label must a sum over buckets keep?"
    found = _judged_unit(night, query)
    return found if found[0] else slow.judged(submission, night, query, well)


def _question_of_traffic(night: Any, query: str, value: float | None) -> str:
    window, ran = watch.longest_window(query), night.broken // 1000
    if window > ran:
        return f"The service has run for {ran // 60} minutes by then. Over which time is your rate a mean?"
    if value is not None and night.rate < value <= 2 * night.rate:
        return "Which requests does it count that are no predictions?"
    return "Is it a total or a rate, per second or per minute, of one pod or all?"


def _judged_unit(night: Any, query: str) -> tuple[str, str, str]:
    """Whether seconds were observed: no clock of a pod can run for longer than that of the one who asked it."""
    expected = f"seconds: all requests together took {night.waited:.2f} s, as the one who asked them saw it"
    if re.search(r"[*/]", QUOTED.sub("", query)):
        # The query may turn another unit into seconds.
        return "", expected, ""
    seconds = watch.observed_seconds(night, query)
    told = f"{seconds:.4g} is the sum of what the pods observed"
    return ("" if seconds <= night.waited else told), expected, "Which unit has the number that is observed?"


def _judged_errors(night: Any, query: str, told: str, seen: tuple[float | None, float | None]) -> tuple[str, str, str]:
    well, ill = seen
    expected = "0 while all was well, more in the fault: a third of the predictions fails"
    if _more_than_none(well):
        question = "A movie that the model does not know is answered 404: is that a failure of the service?"
        return told, expected, question
    if not _more_than_none(ill):
        question = "Which status does a client get when the handler raises, and does the label of your query match it?"
        return told, expected, question
    later = watch.value(night, query, watch.go_quiet(night), key="errors")
    if _more_than_none(later):
        told = f"{watch.shown(later)} when nobody had asked for 11 minutes"
        return told, "0 again, or no result, once nothing fails any more", "Is it a total, or what fails now?"
    return "", expected, ""


def _more_than_none(value: float | None) -> bool:
    return value is not None and value > 0


def _judged_saturation(submission: Any, night: Any, key: str, query: str) -> tuple[str, str, str]:
    value = watch.value(night, query, night.broken - watch.STEP, key=key)
    question = "Which metric of /metrics has a limit, at which the service can take no more?"
    if value is None or not math.isfinite(value):
        return f"{watch.shown(value)} while all was well", crowd.EXPECTED, question
    asked = metric_names(query)
    if not asked & watch.metrics_of(night):
        names = ", ".join(sorted(asked)) or "no metric"
        return f"the query asks for {names}, and the service's own /metrics has none of that", crowd.EXPECTED, question
    told: tuple[str, str, str] = crowd.judged(submission, night, query)
    return told


@check(
    id="model-metric",
    task=2,
    points=4,
    hints=HINTS["model-metric"],
    why="A model that answers quickly and wrongly looks healthy in all four signals.",
)
def test_one_metric_of_the_model(submission: Any) -> None:
    """A query tells what the model says, and moves when its answers move."""
    query = _query(submission, "model")
    night = watch.observe(submission, "moved", (USUAL + RUSH, watch.SHORT[1]), rush=USUAL)
    moments = ((USUAL - 1) * watch.STEP, night.broken - watch.STEP, night.end)
    usual, before, after = (watch.value(night, query, at, key="model") for at in moments)
    expect(
        before is not None and after is not None and abs(after - before) > 0.05,
        tried=ASKED.format(key="model") + ", before and after its answers moved from a third of class 1 to all",
        seen=f"{watch.shown(before)} before, {watch.shown(after)} after",
        expected="two numbers that differ: the share of a class, or a quantile or mean of the score",
        where="signals.toml, model",
        next="What does predicted() count, and which of it would look different for a broken model?",
    )
    moved = abs((after or 0) - (before or 0))
    expect(
        usual is not None and abs(usual - (before or 0)) < moved / 10,
        tried=ASKED.format(key="model") + f", and three minutes later, when {watch.RUSH} times as many asked the same",
        seen=f"{watch.shown(usual)}, then {watch.shown(before)}",
        expected="the same number twice, since the answers are the same",
        where="signals.toml, model",
        next="Does it follow what the model says, or how much and how often it was asked?",
    )


@check(
    id="alert",
    task=2,
    points=8,
    hints=HINTS["alert"],
    why="An alert that is loud in a quiet hour is switched off, and one that is silent in the drill is none.",
)
def test_the_alert_fires_in_the_drill_alone(submission: Any) -> None:
    """The alert fires in the drill, and not in the control run before it."""
    name = _query(submission, "page")
    night = watch.observe(submission, scrapes=watch.LONG, control=True)
    expect(
        500 in night.statuses,
        tried="let a third of the predictions raise",
        seen="no client got status 500",
        expected="a failed request reaches the client as one",
        where="metrics.py, Middleware",
        next="What does the middleware do with an exception of the app?",
    )
    rung = watch.rung(submission, night, name)
    fired = rung.fired
    quiet, broken = (count * watch.STEP // 60_000 for count in watch.LONG)
    rare = f"one prediction in {watch.ONE_IN} fails"
    expect(
        fired is None or fired >= night.broken,
        tried=f"evaluated {name} every 15 s over the control run: {quiet} minutes, {rare}",
        seen=f"it fires at minute {(fired or 0) / 60_000:.1f}",
        expected=f"silence: one failure in {watch.ONE_IN} is no reason to wake anybody",
        where=rung.query,
        next=f"What does its query give while {rare}, and what while none does?",
    )
    expect(
        fired is not None or not rung.waited,
        tried=f"evaluated {name} every 15 s over the drill: a third of the predictions fails for {broken} minutes",
        seen=f"it never fires: it was pending at {rung.waited} of {watch.LONG[1]} scrapes",
        expected=f"firing within {broken} minutes",
        where=rung.hold,
        next="How long does the alert wait, and does its query ever pause meanwhile?",
    )
    expect(
        fired is not None,
        tried=f"evaluated {name} every 15 s over the drill: a third of the predictions fails for {broken} minutes",
        seen="it never fires",
        expected=f"firing within {broken} minutes",
        where=rung.query,
        next="Evaluate its query alone: is the result empty, and which status does the label have?",
    )
