"""The checks of task 2: the alarm that slept."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.cloudwatch.replay import clock, points, spoken

HINTS = read_hints(__file__)
SECONDS = 60
NO_END = "What does your alarm make of minutes without any value, and what would end its ALARM then?"
FEW_BAD = "All real values in sight are bad, and too few. What are the missing ones to count as?"


@check(
    id="sees",
    task=2,
    points=2,
    after=("reads",),
    hints=HINTS["sees"],
    why="CloudWatch takes an alarm on a metric that nobody ever sends, and the alarm waits for data for ever.",
)
def test_alarm_sees_the_metric(watch):
    """The alarm api-errors looks at a metric that has data."""
    resource, alarm = watch.watches("api-errors", watch.nights.night(watch.submission.seed).streams)
    expect(
        alarm.metric.name == "Errors",
        tried="looked up what api-errors watches",
        seen=f"it watches {alarm.metric}",
        expected="the metric Errors of the service",
        where=resource.at("MetricName"),
        next="Which metric says that requests failed?",
    )


@check(
    id="fires",
    task=2,
    points=3,
    after=("sees",),
    hints=HINTS["fires"],
    why="Each minute without the alarm is a minute of failed requests that nobody works on.",
)
def test_alarm_fires_in_time(watch, contract, nights):
    """The alarm api-errors is in ALARM three minutes after errors have come to stay."""
    resource, alarm = watch.alarm("api-errors")
    late_by, question = _why_late(alarm, contract)
    for night in watch.several():
        began, due = night.plan["errors"][0], night.plan["errors"][0] + contract.ERRORS_WITHIN
        found = watch.over(alarm, night)
        first = found.in_alarm(night.at(began + 1), night.at(night.plan["errors"][1]))
        expect(
            first is not None and first.at <= night.at(due),
            tried=f"replayed a night in which errors begin at {nights.clock(began)}",
            seen=_late(found, night, first, night.at(due)),
            expected="ALARM three minutes after the first bad minute began, 02:14 at the latest",
            where=resource.at(late_by),
            next=question,
        )
    watch.expect_a_call(resource, "api-errors")


def _why_false(silent: bool, at: str) -> str:
    if silent:
        return "What does a minute without any value say about errors: good, bad, or nothing?"
    if "01:30" <= at < "01:45":
        return "The spike has two bad minutes. How many bad ones make your alarm sure?"
    return "An ordinary minute may have one error of 28 requests. Is that above your threshold?"


def _late(found: Any, night: Any, first: Any, due: int) -> str:
    looked = spoken(found.alarm, points(found.alarm, night.streams, due))
    then = f"it fires at {clock(first.at)}" if first else "no alarm until the errors end"
    return f"{found.state_at(due)} at {clock(due)} on {looked}, and {then}"


def _why_late(alarm: Any, contract: Any) -> tuple[str, str]:
    """The property because of which an alarm is late, and the question to it."""
    if alarm.statistic == "Average" and alarm.threshold >= 1:
        return "Threshold", "Each request counts 0 or 1 here. How large can the average of such numbers be?"
    if alarm.datapoints * alarm.period > contract.ERRORS_WITHIN * SECONDS:
        waits = f"It waits for {alarm.datapoints} bad periods of {alarm.period} seconds."
        return "EvaluationPeriods", f"{waits} How long is that together?"
    return "Threshold", "Which of these points does your threshold miss, and how bad may the smallest bad minute be?"


@check(
    id="quiet",
    task=2,
    points=2,
    after=("fires",),
    hints=HINTS["quiet"],
    why="An alarm that cries for two bad minutes is switched off by the people whom it wakes.",
)
def test_alarm_sleeps_otherwise(watch, contract, nights):
    """The alarm api-errors sleeps in the spike of 01:30, while the service is silent, and for the rest of the night."""
    resource, alarm = watch.alarm("api-errors")
    for night in watch.several():
        began, ended = night.plan["errors"]
        found = watch.over(alarm, night)
        for begin, end in ((contract.SETTLED, began + 1), (ended + contract.AFTERWARDS, nights.MINUTES)):
            false = found.in_alarm(night.at(begin), night.at(end))
            silent = false is not None and night.at(night.plan["silent"][0]) <= false.at
            expect(
                false is None,
                tried=f"replayed a night in which errors come to stay at {nights.clock(began)}",
                seen=false and f"ALARM at {clock(false.at)}, on {spoken(alarm, false.points)}",
                expected="no alarm in the spike of 01:30, which ends by itself, nor without errors",
                where=resource.at("TreatMissingData" if silent else "EvaluationPeriods"),
                next=_why_false(silent, nights.clock((false.at - nights.BEGIN) // nights.MINUTE) if false else ""),
            )
    _expect_end(resource, watch, alarm, nights)


def _expect_end(resource: Any, watch: Any, alarm: Any, nights: Any) -> None:
    """The alarm neither begins in silence nor stays red there, also where the service died of its errors."""
    for after in nights.DIES_AFTER:
        night = nights.dying(watch.submission.seed, after)
        died, back = night.plan["silent"]
        found, last = watch.over(alarm, night), night.at(back - 1)
        # Whoever heard of the errors in time may hear of them again: older real points count first.
        heard = found.in_alarm(night.at(night.plan["errors"][0]), night.at(died) + 1)
        begins = None if heard else found.in_alarm(night.at(died) + 1, last)
        stays = found.in_alarm(last, last + 1)
        expect(
            begins is None and stays is None,
            tried=f"replayed a night in which the service dies of its errors, at {nights.clock(died)}",
            seen=f"ALARM at {clock(begins.at)}, on {spoken(alarm, begins.points)}"
            if begins
            else f"still in ALARM at {clock(last)}, after {back - 1 - died} minutes without any value",
            expected="no alarm on errors where nothing is said: silence is not its business",
            where=resource.at("TreatMissingData"),
            next=FEW_BAD if begins else NO_END,
        )
