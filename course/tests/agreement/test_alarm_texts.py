"""What exercise 10 says of alarms that mean the wrong thing by silence, in whole texts."""

from __future__ import annotations

import pytest

from checker import sibling
from course.tests.agreement.watch_answer import CHECKS, CONTRACT, NIGHTS, TEMPLATE, found, watch

ERRORS, ALARMS, BAND = (sibling(CHECKS, f"test_10_cloudwatch_{name}") for name in ("alarm", "alarms", "band"))
MISSING = "TreatMissingData: notBreaching"
SILENT = "Period: 60\n      EvaluationPeriods: 2\n"
SLOW = TEMPLATE[TEMPLATE.index("ExtendedStatistic: p99") : TEMPLATE.index("\n\n  Log:")]
RULE = 'OR ALARM("api-silent")\n'


def test_an_alarm_on_errors_that_keeps_its_state_in_silence_is_told_so() -> None:
    told = found(ERRORS.test_alarm_sleeps_otherwise, watch(MISSING, "TreatMissingData: ignore"), CONTRACT, NIGHTS)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "replayed a night in which the service dies of its errors, at 02:15",
        "still in ALARM at 02:54, after 39 minutes without any value",
        "no alarm on errors where nothing is said: silence is not its business",
        "monitoring.yaml:18",
        "What does your alarm make of minutes without any value, and what would end its ALARM then?",
    )


@pytest.mark.parametrize("missing", ["TreatMissingData: missing", ""])
def test_an_alarm_on_errors_that_leaves_missing_minutes_out_is_told_its_night(missing: str) -> None:
    told = found(ERRORS.test_alarm_sleeps_otherwise, watch(MISSING, missing), CONTRACT, NIGHTS)

    assert (told.tried, told.seen, told.expected, told.next) == (
        "replayed a night in which the service dies of its errors, at 02:08",
        "ALARM at 02:12, on 02:07 16 | 02:09 missing, 02:10 missing, 02:11 missing",
        "no alarm on errors where nothing is said: silence is not its business",
        "All real values in sight are bad, and too few. What are the missing ones to count as?",
    )


BAD = "Statistic: Sum\n      Period: 60\n      EvaluationPeriods: 3\n      Threshold: 10"
OF_ERRORS = [
    (
        BAD.replace("10", "19"),
        "OK at 02:10 on 02:07 16, 02:08 17, 02:09 23, and it fires at 02:12",
        "monitoring.yaml:16",
        "Which of these points does your threshold miss, and how bad may the smallest bad minute be?",
    ),
    (
        BAD.replace("Periods: 3", "Periods: 5"),
        "OK at 02:10 on 02:05 0, 02:06 0, 02:07 16, 02:08 17, 02:09 23, and it fires at 02:12",
        "monitoring.yaml:15",
        "It waits for 5 bad periods of 60 seconds. How long is that together?",
    ),
    (
        BAD.replace("Sum", "Average"),
        "OK at 02:10 on 02:07 0.4103, 02:08 0.425, 02:09 0.575, and no alarm until the errors end",
        "monitoring.yaml:16",
        "Each request counts 0 or 1 here. How large can the average of such numbers be?",
    ),
    (
        BAD.replace("Sum", "Average").replace("10", "0.9"),
        "OK at 02:10 on 02:07 0.4103, 02:08 0.425, 02:09 0.575, and no alarm until the errors end",
        "monitoring.yaml:16",
        "Which of these points does your threshold miss, and how bad may the smallest bad minute be?",
    ),
]


@pytest.mark.parametrize(("rule", "seen", "where", "question"), OF_ERRORS)
def test_errors_that_are_heard_too_late_are_told_by_what_misses_them(
    rule: str, seen: str, where: str, question: str
) -> None:
    told = found(ERRORS.test_alarm_fires_in_time, watch(BAD, rule), CONTRACT, NIGHTS)

    assert (told.seen, told.where, told.next) == (seen, where, question)


