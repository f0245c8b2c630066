"""Makes solutions/NN_slug: the clean answer, the walkthrough and what wrong answers get."""

from __future__ import annotations

from pathlib import Path

from course.build.sources import Exercise
from course.build.starters import Products, answer

INDEX = """# Solutions

The reading room: for each exercise the finished files and why they are as they are.
Try an exercise first; reading an answer is not the same as finding one.
Made by `make sync` from `exercises/`; an edit here is lost.

"""


def index(exercises: list[Exercise]) -> bytes:
    """Return the README of the whole reading room."""
    rows = "".join(f"- [{one.number} {one.title}]({one.slug}/README.md): {one.summary}\n" for one in exercises)
    return (INDEX + rows).encode()


def reading(exercise: Exercise) -> Products:
    """Return the files of one reading-room folder, by path relative to it."""
    return answer(exercise) | {Path("README.md"): _readme(exercise).encode()}


def _readme(exercise: Exercise) -> str:
    walkthrough = exercise.folder / "walkthrough.md"
    text = walkthrough.read_text(encoding="utf-8") if walkthrough.is_file() else f"# {exercise.title}\n"
    return text.rstrip("\n") + "\n"
