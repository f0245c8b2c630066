"""The glossary: the words that each brief explains, gathered from the briefs themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.exercise import Exercise
from course.build.site.exercises import FOLDER

PATH = "reference/glossary.md"
SECTION = re.compile(r"^## Words\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^- \*\*(?P<term>[^*]+)\*\*: (?P<says>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Word:
    """One word as one brief explains it; the same word may mean another thing in another exercise."""

    term: str
    says: str
    exercise: Exercise


def page(exercises: Iterable[Exercise]) -> str:
    """All words in alphabetical order, each with the exercise that needs it."""
    known = sorted((one for exercise in exercises for one in words(exercise)), key=_order)
    lines = [
        "# Glossary", "",
        f"The {len(known)} words that the briefs explain, each as it is used there.",
        "A word that stands here twice has two meanings, and each exercise says which.", "",
    ]  # fmt: skip
    letter = ""
    for one in known:
        if _order(one)[0][0] != letter:
            letter = _order(one)[0][0]
            lines += [f"## {letter.upper()}", ""]
        lines += [f"**{one.term}**: {one.says} {_from(one.exercise)}", ""]
    return "\n".join(lines)


def words(exercise: Exercise) -> Iterator[Word]:
    """The words of one brief."""
    found = SECTION.search((exercise.folder / "README.md").read_text(encoding="utf-8"))
    for entry in ENTRY.finditer(found[1] if found else ""):
        yield Word(entry["term"], entry["says"], exercise)


def _order(word: Word) -> tuple[str, str]:
    return word.term.lower().removeprefix("to "), word.exercise.number


def _from(exercise: Exercise) -> str:
    name = "Final project" if exercise.folder.parent.name == "course" else f"Exercise {int(exercise.number)}"
    return f"<small>[{name}](../{FOLDER}/{exercise.slug}.md)</small>"
