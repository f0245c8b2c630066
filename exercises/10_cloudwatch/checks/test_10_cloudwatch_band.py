"""The check of task 8, a stretch: an alarm on an anomaly band, over days that are made up."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.cloudwatch import Refused
from checker.cloudwatch.bands import Band, is_on_band, read_band, replay_band
from checker.cloudwatch.replay import clock, spoken
from checker.cloudwatch.template import ALARM

HINTS = read_hints(__file__)
MINUTE = 60_000
# Minutes after the requests were lost, and after they came back.
WITHIN = 30
ASKED = "a metric alarm named api-traffic, on a band, that CloudWatch takes"


@check(
    id="band",
    task=8,
    tier="stretch",
    after=("reads",),
    hints=HINTS["band"],
    why="Half of a noon is more than any night has. Only what is usual at this hour tells that it is too little.",
)
def test_traffic_leaves_its_band(watch, contract, nights):
    """The alarm api-traffic is in ALARM while half of the usual traffic is missing, and sleeps otherwise."""
    resource, band = _band_of(watch)
    given, draw = nights.FORTNIGHT, watch.submission.random
    for seed in (watch.submission.seed, draw.randrange(1000, 9000)):
        streams = nights.fortnight(seed)
        expect(
            band.alarm.metric == contract.REQUESTS and band.alarm.unit in ("", "Count"),
            tried="looked up the metric of api-traffic",
            seen=f"{band.alarm.metric}{f' in {band.alarm.unit}' if band.alarm.unit else ''} has no value in these days",
            expected="Requests of the service, with its dimension",
            where=resource.at("Metrics"),
            next="Compare the metric with the contract, letter by letter. Is a metric with other dimensions the same?",
        )
        watch.expect_a_call(resource, "api-traffic")
        last = given["LAST"]
        found, drawn = replay_band(band, streams, last, last + given["DAY"]), Band(band, streams)
        lost, back, _ = given["LOST"]
        _expect_heard(resource, found, last + lost * MINUTE, last + back * MINUTE, drawn)
        for begin, end in ((last, last + lost * MINUTE), (last + (back + WITHIN) * MINUTE, last + given["DAY"])):
            _expect_asleep(resource, found, begin, end, drawn)


def _band_of(watch: Any) -> tuple[Any, Any]:
    """The alarm, read as CloudWatch does; a finding when it is none or looks at no band."""
    resource = watch.resource(ALARM, "api-traffic", asked=ASKED)
    expect(
        is_on_band(resource.properties),
        tried="looked for the band of api-traffic",
        seen="one metric is compared with one number, for all hours of the day",
        expected=ASKED,
        where=resource.at("Threshold"),
        next="Half of a noon is more than any night has. Which number tells the two apart?",
    )
    try:
        return resource, read_band("api-traffic", resource.properties)
    except Refused as refused:
        expect(
            False,
            tried="read api-traffic as CloudWatch does",
            seen=str(refused),
            expected=ASKED,
            where=resource.at(refused.key),
            next="Which two entries does such an alarm need, and how does one of them name the other?",
        )
        raise


def _tried(what: str) -> str:
    return f"laid a band that is simulated here over a made-up day, and looked {what}"


def _expect_heard(resource: Any, found: Any, lost: int, back: int, band: Any) -> None:
    first, due = found.in_alarm(lost + 1, back), lost + WITHIN * MINUTE
    expect(
        first is not None and first.at <= due,
        tried=_tried(f"at {clock(lost)}, when half of the requests are lost"),
        seen=f"it fires at {clock(first.at)}"
        if first
        else f"{found.state_at(due)} at {clock(due)}; {_there(band, due)}",
        expected=f"ALARM within {WITHIN} minutes",
        where=resource.at("Metrics"),
        next="How wide is the band beside what is missing, and how many periods does the alarm wait for?"
        if found.alarm.statistic != "SampleCount"
        else "A value here is the number of requests of five minutes. What does SampleCount make of one such value?",
    )


def _there(band: Any, at: int) -> str:
    """The band of the last whole period before a moment."""
    limits = band.limits(at - band.alarm.period * 1000)
    of = f"the band of {band.alarm.statistic}"
    return "no band" if limits is None else f"{of} is {limits[0]:.4g} to {limits[1]:.4g}"


def _expect_asleep(resource: Any, found: Any, begin: int, end: int, band: Any) -> None:
    false = found.in_alarm(begin, end)
    points = f"{spoken(found.alarm, false.points)}; {band.spoken(false.points)}" if false else ""
    above = false is not None and _is_above(band, false.points[-1])
    expect(
        false is None,
        tried=_tried("at the rest of the day"),
        seen=false and f"ALARM at {clock(false.at)}, on {points}",
        expected="no ALARM: neither at night, nor by chance, nor in the campaign from 20:00 on",
        where=resource.at("ComparisonOperator" if above else "Metrics"),
        next="On which side of the band is a campaign, and who has to be woken for it?"
        if above
        else "How often does an ordinary value leave so narrow a band, and how often in a row?",
    )


def _is_above(band: Any, point: Any) -> bool:
    limits = band.limits(point.at)
    return limits is not None and point.value is not None and point.value > limits[1]
