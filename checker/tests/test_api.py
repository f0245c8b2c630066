"""The names that every exercise uses; changing one breaks exercises that others wrote."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import checker
from checker import Engine, Ran, Submission, check, expect, partial
from checker.errors import ExerciseFault, NotYet, Partial

INSIDE = ("folder", "room", "inside", "let_reach", "close", "meet_engines")
HINTS = ("a", "b", "c")


def test_public_names():
    assert checker.__all__ == [
        "Answers", "Array", "Engine", "Finished", "Grader", "Handle", "Outcome", "Raised", "Ran", "Reply", "Result",
        "Row", "Submission", "check", "expect", "grade", "partial", "read_hints", "sibling",
    ]  # fmt: skip
    assert all(getattr(checker, name) is not None for name in checker.__all__)


def test_signatures_are_frozen():
    assert list(inspect.signature(check).parameters) == ["id", "task", "points", "tier", "after", "hints", "why"]
    assert list(inspect.signature(expect).parameters) == ["ok", "tried", "seen", "expected", "where", "next"]
    assert list(inspect.signature(partial).parameters) == ["earned", "tried", "seen", "expected", "where", "next"]


def test_the_page_names_every_door_of_submission():
    page = (Path(checker.__file__).parent / "API.md").read_text()
    doors = [name for name in dir(Submission) if not name.startswith("_") and name not in INSIDE]
    assert [name for name in doors if f"submission.{name}" not in page and f".{name}(" not in page] == []
    doors = [name for name in (*vars(Engine), *vars(Ran)) if not name.startswith("_") and name != "close"]
    assert [name for name in doors if f"engine.{name}" not in page and f"`.{name}" not in page] == []


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'checker' has no attribute 'chek'$"):
        _ = checker.chek


def declare(doc="A title.", **given):
    def function(submission):
        pass

    function.__doc__ = doc
    return check(**{"id": "x", "task": 1, "points": 1, "hints": HINTS} | given)(function)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"doc": None}, "function: a check needs a docstring; its first line is the title that a trainee reads."),
        ({"id": "Up"}, "function: the id 'Up' may hold lower case letters, digits and hyphens only."),
        ({"tier": "hall"}, "function: the tier 'hall' is none of room, full, stretch."),
        ({"points": -1}, "function: -1 points; a guard and a stretch check have 0, others more."),
        ({"tier": "stretch"}, "function: 1 points; a guard and a stretch check have 0, others more."),
        ({"hints": ("a",)}, "function: 1 hints; give three (nudge, pointer, example)."),
    ],
)
def test_a_faulty_declaration_is_refused(given, message):
    with pytest.raises(ExerciseFault) as fault:
        declare(**given)

    assert str(fault.value) == message


def test_kinds_follow_from_points_and_tier():
    assert declare().__check__.kind == "graded"
    assert declare(points=0, hints=()).__check__.kind == "guard"
    assert declare(points=0, tier="stretch").__check__.kind == "stretch"


def test_expect_ends_the_check_with_its_fields():
    expect(True, seen="unused")
    with pytest.raises(NotYet) as ended:
        expect(0, tried="t", seen="s", expected="e", where="w", next="n")

    assert vars(ended.value.finding) == {"tried": "t", "seen": "s", "expected": "e", "where": "w", "next": "n"}


def test_partial_carries_the_points():
    with pytest.raises(Partial) as ended:
        partial(2, seen="half")

    assert (ended.value.earned, ended.value.finding.seen) == (2, "half")


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (checker.Raised("ValueError", "no folder", "metrics.py:79"), "ValueError: no folder, metrics.py:79"),
        (checker.Raised("KeyError", ""), "KeyError"),
    ],
)
def test_an_exception_reads_as_a_sentence(raised, told):
    assert str(raised) == told