OF_SILENCE = [
    (
        "Period: 300\n      EvaluationPeriods: 1\n",
        "state OK at 02:46 and no alarm until requests come again: of the 3 points of 300 seconds that it retrieves, "
        "enough are real ones at any minute, and these are good",
        "monitoring.yaml:29",
        "Older real points count first. How long is one period of yours, and for how long does nothing come?",
    ),
    (
        "Period: 60\n      EvaluationPeriods: 10\n",
        "it fires at 02:53, after 12 minutes",
        "monitoring.yaml:30",
        "An alarm looks back over older values too. How many periods of nothing does yours need?",
    ),
    (
        "Period: 180\n      EvaluationPeriods: 1\n",
        "it fires at 02:50, after 9 minutes",
        "monitoring.yaml:29",
        "One period cannot be fewer, and two older points of its length count first. How long is it?",
    ),
]


@pytest.mark.parametrize(("periods", "seen", "where", "question"), OF_SILENCE)
def test_silence_that_is_heard_too_late_is_told_by_what_is_too_long(
    periods: str, seen: str, where: str, question: str
) -> None:
    told = found(ALARMS.test_silence_alarms, watch(SILENT, periods), CONTRACT, NIGHTS)

    assert (told.seen, told.where, told.next) == (seen, where, question)


@pytest.mark.parametrize(
    ("threshold", "at", "points"),
    [(20, "01:35", "01:33 1, 01:34 1"), (2, "01:35", "01:33 1, 01:34 1")],
)
def test_a_few_requests_are_no_silence(threshold: int, at: str, points: str) -> None:
    given = watch(f"{SILENT}      Threshold: 1", f"{SILENT}      Threshold: {threshold}")
    told = found(ALARMS.test_silence_alarms, given, CONTRACT, NIGHTS)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "replayed a night with few requests a minute: 1 from 01:33 on, 5 from 01:39 on",
        f"ALARM at {at}, on {points}",
        "no alarm while requests come in, be it one a minute",
        "monitoring.yaml:31",
        "How many requests has a minute of silence? Which number has only that minute below it?",
    )


def test_silence_that_counts_as_nothing_is_asked_for_its_meaning() -> None:
    told = found(
        ALARMS.test_silence_alarms, watch("TreatMissingData: breaching", "TreatMissingData: missing"), CONTRACT, NIGHTS
    )

    assert (told.seen, told.next) == (
        "state INSUFFICIENT_DATA at 02:46 and no alarm until requests come again: missing points count as nothing",
        "Decide what silence means for this metric. For an error count it may mean good. And for a heartbeat?",
    )


def test_a_percentile_that_one_of_forty_four_does_not_move_is_asked_for_it() -> None:
    told = found(
        ALARMS.test_slow_requests_alarm, watch("ExtendedStatistic: p99", "ExtendedStatistic: p97"), CONTRACT, NIGHTS
    )

    assert (told.seen, told.next) == (
        "state OK at 03:23: p97 > 1000, and it sees 03:18 89.8, 03:19 2482, 03:20 86.1, 03:21 86.5, 03:22 89.7",
        "Which statistic moves when one of forty-four requests is slow?",
    )


def test_a_percentile_that_waits_for_samples_is_asked_what_few_of_them_mean() -> None:
    waits = "ExtendedStatistic: p99\n      EvaluateLowSampleCountPercentile: ignore"
    told = found(ALARMS.test_slow_requests_alarm, watch("ExtendedStatistic: p99", waits), CONTRACT, NIGHTS)

    assert (told.seen, told.where, told.next) == (
        "state INSUFFICIENT_DATA at 03:23: EvaluateLowSampleCountPercentile is ignore, so the state stays as it is "
        "with fewer samples than the 1000 of p99; its periods have 183",
        "monitoring.yaml:44",
        "How many requests has a minute of this service, and what are so few to mean for the alarm?",
    )


def test_a_percentile_that_waits_and_is_too_low_is_asked_for_the_percentile() -> None:
    waits = "ExtendedStatistic: p50\n      EvaluateLowSampleCountPercentile: ignore"
    told = found(ALARMS.test_slow_requests_alarm, watch("ExtendedStatistic: p99", waits), CONTRACT, NIGHTS)

    assert told.next == "Which statistic moves when one of forty-four requests is slow?"


@pytest.mark.parametrize("percentile", ["p98", "p97.8"])
def test_the_percentile_of_one_in_forty_four_is_high_enough(percentile: str) -> None:
    given = watch("ExtendedStatistic: p99", f"ExtendedStatistic: {percentile}")

    assert ALARMS.test_slow_requests_alarm(given, CONTRACT, NIGHTS) is None


