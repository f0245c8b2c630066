"""Filter patterns match what AWS's page says they match, and refuse what it says is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from checker.cloudwatch import Refused
from checker.cloudwatch.patterns import matcher

TABLE = tomllib.loads(Path(__file__).with_name("documented_patterns.toml").read_text("utf-8"))
ROWS = TABLE["row"]


def _event(text: str) -> str:
    return TABLE["json_events"].get(text, text)


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}-{row['pattern']}" for number, row in enumerate(ROWS)])
def test_documented_examples_hold(row: dict[str, Any]) -> None:
    if row.get("refused"):
        with pytest.raises(Refused):
            matcher(row["pattern"])
        return
    matches = matcher(row["pattern"])

    found = [event for event in [*row.get("matches", ()), *row.get("misses", ())] if matches(_event(event))]

    assert found == row.get("matches", [])


def test_each_row_names_its_source_and_can_fail() -> None:
    for row in ROWS:
        assert row["source"]
        assert row.get("refused") or row.get("matches") or row.get("misses")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a" * 1025, "The pattern has 1025 characters; 1024 is the most."),
        (
            "no-worker",
            "'no-worker' cannot be read as a term. A term with other characters than letters, digits and _ "
            "stands in double quotes.",
        ),
        ("{ $.a = 1", "A JSON pattern begins with { and ends with }."),
        ("{ level = 1 }", "'level' stands where a selector such as $.level is expected."),
        ("{ $.a = 1 $.b = 2 }", "'$.b' stands where && or || or the end is expected."),
        ("{ ($.a = 1 }", "A parenthesis is opened and not closed."),
        ("{ $.a EXISTS }", "'EXISTS' is no operator; = != < <= > >=, IS and NOT EXISTS are."),
        ("{ $.a IS NOT NULL }", "IS takes NULL, TRUE or FALSE, not 'NOT'."),
        ("{ $.a NOT NULL }", "NOT stands before EXISTS only."),
        ("{ $.a = }", "Nothing to compare with stands after =."),
        ('{ $.a > "x" }', '> compares numbers, and "x" is none.'),
        ("{ $.a > %x% }", "> compares numbers, and %x% is none."),
        ("{ $.*.id[*] = 1 }", "$.*.id[*] has two stars; a selector may have one."),
        ("{ $.a = é! }", "'!' cannot be read; other signs than letters need quotes."),
        ("%a!%", "The regular expression 'a!' holds '!', which filter patterns do not support."),
        ("%[a%", "The regular expression '[a' cannot be read: unterminated character set at position 0."),
        ("[a, b", "A space-delimited pattern begins with [ and ends with ]."),
        ("[..., a, ...]", "A space-delimited pattern may hold ... once."),
        ("[a b]", "'a b' is no condition such as status = 4*."),
        ("[a = 1 || b = 2]", "'a = 1 || b = 2' names two fields in one condition with ||."),
    ],
)
def test_refusals_say_why(pattern: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        matcher(pattern)

    assert str(refused.value) == says


def test_text_that_looks_like_json_and_is_not_matches_nothing() -> None:
    assert not matcher("{ $.a NOT EXISTS }")('{"a": ')
