"""The lint of messages, fault by fault, on rows made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.law.reading import grade, sentences, syllables, words
from checker.law.words import messages_are_complete
from checker.result import Result, Row

FINE = Row(
    "label", 2, "The label.", "room", "graded", "not_yet", 0, 2, tried="asked for a label", seen="'Delft Ada'",
    expected="name, comma, town", where="parcel.py, label", next="Where do the two part?",
)  # fmt: skip
LONG = "the label of the parcel and the name of the town and the rest of the text on the label of the parcel are read"
HARD = (
    "Considerable administrative responsibilities necessitate comprehensive documentation, notwithstanding availability"
)
FAULTS = [
    ({"next": ""}, "next is empty. Fill it in."),
    ({"next": "Just compare both."}, "next says 'just'. Say it without."),
    ({"seen": "you forgot the comma"}, "seen says 'you forgot'. Say it without."),
    ({"tried": "asked!"}, "tried has an exclamation mark. End the sentence with a full stop."),
    (
        {"seen": f"{LONG} by a man."},
        f"seen has a sentence of 28 words: '{LONG} by a man.'. Cut it below 25.",
    ),
    ({"seen": "x. " * 200}, "the message has 11 lines. Shorten it to 8."),
    (
        {"expected": HARD},
        "tried, expected and next ask for school grade GRADE: "
        f"'asked for a label. {HARD}. Where do the two part?'. Use shorter words.",
    ),
    (
        {"next": 'Write return f"{name}, {town.upper()}" there.'},
        "next gives away the solution's line 'return f\"{name}, {town.upper()}\"'. Ask a question instead.",
    ),
]  # fmt: skip


def result_of(row: Row) -> Result:
    return Result("01_parcel", "Parcel", "graded", "self", 1, "process", {}, "", {}, "", 0.0, (row,))


def test_a_fine_message_has_no_fault(case) -> None:
    assert messages_are_complete(case, "wrong/x", result_of(FINE)) == []


@pytest.mark.parametrize(("changes", "fault"), FAULTS)
def test_a_fault_is_said(changes, fault, case) -> None:
    row = replace(FINE, **changes)
    whole = ". ".join(part.rstrip(".") for part in (row.tried, row.expected, row.next))

    said = messages_are_complete(case, "wrong/x", result_of(row))

    assert said == [f"01_parcel/wrong/x, row 'label': {fault}".replace("GRADE", f"{grade(whole):.1f}")]


def test_code_counts_as_one_word() -> None:
    assert words("sent POST /predict without `movie_id` to app.py") == ["sent", "x", "x", "without", "x", "to", "x"]
    assert len(sentences("Look at app.py. Which line is it?")) == 2


def test_easy_text_has_a_low_grade_and_hard_text_a_high_one() -> None:
    assert [syllables(word) for word in ("parcel", "like", "table", "refused", "the")] == [2, 1, 2, 2, 1]
    assert grade("The cat sat on the mat. It was a big cat.") < 2
    assert grade(HARD) > 15