@pytest.mark.parametrize(
    ("alarm", "seen"),
    [
        (
            SLOW.replace("ExtendedStatistic: p99", "Statistic: Maximum")
            .replace("      DatapointsToAlarm: 4\n", "").replace("notBreaching", "missing"),
            "ALARM at 02:50, on 02:43 2595 | 02:45 missing, 02:46 missing, 02:47 missing, 02:48 missing, 02:49 missing",
        ),
        (
            SLOW.replace("notBreaching", "breaching"),
            "ALARM at 02:47, on 02:40 89.6 | 02:42 missing, 02:43 missing, 02:44 missing, 02:45 missing, 02:46 missing",
        ),
    ],
)  # fmt: skip
def test_slowness_that_is_seen_in_silence_is_asked_for_missing_data(alarm: str, seen: str) -> None:
    told = found(ALARMS.test_slow_requests_alarm, watch(SLOW, alarm), CONTRACT, NIGHTS)

    assert (told.seen, told.next) == (
        seen,
        "What does a minute without any value say about slow requests? Older bad points count beside it.",
    )


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("TreatMissingData: breaching", "TreatMissingData is no property of a composite alarm."),
        ("AlarmAction: [topic]", "AlarmAction is no property of a composite alarm. AlarmActions is one."),
    ],
)
def test_an_unknown_property_of_a_composite_alarm_is_named(line: str, seen: str) -> None:
    told = found(ALARMS.test_composite_pages_once, watch(RULE, f"{RULE}      {line}\n"), NIGHTS)

    assert (told.seen, told.where, told.next) == (
        seen,
        "monitoring.yaml:85",
        "Which properties has an alarm that looks at states, and at no data points?",
    )


@pytest.mark.slow
def test_a_band_of_samples_is_asked_what_they_count() -> None:
    told = found(BAND.test_traffic_leaves_its_band, watch("Stat: Sum", "Stat: SampleCount"), CONTRACT, NIGHTS)

    assert (told.seen, told.next) == (
        "OK at 12:30; the band of SampleCount is 1 to 1",
        "A value here is the number of requests of five minutes. What does SampleCount make of one such value?",
    )


def test_a_rule_that_holds_while_alarms_are_new_is_told_their_states() -> None:
    unless_all_is_well = watch(
        'ALARM("api-errors") OR ALARM("api-silent")', 'NOT (OK("api-errors") AND OK("api-silent"))'
    )

    told = found(ALARMS.test_composite_pages_once, unless_all_is_well, NIGHTS)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "asked the rule at 01:00, while the alarms are new",
        "it is true: api-errors INSUFFICIENT_DATA, api-silent INSUFFICIENT_DATA",
        "true while errors stay and while the service is silent, else false",
        "monitoring.yaml:84",
        "An alarm has three states. In which is it before its first points, and what does your rule make of that?",
    )


def test_a_rule_that_is_silent_in_a_slow_service_is_told_the_states() -> None:
    unless_slow = watch(
        'ALARM("api-errors") OR ALARM("api-silent")',
        '(ALARM("api-errors") OR ALARM("api-silent")) AND NOT ALARM("api-slow")',
    )

    told = found(ALARMS.test_composite_pages_once, unless_slow, NIGHTS)

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "asked the rule at 02:22, while errors stay and a few requests are slow",
        "it is false: api-errors ALARM, api-silent OK, api-slow ALARM",
        "true while errors stay and while the service is silent, else false",
        "monitoring.yaml:84",
        "Do failed requests hurt anybody less when others are slow? Whom does your rule call then?",
    )


@pytest.mark.parametrize(("action", "shown"), [("on-call", "'on-call'"), ("{Topic: a}", '\'{"Topic": "a"}\'')])
def test_an_action_that_is_no_arn_is_told_as_it_stands(action: str, shown: str) -> None:
    given = watch('["arn:aws:sns:eu-central-1:123456789012:on-call"]', f"[{action}]")

    told = found(given.expect_a_call, given.alarm("api-errors")[0], "api-errors")

    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "looked whom api-errors calls when it turns red",
        f"{shown}, which is no ARN",
        "an ARN, as api-errors of the starter has, or a reference to what has one",
        "monitoring.yaml:9",
        "By what does AWS know whom an alarm calls: a word of yours, or something else?",
    )
