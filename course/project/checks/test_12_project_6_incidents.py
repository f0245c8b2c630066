"""Row 6 of the rubric: two incidents, drawn by the trainee's seed."""

from __future__ import annotations

from typing import Any

from checker import check, expect, partial, read_hints, sibling

HINTS = read_hints(__file__)
truth = sibling(__file__, "answers")


def _judge(submission: Any, place: str, number: int) -> None:
    right = truth.answers(submission.seed, {})
    given = {part: submission.answers().get(f"{place}_{part}", str) for part in ("cause", "signal", "repair")}
    known = {"cause": tuple(truth.TRUTH), "signal": truth.SIGNALS, "repair": truth.REPAIRS}
    for part, words in known.items():
        expect(
            given[part] in words,
            tried=f"read {place}_{part} in answers.toml",
            seen=f"{given[part]!r} is none of the brief's words",
            expected=f"one of: {', '.join(words)}",
            where=f"answers.toml, {place}_{part}",
            next="Which row of the brief's table says what you saw?",
        )
    wrong = [part for part, word in given.items() if word != right[f"{place}_{part}"]]
    fields = {
        "tried": f"compared your diagnosis with the incident that was drawn for you, number {number}",
        "seen": f"{' and '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} not what happened",
        "expected": "cause, first signal and repair of this one incident",
        "where": f"answers.toml, {place}_{wrong[0]}" if wrong else "",
        "next": "Which plot of your incident's page moves first, and which stay still?",
    }
    if wrong and "cause" not in wrong:
        partial(3, **fields)
    expect(not wrong, **fields)


@check(
    id="first-incident",
    task=6,
    points=5,
    hints=HINTS["first-incident"],
    why="The first signal tells where to look; what stays still tells where not to.",
)
def test_the_first_incident_is_named(submission: Any) -> None:
    """Cause, first signal and repair of your first incident are right."""
    _judge(submission, "first", 1)


@check(
    id="second-incident",
    task=6,
    points=5,
    tier="full",
    hints=HINTS["second-incident"],
    why="Two incidents with the same symptom have different causes; evidence parts them.",
)
def test_the_second_incident_is_named(submission: Any) -> None:
    """Cause, first signal and repair of your second incident are right."""
    _judge(submission, "second", 2)
