"""Files of rules: what is refused, when an alert is pending and when it fires, what is recorded."""

from __future__ import annotations

import pytest

from checker.promql import Database, Evaluator, RulesRefused, read_groups, run
from checker.promql.durations import milliseconds, text_of

SECOND, MINUTE = 1000, 60_000


def groups(*rules, **more):
    return read_groups({"groups": [{"name": "g", "rules": list(rules), **more}]})


def history(values, *rules, end=20 * MINUTE, step=30 * SECOND):
    database = Database()
    database.load("errors", {"route": "/predict"}, values, step=step)
    return run(groups(*rules, interval="30s"), database, end=end)


def alert(**more):
    return {"alert": "Errors", "expr": "errors > 5", **more}


def test_without_for_an_alert_fires_at_once():
    assert history("0x3 9x20", alert()).first_firing("Errors") == 2 * MINUTE


def test_with_for_it_is_pending_first():
    told = history("0x3 9x20", alert(**{"for": "5m"}))

    assert told.first_firing("Errors") == 7 * MINUTE
    assert told.pending("Errors")[0] == 2 * MINUTE


def test_an_evaluation_may_begin_later():
    database = Database()
    database.load("errors", {}, "9x40", step=30 * SECOND)

    told = run(groups(alert(), interval="30s"), database, begin=4 * MINUTE, end=6 * MINUTE)

    assert [one.time for one in told.of("Errors")] == [4 * MINUTE + step * 30 * SECOND for step in range(5)]


def test_an_evaluation_ends_with_the_first_firing_of_the_alert_that_is_waited_for():
    database = Database()
    database.load("errors", {}, "0x3 9x40", step=30 * SECOND)
    both = groups(alert(), alert(alert="Later", **{"for": "1m"}), interval="30s")

    told = run(both, database, end=20 * MINUTE, until_fires="Later")

    assert (told.alerts[-1].name, told.alerts[-1].time) == ("Later", 3 * MINUTE)


def test_a_break_starts_the_waiting_anew():
    told = history("0x3 9x4 0 9x20", alert(**{"for": "5m"}))

    assert told.first_firing("Errors") == 10 * MINUTE


def test_a_short_spike_is_pending_and_never_fires():
    told = history("0x3 9 0x20", alert(**{"for": "1m"}))

    assert told.pending("Errors") == [2 * MINUTE]
    assert told.first_firing("Errors") is None


def test_keep_firing_for_bridges_a_gap():
    rules = alert(keep_firing_for="2m")

    told = history("9x3 0x20", rules)

    assert max(one.time for one in told.of("Errors")) == 2 * MINUTE + 90 * SECOND


def test_the_value_in_a_label_makes_a_new_alert_each_time():
    steady = history("0x3 9x30", alert(labels={"route": "{{ $labels.route }}"}, **{"for": "5m"}))
    changing = history("0x3 9+1x30", alert(labels={"now": "{{ $value }}"}, **{"for": "5m"}))

    assert steady.of("Errors")[0].labels == (("alertname", "Errors"), ("route", "/predict"))
    assert changing.first_firing("Errors") is None


def test_what_is_recorded_can_be_asked_for_and_ends():
    database = Database()
    database.load("errors", {"a": "1"}, "9 9 0 0 0", step=MINUTE)
    rules = groups({"record": "many", "expr": "errors > 5", "labels": {"b": "2"}}, alert(expr="many > 5"))

    told = run(rules, database, end=4 * MINUTE, every=MINUTE)

    ask = Evaluator(database).query
    assert [(one.labels, one.value) for one in ask("many", MINUTE)] == [
        ((("__name__", "many"), ("a", "1"), ("b", "2")), 9.0)
    ]
    assert ask("many", 2 * MINUTE) == []
    assert {one.time for one in told.of("Errors")} == {0, MINUTE}
    assert ask('ALERTS{alertstate="firing"}', MINUTE)[0].value == 1.0


