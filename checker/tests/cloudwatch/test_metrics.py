"""Embedded metrics, metric filters, dashboards and composite rules: what they make, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.cloudwatch import Refused
from checker.cloudwatch.composite import read_rule
from checker.cloudwatch.dashboards import Expression, expressions, lines
from checker.cloudwatch.embedded import read_line, streams_of
from checker.cloudwatch.metric_filters import read_filter
from checker.cloudwatch.metrics import metric, percentile, statistic

# The example of AWS's page "Specification: Embedded metric format".
DOCUMENTED = {
    "_aws": {
        "Timestamp": 1574109732004,
        "CloudWatchMetrics": [
            {
                "Namespace": "lambda-function-metrics",
                "Dimensions": [["functionVersion"]],
                "Metrics": [{"Name": "time", "Unit": "Milliseconds"}],
            }
        ],
    },
    "functionVersion": "$LATEST",
    "time": 100,
    "requestId": "989ffbf8-9ace-4817-a57c-e4dd734019ee",
}


def test_documented_example_makes_its_metric() -> None:
    (found,) = read_line(json.dumps(DOCUMENTED))

    assert found.metric == metric("lambda-function-metrics", "time", {"functionVersion": "$LATEST"})
    assert (found.at, found.values, found.unit) == (1574109732004, (100.0,), "Milliseconds")


def test_a_line_without_metadata_makes_nothing() -> None:
    assert read_line('{"level": "INFO"}') == []


def test_each_set_of_dimensions_makes_a_metric_of_its_own() -> None:
    line = json.loads(json.dumps(DOCUMENTED))
    line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] = [[], ["functionVersion"], ["functionVersion", "requestId"]]
    line["time"] = [1, 2]

    found = streams_of([json.dumps(line), ""])

    assert [len(one.dimensions) for one in sorted(found)] == [0, 1, 2]
    assert all(stream.values == [1.0, 2.0] for stream in found.values())


def _changed(path: str, value: Any) -> str:
    line = json.loads(json.dumps(DOCUMENTED))
    *above, last = path.split(".")
    inner: Any = line
    for step in above:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    inner[last] = value
    return json.dumps(line)


DIRECTIVE = "_aws.CloudWatchMetrics.0"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "The line is no JSON: Expecting value: line 1 column 1 (char 0)."),
        ("[1]", "The line is no JSON object."),
        (
            _changed("_aws.Timestamp", 1.5),
            "_aws.Timestamp is 1.5; it must be a whole number of milliseconds since 1970.",
        ),
        (_changed("_aws.CloudWatchMetrics", {}), "_aws.CloudWatchMetrics must be a list."),
        (_changed("_aws.CloudWatchMetrics", [1]), "Each entry of CloudWatchMetrics must be an object."),
        (_changed(f"{DIRECTIVE}.Namespace", ""), "Namespace is ''; it must be a text."),
        (
            _changed(f"{DIRECTIVE}.Dimensions", ["functionVersion"]),
            "Dimensions is ['functionVersion']; it must be a list of lists of names.",
        ),
        (_changed(f"{DIRECTIVE}.Metrics", {}), "Metrics must be a list of at most 100 objects."),
        (_changed(f"{DIRECTIVE}.Metrics", [{}]), "Each entry of Metrics needs a Name; {} has none."),
        (
            _changed(f"{DIRECTIVE}.Metrics", [{"Name": "time", "Unit": "ms"}]),
            "The unit of time is 'ms', which CloudWatch does not know.",
        ),
        (
            _changed(f"{DIRECTIVE}.Metrics", [{"Name": "none"}]),
            "The metric none has no value: the line has no key 'none' at its top.",
        ),
        (_changed("time", []), "time has 0 values; one line takes 1 to 100."),
        (_changed("time", "100"), "time is '100'; a metric's value must be a number."),
        (_changed(f"{DIRECTIVE}.Dimensions", [["a"] * 31]), "A set has 31 dimensions; 30 is the most."),
        (
            _changed(f"{DIRECTIVE}.Dimensions", [["none"]]),
            "The dimension 'none' has no value: the line has no such key at its top.",
        ),
        (_changed("functionVersion", 7), "The dimension functionVersion is 7; its value must be a text."),
    ],
)
def test_a_line_that_breaks_the_format_says_why(line: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_line(line)

    assert str(refused.value) == says


def test_statistics() -> None:
    values = [float(n) for n in range(1, 101)]

    assert percentile(values, 99) == 99
    assert statistic("p99.9")(values) == 100
    assert (statistic("SampleCount")(values), statistic("Average")(values)) == (100, 50.5)
    assert str(metric("Shop", "Errors")) == "Shop Errors (no dimension)"
    assert str(metric("Shop", "Errors", {"b": "2", "a": "1"})) == "Shop Errors (a=1, b=2)"


def _filter(**changes: Any) -> dict[str, Any]:
    one = {"MetricNamespace": "Shop", "MetricName": "Errors", "MetricValue": "1", "DefaultValue": 0}
    top = {"FilterPattern": '{ $.level = "ERROR" }'}
    for key, value in changes.items():
        (top if key in ("FilterPattern", "MetricTransformations") else one)[key] = value
    return {"MetricTransformations": [{k: v for k, v in one.items() if v is not ...}]} | top


EVENTS = [(0, '{"level": "ERROR", "ms": 7}'), (1, '{"level": "INFO"}'), (60_000, '{"level": "INFO"}'), (180_000, "x")]


def test_default_value_fills_minutes_that_have_events() -> None:
    assert read_filter(_filter()).counted(EVENTS) == {0: 1.0, 60_000: 0.0, 180_000: 0.0}
    assert read_filter(_filter(DefaultValue=...)).counted(EVENTS) == {0: 1.0}


def test_value_may_be_taken_from_the_event() -> None:
    assert read_filter(_filter(MetricValue="$.ms", DefaultValue=...)).counted(EVENTS) == {0: 7.0}
    assert read_filter(_filter(MetricValue="$.none", DefaultValue=...)).counted(EVENTS) == {}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"FilterPattern": 1}, "FilterPattern is missing; it must be a text."),
        ({"FilterPattern": "{ x }"}, "'x' stands where a selector such as $.level is expected."),
        ({"MetricTransformations": []}, "MetricTransformations must be a list of one object."),
        ({"MetricName": ...}, "MetricName is missing."),
        ({"Default": 0}, "Default is no part of a metric transformation."),
        ({"MetricValue": "one"}, "MetricValue is 'one'; a number or a selector such as $.latency_ms is expected."),
        ({"Dimensions": [{"Key": "a", "Value": "$.a"}]}, "A filter with Dimensions cannot have a DefaultValue."),
    ],
)
def test_filters_that_aws_refuses(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_filter(_filter(**changes))

    assert str(refused.value) == says


def _board(*rows: list[Any], **properties: Any) -> str:
    widget = {"type": "metric", "properties": {"region": "eu-central-1", "metrics": list(rows)} | properties}
    return json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "x"}}, widget]})


def test_dashboard_rows_repeat_the_row_before() -> None:
    found = lines(
        _board(
            ["Shop", "Errors", "Service", "till", {"stat": "Sum"}],
            [".", "Latency", ".", "."],
            ["...", "door", {"stat": "p99"}],
            [{"expression": "m1/m2"}],
            stat="Maximum",
        )
    )

    assert [(one.widget, str(one.metric), one.statistic) for one in found] == [
        (2, "Shop Errors (Service=till)", "Sum"),
        (2, "Shop Latency (Service=till)", "Maximum"),
        (2, "Shop Latency (Service=door)", "p99"),
    ]


def test_a_hidden_row_is_no_visible_line_and_is_repeated_by_the_next() -> None:
    found = lines(_board(["Shop", "Errors", "Service", "till", {"visible": False}], [".", "Latency", ".", "."]))

    assert [(str(one.metric), one.visible) for one in found] == [
        ("Shop Errors (Service=till)", False),
        ("Shop Latency (Service=till)", True),
    ]


def test_the_expressions_of_a_dashboard_are_named() -> None:
    search = "SEARCH('{Shop,Service} Latency', 'p99', 60)"

    assert expressions(_board(["Shop", "Errors"], [{"expression": search, "id": "e1"}])) == [Expression(2, search)]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("100 * nothere / FILL(e, 1)", "nothere"),
        ("m1 + e", "m1"),
        ("100 * FILL(e, 0) / all_1", ""),
        ("SUM(METRICS('errors')) / 1e3", ""),
        ("IF(e > 3 AND all_1, e, 0)", ""),
        ("rate * 2", ""),
        ('SELECT AVG(Latency) FROM "Shop" GROUP BY door', ""),
    ],
)
def test_an_expression_reads_ids_of_its_own_widget(text: str, unknown: str) -> None:
    board = _board(
        ["Shop", "Errors", {"id": "e", "visible": False}], [".", "Requests", {"id": "all_1"}],
        [{"expression": "e / all_1", "id": "rate"}], [{"expression": text}],
    )  # fmt: skip

    assert expressions(board)[1:] == [Expression(2, text, unknown)]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "The body is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
        ("{}", "The body needs a list of widgets."),
        ('{"widgets": [{}]}', "Widget 1 needs a type (metric, text, log, alarm, explorer) and properties."),
        (_board(["Shop", "Errors"], region=None), "Widget 2 names no region."),
        (_board(), ""),
        (_board([]), "Widget 2 needs metrics, a list of lists."),
        (
            _board(["Shop", "Errors", "Service"]),
            "Widget 2: ['Shop', 'Errors', 'Service'] is no namespace, name and pairs of dimensions.",
        ),
    ],
)
def test_dashboards_that_cloudwatch_refuses(body: str, says: str) -> None:
    if not says:
        assert lines(body) == []
        return
    with pytest.raises(Refused) as refused:
        lines(body)

    assert str(refused.value) == says


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ('ALARM("a")', True),
        ("ALARM(b)", False),
        ('ALARM("a") AND NOT ALARM("b")', True),
        ("ALARM(b) OR ALARM(a) AND OK(b)", True),
        ("(ALARM(b) OR ALARM(a)) AND ALARM(b)", False),
        ("INSUFFICIENT_DATA(c)", True),
        ("TRUE", True),
        ("NOT TRUE OR FALSE", False),
    ],
)
def test_composite_rules(rule: str, holds: bool) -> None:
    test, _ = read_rule(rule)

    assert test({"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA"}) is holds


def test_composite_rule_names_its_alarms() -> None:
    assert read_rule("ALARM(\"a b\") OR OK('c')")[1] == ["a b", "c"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "'the end' stands where ALARM(…), OK(…) or INSUFFICIENT_DATA(…) is expected."),
        ("ALARM(a) ALARM(b)", "'ALARM(b)' stands where AND, OR or the end is expected."),
        ("(ALARM(a)", "A parenthesis is opened and not closed."),
        ("ALARM(a) && OK(b)", "'&& OK(b)' cannot be read in an AlarmRule."),
        ("errors", "'errors' stands where ALARM(…), OK(…) or INSUFFICIENT_DATA(…) is expected."),
    ],
)
def test_rules_that_cannot_be_read(rule: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rule(rule)

    assert str(refused.value) == says
