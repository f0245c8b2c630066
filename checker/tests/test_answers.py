"""An answer of another kind is asked about by the slip that shows in it."""

from __future__ import annotations

import tomllib

import pytest

from checker.errors import Finding, NotYet
from checker.reply import Answers


def test_a_day_without_quotes_is_its_text():
    answers = Answers(tomllib.loads('fell_on = 2026-11-22\nchanged = "2026-11-23"'))

    assert (answers.get("fell_on", str), answers.get("changed", str)) == ("2026-11-22", "2026-11-23")


@pytest.mark.parametrize(
    ("value", "shown", "kind", "wanted", "question"),
    [
        ("154", "'154'", int, "a whole number", "How is a text written in this file, and how a number?"),
        ("0.5", "'0.5'", float, "a number", "How is a text written in this file, and how a number?"),
        (
            0.5,
            "0.5",
            int,
            "a whole number",
            "The number of what is asked for here, and can there be a part of one?",
        ),
        ("many", "'many'", int, "a whole number", "What does the brief ask for here: a name or a number?"),
        (4, "4", str, "a text", "What does the brief ask for here: a name or a number?"),
    ],
)
def test_an_answer_of_another_kind(value, shown, kind, wanted, question):
    with pytest.raises(NotYet) as lost:
        Answers({"changed": value}).get("changed", kind)

    assert lost.value.finding == Finding(
        "read changed in answers.toml", f"'changed' is {shown}", f"'changed' as {wanted}", "answers.toml", question
    )
