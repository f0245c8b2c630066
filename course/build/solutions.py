"""Makes solutions/NN_slug: the clean answer, the walkthrough and what wrong answers get."""

from __future__ import annotations

from pathlib import Path

from checker.exercise import Exercise
from course.build.feedback import Feedback, wrong_answers
from course.build.starters import Products, answer

INDEX = """# Solutions

The reading room: for each exercise the finished files and why they are as they are.
Try an exercise first; reading an answer is not the same as finding one.
Made by `make sync` from `exercises/`; an edit here is lost.

"""


WRONG = """
## Wrong answers, and what the checks say

| The mistake | The check that it loses | What the check saw | What to ask next |
|---|---|---|---|
"""


def index(exercises: list[Exercise]) -> bytes:
    """Return the README of the whole reading room."""
    rows = "".join(f"- [{one.number} {one.title}]({one.slug}/README.md): {one.summary}\n" for one in exercises)
    return (INDEX + rows).encode()


def reading(exercise: Exercise, told: dict[str, Feedback]) -> Products:
    """Return the files of one reading-room folder, by path relative to it; `told` is what wrong answers get."""
    text = f"{_walkthrough(exercise)}{_wrong_table(exercise, told)}"
    return answer(exercise) | {Path("README.md"): text.encode()}


def _walkthrough(exercise: Exercise) -> str:
    path = exercise.folder / "walkthrough.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else f"# {exercise.title}\n"
    return text.rstrip("\n") + "\n"


def _wrong_table(exercise: Exercise, told: dict[str, Feedback]) -> str:
    rows = [(one, told[one.name]) for one in wrong_answers(exercise) if one.name in told]
    if not rows:
        return ""
    lines = [_row(one.says, row.title, row.seen, row.next) for one, row in rows]
    return WRONG + "".join(lines)


def _row(*cells: str) -> str:
    # A line break or a bar would end the cell. A line that ends with a colon goes on in the next one.
    plain = ("; ".join(cell.strip().splitlines()).replace(":; ", ": ").replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(plain)} |\n"