@pytest.mark.parametrize(("order", "minute"), [((0, 1), 1), ((1, 0), 2)], ids=["recorded first", "read first"])
def test_a_rule_sees_what_one_before_it_records_at_once_and_what_one_after_it_records_a_step_later(order, minute):
    database = Database()
    database.load("errors", {}, "0 9 9 9", step=MINUTE)
    rules = ({"record": "many", "expr": "errors > 5"}, alert(expr="many"))

    told = run(groups(*(rules[place] for place in order)), database, end=3 * MINUTE, every=MINUTE)

    assert min(one.time for one in told.of("Errors")) == minute * MINUTE


def test_what_a_rule_reads_of_itself_is_from_the_step_before():
    database = Database()
    rules = groups({"record": "steps", "expr": "steps + 1 or vector(0)"})

    run(rules, database, end=3 * MINUTE, every=MINUTE)

    assert [one.value for one in Evaluator(database).query("steps", 3 * MINUTE)] == [3.0]


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        (None, (), "A file of rules has the key groups, and below it a list."),
        ({"groups": [], "x": 1}, ("x",), "The key 'x' is not known here; groups are."),
        ({"groups": ["a"]}, ("groups", 0), "A group is a mapping with name and rules."),
        ({"groups": [{"rules": []}]}, ("groups", 0), "A group needs a name."),
        (
            {"groups": [{"name": "a"}, {"name": "a"}]}, ("groups", 1),
            "Two groups have the name 'a'.",
        ),
        ({"groups": [{"name": "a", "rules": {}, "interval": "1m"}]}, None, ""),
        (
            {"groups": [{"name": "a", "interval": "5"}]}, ("groups", 0, "interval"),
            "'5' is no duration; 5m and 1h30m are.",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(data, path, message):
    if path is None:
        assert read_groups(data)[0].interval == MINUTE
        return
    with pytest.raises(RulesRefused) as refused:
        read_groups(data)

    assert (str(refused.value), refused.value.path) == (message, path)


RULE = ("groups", 0, "rules", 0)


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        ("up", RULE, "A rule is a mapping with alert or record, and expr."),
        ({"expr": "up"}, RULE, "A rule has one of alert and record, and not both."),
        ({"alert": "A", "record": "b", "expr": "up"}, RULE, "A rule has one of alert and record, and not both."),
        ({"alert": "A"}, RULE, "The rule 'A' has no query in expr."),
        (
            {"alert": "A", "expr": "up", "fro": "5m"}, (*RULE, "fro"),
            "The key 'fro' is not known here; record, alert, expr, for, keep_firing_for, labels, annotations are.",
        ),
        (
            {"record": "a", "expr": "up", "for": "5m"}, (*RULE, "for"),
            "The key 'for' is not known here; record, expr, labels are.",
        ),
        ({"record": "a-b", "expr": "up"}, (*RULE, "record"), "'a-b' is no name for a recorded metric."),
        ({"alert": "A", "expr": "up >"}, (*RULE, "expr"), "'up >' is no query: invalid promql query."),
        (
            {"alert": "A", "expr": "up", "for": "5 minutes"}, (*RULE, "for"),
            "'5 minutes' is no duration; 5m and 1h30m are.",
        ),
        ({"alert": "A", "expr": "up", "labels": ["a"]}, (*RULE, "labels"), "labels is a mapping of names to texts."),
        ({"alert": "A", "expr": "up", "labels": {"a-b": "1"}}, (*RULE, "labels"), "'a-b' is no name for a label."),
        (
            {"alert": "A", "expr": "up", "annotations": {"a": ["1"]}}, (*RULE, "annotations", "a"),
            "a in annotations is no text.",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_prometheus_refuses_is_refused(rule, path, message):
    with pytest.raises(RulesRefused) as refused:
        groups(rule)

    assert (str(refused.value), refused.value.path) == (message, path)


def test_a_query_that_is_not_computed_here_is_still_a_rule():
    assert groups(alert(expr="topk(3, errors)"))[0].rules[0].expr == "topk(3, errors)"


@pytest.mark.parametrize(
    ("text", "value"),
    [("5m", 300_000), ("1h30m", 5_400_000), ("0", 0), (0, 0), ("100ms", 100), ("", None), ("5", None), ("1m1h", None)],
)
def test_durations(text, value):
    assert milliseconds(text) == value


def test_durations_are_written_as_people_do():
    assert [text_of(value) for value in (0, 90_000, 5_400_000)] == ["0s", "1m30s", "1h30m"]
