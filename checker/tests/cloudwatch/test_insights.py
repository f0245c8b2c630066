"""Queries return what AWS's pages say they return; what is not evaluated is refused by its name."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from checker.cloudwatch import Refused
from checker.cloudwatch.insights import from_text, run, shown

ROWS = tomllib.loads(Path(__file__).with_name("documented_queries.toml").read_text("utf-8"))["row"]
BEGIN = 1_795_226_400_000  # 2026-11-21 02:00


def _events(row: dict[str, Any]) -> list[Any]:
    texts = row["events"] * row.get("repeat", 1)
    minutes = row.get("minutes", range(len(texts)))
    return [_event(BEGIN + minute * 60_000, text) for minute, text in zip(minutes, texts, strict=True)]


def _event(at: int, text: str) -> Any:
    known = json.loads(text) if text.startswith('{"@') else {}
    return from_text(at, text, **known)


def _close(found: Any, expected: Any) -> bool:
    if isinstance(expected, float):
        return float(found) == pytest.approx(expected)
    return found == expected or (found is not None and str(found) == str(expected))


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}-{row['source']}" for number, row in enumerate(ROWS)])
def test_documented_examples_hold(row: dict[str, Any]) -> None:
    if row.get("refused"):
        with pytest.raises(Refused):
            run(row["query"], _events(row))
        return

    found = run(row["query"], _events(row))

    if "count" in row:
        assert (len(found), found[0]) == (row["count"], json.loads(row["first"]))
        return
    expected = json.loads(row["rows"])
    assert [list(one) for one in found] == [list(one) for one in expected]
    assert all(_close(one[key], two[key]) for one, two in zip(found, expected, strict=True) for key in two), found


def _one(query: str, message: str = '{"a": 1, "t": "x"}') -> list[dict[str, Any]]:
    return run(query, [from_text(BEGIN, message)])


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "The query holds no command."),
        (
            "dedup a",
            "The command 'dedup' is not evaluated here; fields, display, filter, stats, sort, limit and parse are.",
        ),
        (
            "SELECT * FROM logs",
            "The command 'SELECT' is not evaluated here; fields, display, filter, stats, sort, limit and parse are. "
            "In place of select stands fields, and stats for what is counted.",
        ),
        (
            "fields a | order by a",
            "The command 'order' is not evaluated here; fields, display, filter, stats, sort, limit and parse are. "
            "In place of order stands sort.",
        ),
        ("filter a = 1 b = 2", "'b' stands where the end of filter or a | is expected."),
        ("fields a | sort by a asc", "sort has no by: the columns stand right behind sort."),
        ("fields a | sort by @timestamp", "sort has no by: the columns stand right behind sort."),
        ("filter a == 1", "== is no operator of a query: one = compares."),
        ("filter (a = 1", "')' is missing before 'the end of the command'."),
        ("filter a = ", "'the end of the command' stands where a field or a value is expected."),
        ("fields jsonParse(a)", "The function jsonParse() is not evaluated here."),
        ("fields count(*)", "count() counts over many events; it belongs into stats."),
        ("stats a by b", "stats needs a function such as count(*) or avg(field)."),
        ("stats count(*) by bin(a)", "bin takes a period such as 5m."),
        ("stats count(*) by bin(1y)", "The period 1y is not evaluated here; ms, s, m, h, d, w are."),
        ("limit 0", "limit takes a number from 1 to 10000, not '0'."),
        ("limit many", "limit takes a number from 1 to 10000, not 'many'."),
        ("filter a like b", "like and =~ take a text in quotes or a regular expression between slashes."),
        (
            "filter a like /(/",
            "The regular expression /(/ cannot be read: missing ), unterminated subpattern at position 0.",
        ),
        ("parse a b as c", "parse needs a text with stars, or a regular expression between slashes."),
        ("parse t '* *' as c", "parse has 2 stars and 1 names after as."),
        ("parse t /x/", "parse with a regular expression needs a named group such as (?<user>\\w+)."),
        ("parse t logfmt as l", "parse … logfmt is not evaluated here; parse with a glob or a regular expression is."),
        ("fields strlen()", "strlen() was given 0 values, or one of the wrong kind."),
        ("fields a ? b", "'? b' cannot be read."),
    ],
)
def test_refusals_say_why(query: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        _one(query)

    assert str(refused.value) == says


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("filter t = 'x' | display a", [{"a": 1}]),
        ("filter t > 'a' and not a = 2 | display a", [{"a": 1}]),
        ("filter none = 1", []),
        ("filter none != 1 | display a", [{"a": 1}]),
        ("fields a / 0 as x, a + t as y, -a as z | display x, y, z", [{"x": None, "y": None, "z": -1}]),
        ("stats count(*) as n, n * 2 as twice", [{"n": 1, "twice": 2}]),
        ("filter a = 2 | stats count(*) as n", [{"n": 0}]),
        ("filter a = 2 | stats count(*) as n by t", []),
        ("stats max(t)", [{"max(t)": "x"}]),
        ("fields log(0) as x", [{"x": None}]),
        ("fields substr(none, 1) as x", [{"x": None}]),
        ("fields isIpInSubnet('10.0.0.1', 'nonsense') as x", [{"x": 0}]),
        ("stats pct(none, 50) as p", [{"p": None}]),
        ("fields @timestamp + 60000 as t | display t", [{"t": "2026-11-21 02:01:00.000"}]),
    ],
)
def test_values_that_are_missing_or_of_another_kind(query: str, rows: list[dict[str, Any]]) -> None:
    assert _one(query) == rows


def test_fields_of_nested_json_are_found_by_path() -> None:
    rows = _one("fields user.id, tags.1, none.x", '{"user": {"id": 7}, "tags": ["a", "b"], "none": null}')

    assert rows == [{"user.id": 7, "tags.1": "b"}]


@pytest.mark.parametrize("order", ["", " asc", " desc", ", a"])
def test_a_column_may_have_the_name_by(order: str) -> None:
    assert _one(f"stats count(*) as n by a as by | sort by{order}") == [{"by": 1, "n": 1}]


def test_broken_json_is_text() -> None:
    assert _one("fields a | filter @message like 'broken'", '{"a": broken') == [{}]


def test_sorting_puts_texts_before_numbers() -> None:
    events = [from_text(BEGIN, text) for text in ('{"a": 10}', '{"a": "z"}', '{"b": 1}', '{"a": 9}')]

    found = run("fields a | sort a", events)

    assert [one.get("a") for one in found] == [None, "z", 9, 10]


def test_rows_are_shown_as_texts() -> None:
    assert shown([{"a": None, "b": 0.1234567, "c": 3, "d": "x"}]) == [{"a": "", "b": "0.123457", "c": "3", "d": "x"}]


@pytest.mark.parametrize("period", ["1m", "1min", "1mins", "1minute", "60sec", "60s", "60000ms", "60000msecs"])
def test_a_period_has_all_its_names(period):
    rows = run(
        f"stats count(*) as n by bin({period}) as at | sort at", [from_text(61_000, "x"), from_text(119_000, "y")]
    )

    assert rows == [{"at": "1970-01-01 00:01:00.000", "n": 2}]


def test_a_letter_alone_has_no_plural():
    with pytest.raises(Refused) as refused:
        run("stats count(*) by bin(1hs)", [])

    assert str(refused.value) == "The period 1hs is not evaluated here; ms, s, m, h, d, w are."
