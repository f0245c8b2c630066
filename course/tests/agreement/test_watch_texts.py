"""What exercise 10 says of mistakes that a batch of beginners' answers met, in whole texts."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.cloudformation.reading import read_stack
from checker.cloudwatch import Refused
from checker.cloudwatch.alarms import read_alarm
from checker.cloudwatch.json_patterns import json_matcher
from checker.cloudwatch.patterns import matcher
from checker.cloudwatch.template import COMPOSITE, rule_of
from checker.errors import NotYet
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "10_cloudwatch" / "checks" / "conftest.py")
CONFTEST, NIGHTS, CONTRACT, QUERIES, LOGS, ASKING = (
    sibling(CHECKS, name)
    for name in (
        "conftest", "nights", "contract", "test_10_cloudwatch", "test_10_cloudwatch_logs", "asking",
    )
)  # fmt: skip
TABLE = "stats count(*) as errors by bin(1m) as minute"
RIGHT = f'filter level = "ERROR" | {TABLE} | sort minute'
NO_ROW = "no row came out, and the night has errors"


def told(check: Any, *given: Any) -> tuple[str, str]:
    """Seen and next of what a check finds."""
    with pytest.raises(NotYet) as lost:
        check(*given)
    return lost.value.finding.seen, lost.value.finding.next


def asked(query: str) -> Any:
    return SimpleNamespace(text=lambda name: query, random=random.Random(7))


OF_QUERY = [
    (
        RIGHT.replace('"ERROR"', "ERROR"),
        f"{NO_ROW}; a word without quotes is the name of a field, and no event has 'ERROR'",
        "What stands around a text in a query, and what does a word without it name?",
    ),
    (
        RIGHT.replace("level", "Level"),
        f"{NO_ROW}; no event has a field 'Level'",
        "Which field of an event says that it is an error? What puts events of one minute together?",
    ),
    (
        RIGHT.replace("sort minute", "sort @timestamp"),
        "the rows are sorted by @timestamp, which is no column of the table: it has minute, errors",
        "Which column puts the rows into the order of the clock?",
    ),
    (
        RIGHT.replace(" | sort minute", ""),
        "no command puts the rows in an order, so they come in any",
        "Which column puts the rows into the order of the clock?",
    ),
    (
        RIGHT.replace("sort minute", "sort by minute"),
        "sort has no by: the columns stand right behind sort.",
        "What stands between sort and the column that it sorts by?",
    ),
    (
        RIGHT.replace("level =", "level =="),
        "== is no operator of a query: one = compares.",
        "With which sign does a query compare a field with a text?",
    ),
    (
        RIGHT.replace("| sort", "sort"),
        "'sort' stands where the end of stats or a | is expected.",
        "Which commands stand between the pipes, and what does each of them need?",
    ),
    (
        RIGHT.replace("as minute |", "as minute, message |"),
        "01:30 stands in 3 rows of your table",
        "What makes a row of your table: the minute alone, or something beside it?",
    ),
    (
        RIGHT.replace("| sort", "| filter errors >= 10 | sort"),
        "01:03 with 1 error is not in your table",
        "Which command of your query leaves rows out, and how many rows does a night have?",
    ),
]


@pytest.mark.parametrize(("query", "seen", "question"), OF_QUERY)
def test_a_query_is_told_its_fault(query: str, seen: str, question: str) -> None:
    found = told(QUERIES.test_query_counts_errors_per_minute, asked(query), CONTRACT, NIGHTS)

    assert found == (seen, question)


def test_a_limit_that_leaves_rows_out_is_asked_for() -> None:
    seen, question = told(QUERIES.test_query_counts_errors_per_minute, asked(f"{RIGHT} | limit 20"), CONTRACT, NIGHTS)

    assert seen.endswith(" is not in your table")
    assert question == "Which command of your query leaves rows out, and how many rows does a night have?"


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        f'fields @timestamp, status >= 500 as bad | filter bad = 1 | {TABLE} | sort minute',
        f'parse @message \'"level": "*"\' as how | filter how = "ERROR" | {TABLE} | sort minute',
    ],
)  # fmt: skip
def test_a_name_that_the_query_makes_is_known(query: str) -> None:
    assert ASKING.about_names(query, []) == ("", "") or "level" in query
    assert QUERIES.test_query_counts_errors_per_minute(asked(query), CONTRACT, NIGHTS) is None


def named(minute: str, seed: int = 7) -> Any:
    return SimpleNamespace(seed=seed, answers=lambda: SimpleNamespace(get=lambda key, kind: minute))


@pytest.mark.parametrize("form", ["{}", "{}:00", "2026-11-21 {}:00.000"])
def test_a_minute_may_stand_as_the_table_writes_it(form: str) -> None:
    began = NIGHTS.clock(NIGHTS.night(7).plan["errors"][0])

    assert QUERIES.test_first_minute_is_named(named(form.format(began)), NIGHTS) is None


@pytest.mark.parametrize(
    ("minute", "seen", "question"),
    [
        (
            "01:18:00",
            "01:18 has 1 error: that is an ordinary minute",
            "From which number on is a minute of your table no ordinary one?",
        ),
        ("02:08:30", "'02:08:30' is no minute with requests", "How does the table of your query write a minute?"),
    ],
)
def test_another_minute_is_told_what_it_is(minute: str, seen: str, question: str) -> None:
    assert told(QUERIES.test_first_minute_is_named, named(minute), NIGHTS) == (seen, question)


def template(pattern: str, value: str = '"1", DefaultValue: 0') -> Any:
    text = (
        "Resources:\n  ErrorLines:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n"
        f"      LogGroupName: /movie-service/api\n      FilterPattern: {pattern}\n      MetricTransformations:\n"
        f"        - {{MetricNamespace: MovieService, MetricName: ErrorLines, MetricValue: {value}}}\n"
    )
    submission = SimpleNamespace(seed=70_523, random=random.Random(7))
    return CONFTEST.Watch(submission, CONTRACT, NIGHTS, read_stack({"monitoring.yaml": text}))


@pytest.mark.parametrize("pattern", ['{ $.level = "ERROR" }', "{ $.level = ERROR }"])
def test_a_pattern_without_quotes_is_asked_for_them(pattern: str) -> None:
    assert told(LOGS.test_filter_counts_failed_requests, template(pattern), CONTRACT, NIGHTS) == (
        "FilterPattern is a mapping: to YAML a brace begins one. In single quotes it is a text.",
        "Which signs does a pattern have around a field and around a text, and which does YAML need around it all?",
    )


OF_PATTERN = [
    (
        "'{ $.latency_ms < 16 }'",
        "it leaves out a line with level ERROR: features came too late, after a WARN, 193.6 ms",
        "Which field says that a request failed, whatever its message, its status and its latency?",
    ),
    (
        "'{ $.latency_ms < 1000 }'",
        "it counts a line with level INFO: predicted, 29.3 ms",
        "Which field says that a request failed, whatever its message, its status and its latency?",
    ),
    (
        "ERROR",
        "it counts a line with level INFO: predicted at the second try, after ERROR: no worker is free, 161.3 ms",
        "Which part of the line does your pattern look at: the whole text, or one field?",
    ),
    (
        "ERROR -WARN",
        "it leaves out a line with level ERROR: features came too late, after a WARN, 193.6 ms",
        "Which field says that a request failed, whatever its message, its status and its latency?",
    ),
    (
        "ERROR -predicted",
        "it counts a line with level WARN: cache answered 1 ERROR, second try fine, 165.3 ms",
        "Which part of the line does your pattern look at: the whole text, or one field?",
    ),
]


@pytest.mark.parametrize(("pattern", "seen", "question"), OF_PATTERN)
def test_a_pattern_is_told_the_line_that_it_takes_for_another(pattern: str, seen: str, question: str) -> None:
    assert told(LOGS.test_filter_counts_failed_requests, template(pattern), CONTRACT, NIGHTS) == (seen, question)


def test_a_value_that_is_no_count_is_asked_for() -> None:
    watch = template("""'{ $.level = "ERROR" }'""", '"$.status", DefaultValue: 0')

    seen, question = told(LOGS.test_filter_counts_failed_requests, watch, CONTRACT, NIGHTS)

    assert seen.startswith("01:03 has 1 errors, and the metric says 50")
    assert question == "By how much does one line raise the metric, and which property says so?"


def test_a_default_beside_dimensions_is_asked_which_of_both_is_needed() -> None:
    both = '"1", DefaultValue: 0, Dimensions: [{Key: status, Value: $.status}]'
    watch = template("""'{ $.level = "ERROR" }'""", both)

    assert told(LOGS.test_filter_counts_failed_requests, watch, CONTRACT, NIGHTS) == (
        "A filter with Dimensions cannot have a DefaultValue.",
        "Which of the two does the brief ask for: a dimension, or a 0 in a minute without an error?",
    )


OF_FIELD = 'cannot be read as a term. A field stands in braces: { $.route = "/x" }.'
REFUSED = [
    (matcher, "level=ERROR", f"'level=ERROR' {OF_FIELD}"),
    (matcher, "level = ERROR", f"'= ERROR' {OF_FIELD}"),
    (matcher, "$.level = ERROR", f"'$.level = ERROR' {OF_FIELD}"),
    (
        json_matcher,
        "{ $.message = no worker }",
        "'no' and 'worker' stand side by side; a text of several words needs quotes.",
    ),
    (json_matcher, '{ $.level == "ERROR" }', "== is no operator; = is."),
]


@pytest.mark.parametrize(("read", "pattern", "said"), REFUSED)
def test_a_pattern_is_refused_by_its_fault(read: Any, pattern: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(pattern)

    assert str(refused.value) == said


ONE: dict[str, Any] = {
    "EvaluationPeriods": 3, "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [{"Id": "m", "MetricStat": {
        "Metric": {
            "Namespace": "Weather", "MetricName": "Rain", "Dimensions": [{"Name": "Station", "Value": "harbor"}],
        },
        "Period": 60, "Stat": "p99",
    }}],
}  # fmt: skip


def test_metrics_of_one_is_an_alarm_like_any_other() -> None:
    alarm = read_alarm("wet", ONE)

    assert (str(alarm.metric), alarm.statistic, alarm.period) == ("Weather Rain (Station=harbor)", "p99", 60)


def test_a_metric_that_is_named_twice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_alarm("wet", ONE | {"Statistic": "Sum"})

    assert str(refused.value) == "Statistic stands beside Metrics, and CloudWatch takes one of both."


@pytest.mark.parametrize(
    "rule",
    [
        "!Sub ALARM(\"${Wet}\") OR ALARM(dry)",
        "'ALARM(\"arn:aws:cloudwatch:eu-central-1:123456789012:alarm:wet\") OR ALARM(dry)'",
        "!Sub ALARM(\"${Wet.Arn}\") OR ALARM(dry)",
        "!Join [' OR ', [!Sub 'ALARM(\"${Wet}\")', ALARM(dry)]]",
    ],
)  # fmt: skip
def test_a_rule_names_alarms_by_name_reference_or_arn(rule: str) -> None:
    text = (
        "Resources:\n  Wet:\n    Type: AWS::CloudWatch::Alarm\n    Properties: { AlarmName: wet }\n"
        f"  Both:\n    Type: AWS::CloudWatch::CompositeAlarm\n    Properties:\n      AlarmRule: {rule}\n"
    )
    stack = read_stack({"weather.yaml": text})

    assert rule_of(stack, stack.of(COMPOSITE)[0]).replace('"', "") == "ALARM(wet) OR ALARM(dry)"
