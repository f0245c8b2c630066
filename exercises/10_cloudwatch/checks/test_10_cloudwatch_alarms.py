"""The checks of tasks 3 and 7: silence, the slowest requests, and one page for one night."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checker import check, expect, read_hints
from checker.cloudwatch import Refused
from checker.cloudwatch.alarms import ALARM as RED
from checker.cloudwatch.alarms import MORE_POINTS
from checker.cloudwatch.composite import read_properties, read_rule
from checker.cloudwatch.replay import clock, counts_missing, points, samples, samples_wanted, spoken, stream_of
from checker.cloudwatch.template import ALARM, COMPOSITE, named, rule_of

HINTS = read_hints(__file__)
WHY_UNHEARD = {
    "EvaluationPeriods": "An alarm looks back over older values too. How many periods of nothing does yours need?",
    "one period": "One period cannot be fewer, and two older points of its length count first. How long is it?",
    "Period": "Older real points count first. How long is one period of yours, and for how long does nothing come?",
    "TreatMissingData": "Decide what silence means for this metric. For an error count it may mean good. "
    "And for a heartbeat?",
}

LOW_SAMPLES = "EvaluateLowSampleCountPercentile"
NEW, BOTH = "the alarms are new", "errors stay and a few requests are slow"
OF_STATES = {
    NEW: "An alarm has three states. In which is it before its first points, and what does your rule make of that?",
    BOTH: "Do failed requests hurt anybody less when others are slow? Whom does your rule call then?",
}


@check(
    id="silence",
    task=3,
    points=2,
    tier="full",
    after=("reads",),
    hints=HINTS["silence"],
    why="A dead service sends no errors. Without an alarm on silence the dashboard is calm, and so is everybody.",
)
def test_silence_alarms(watch, contract, nights):
    """The alarm api-silent is in ALARM within five minutes after the service has fallen silent, and not before."""
    for night in watch.several():
        resource, alarm = watch.watches("api-silent", night.streams)
        dead, back = night.plan["silent"]
        found = watch.over(alarm, night)
        first = found.in_alarm(night.at(dead + 1), night.at(back))
        due = night.at(dead + contract.SILENT_WITHIN)
        late_by, question = _unheard_by(alarm, first)
        tried = f"replayed a night in which the service is dead from {nights.clock(dead)} and sends nothing"
        expected = "ALARM within five minutes of silence, and none while requests come in"
        expect(
            first is not None and first.at <= due,
            tried=tried,
            seen=_unheard(found, first, due, dead, nights),
            expected=expected,
            where=resource.at(late_by),
            next=question,
        )
        watch.expect_a_call(resource, "api-silent")
        for begin, end in ((contract.SETTLED, dead), (back + contract.AFTERWARDS, nights.MINUTES)):
            false = found.in_alarm(night.at(begin), night.at(end))
            expect(
                false is None,
                tried=tried,
                seen=false and f"ALARM at {clock(false.at)}, on {spoken(alarm, false.points)}",
                expected=expected,
                where=resource.at("Threshold"),
                next="A quiet minute of this service has 28 requests. What is the number that only silence has?",
            )
    _expect_life(resource, watch, alarm, nights)


def _expect_life(resource: Any, watch: Any, alarm: Any, nights: Any) -> None:
    """Where few requests come, the service lives."""
    night = nights.thin(watch.submission.seed)
    times = [(nights.clock(begin), count) for count, (begin, _) in nights.THIN.items()]
    false = watch.over(alarm, night).in_alarm(night.at(watch.contract.SETTLED), night.at(night.plan["errors"][0]))
    expect(
        false is None,
        tried=f"replayed a night with few requests a minute: {', '.join(f'{many} from {at} on' for at, many in times)}",
        seen=false and f"ALARM at {clock(false.at)}, on {spoken(alarm, false.points)}",
        expected="no alarm while requests come in, be it one a minute",
        where=resource.at("Threshold"),
        next="How many requests has a minute of silence? Which number has only that minute below it?",
    )


def _unheard(found: Any, first: Any, due: int, dead: int, nights: Any) -> str:
    if first is not None:
        return f"it fires at {clock(first.at)}, after {(first.at - nights.BEGIN) // nights.MINUTE - dead} minutes"
    meaning = {
        "notBreaching": "missing points count as good",
        "ignore": "missing points keep the state as it is",
        "missing": "missing points count as nothing",
        "breaching": f"of the {found.alarm.periods + MORE_POINTS} points of {found.alarm.period} seconds that it "
        "retrieves, enough are real ones at any minute, and these are good",
    }[found.alarm.missing]
    return f"state {found.state_at(due)} at {clock(due)} and no alarm until requests come again: {meaning}"


def _unheard_by(alarm: Any, first: Any) -> tuple[str, str]:
    """The property because of which silence is heard late or never, and the question to it."""
    if first is not None and alarm.periods == 1:
        return "Period", WHY_UNHEARD["one period"]
    key = "EvaluationPeriods" if first else "Period" if alarm.missing == "breaching" else "TreatMissingData"
    return key, WHY_UNHEARD[key]


@check(
    id="slow",
    task=3,
    points=2,
    tier="full",
    after=("reads",),
    hints=HINTS["slow"],
    why="The average is what nobody feels: one of forty-four requests takes two seconds, and the mean moves by little.",
)
def test_slow_requests_alarm(watch, contract, nights):
    """The alarm api-slow is in ALARM within ten minutes after a few requests have become slow, and not before."""
    for night in watch.several():
        resource, alarm = watch.watches("api-slow", night.streams)
        begin, end = night.plan["slow"]
        found = watch.over(alarm, night)
        first = found.in_alarm(night.at(begin + 1), night.at(end))
        due = night.at(begin + contract.SLOW_WITHIN)
        late_by, question = _not_slow_by(resource, alarm, watch, night, due)
        tried = f"replayed a night; from {nights.clock(begin)} on, one request a minute takes two seconds"
        expected = "ALARM within ten minutes, and none before: neither in the batch at 01:45 nor in silence"
        expect(
            first is not None and first.at <= due,
            tried=tried,
            seen=f"it fires at {clock(first.at)}" if first else _not_slow(found, night, due, late_by),
            expected=expected,
            where=resource.at(late_by),
            next=question,
        )
        watch.expect_a_call(resource, "api-slow")
        false = found.in_alarm(night.at(contract.SETTLED), night.at(begin))
        silent = false is not None and counts_missing(alarm, false.points)
        expect(
            false is None,
            tried=tried,
            seen=false and f"ALARM at {clock(false.at)}, on {spoken(alarm, false.points)}",
            expected=expected,
            where=resource.at(*(("TreatMissingData",) if silent else _statistic_key(resource))),
            next="What does a minute without any value say about slow requests? Older bad points count beside it."
            if silent
            else "What is true at this minute, and is it what a user would call slow?",
        )


def _statistic_key(resource: Any) -> tuple[str, ...]:
    return ("ExtendedStatistic",) if "ExtendedStatistic" in resource.properties else ("Statistic",)


def _not_slow_by(resource: Any, alarm: Any, watch: Any, night: Any, due: int) -> tuple[str, str]:
    """The property because of which slowness is not seen, and the question to it."""
    if alarm.ignores_low_samples and watch.over(replace(alarm, ignores_low_samples=False), night).state_at(due) == RED:
        return LOW_SAMPLES, "How many requests has a minute of this service, and what are so few to mean for the alarm?"
    return _statistic_key(resource)[0], "Which statistic moves when one of forty-four requests is slow?"


def _not_slow(found: Any, night: Any, due: int, late_by: str) -> str:
    if late_by == LOW_SAMPLES:
        there, wanted = samples(found.alarm, stream_of(found.alarm, night.streams), due), samples_wanted(found.alarm)
        return (
            f"state {found.state_at(due)} at {clock(due)}: {LOW_SAMPLES} is ignore, so the state stays as it is "
            f"with fewer samples than the {wanted:.0f} of {found.alarm.statistic}; its periods have {there}"
        )
    rule = f"{found.alarm.statistic} {found.alarm.sign} {found.alarm.threshold:g}"
    looked = spoken(found.alarm, points(found.alarm, night.streams, due))
    return f"state {found.state_at(due)} at {clock(due)}: {rule}, and it sees {looked}"


@check(
    id="one-page",
    task=7,
    tier="stretch",
    after=("quiet", "silence"),
    hints=HINTS["one-page"],
    why="Two calls for one night teach people to let the second one ring.",
)
def test_composite_pages_once(watch, nights):
    """The composite alarm api-down is in ALARM while errors stay and in silence, and not while the service is slow."""
    asked = "a composite alarm api-down of api-errors and api-silent"
    resource = watch.resource(COMPOSITE, "api-down", asked=asked)
    try:
        read_properties(resource.properties)
        holds, names = read_rule(rule_of(watch.stack, resource))
    except Refused as refused:
        expect(
            False, tried="read the rule of api-down", seen=str(refused), expected=asked,
            where=resource.at(refused.key),
            next="How does a rule name an alarm and its state?" if refused.key == "AlarmRule"
            else "Which properties has an alarm that looks at states, and at no data points?",
        )  # fmt: skip
        raise
    night = nights.night(watch.submission.seed)
    replays = {name: watch.over(watch.alarm(name)[1], night) for name in names if named(watch.stack, ALARM, name)}
    for what, minute, due in (
        ("errors stay", night.plan["errors"][1], True),
        (BOTH, night.plan["errors"][1], True),
        ("the service is silent", night.plan["silent"][0] + 6, True),
        ("a few requests are slow", night.plan["slow"][0] + 11, False),
        ("all is well", 25, False),
        (NEW, 0, False),
    ):
        states = {name: one.state_at(night.at(minute)) for name, one in replays.items()}
        if what == BOTH and "api-slow" in states:
            states["api-slow"] = RED
        listed = ", ".join(f"{name} {state}" for name, state in states.items()) or "it names no alarm of yours"
        expect(
            holds(states) is due,
            tried=f"asked the rule at {nights.clock(minute)}, while {what}",
            seen=f"it is {'true' if not due else 'false'}: {listed}",
            expected="true while errors stay and while the service is silent, else false",
            where=resource.at("AlarmRule"),
            next=OF_STATES.get(what, "Which states of which alarms mean that users get no answer?"),
        )
