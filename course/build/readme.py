"""Fills the marked blocks of README.md: the table of exercises, and the map of rooms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from checker.exercise import Exercise
from course.build.sources import SourceError, files_below
from course.outline import Outline

BLOCK = re.compile(r"(?P<begin><!-- generated: (?P<name>[\w-]+) -->\n)(?P<old>.*?)(?P<end><!-- end -->)", re.DOTALL)
OPENED = re.compile(r"<!-- generated: ([\w-]+) -->")
# What each top-level folder is for: the row of the map, in the order in which a new reader meets them.
ROOMS = {
    "exercises": "the exercises: brief, starter, solution, checks, right and wrong answers",
    "solutions": "the reading room: finished answers and why they are as they are (generated)",
    "slides": "one deck per part",
    "docs": "the site: every section as a page that teaches",
    "course": "the facts of the course, the sample service, the model's training, what builds everything else",
    "checker": "what judges a folder of files; knows nothing of the course's subject",
    "requirements": "locked dependencies: to serve, to learn, to develop",
}


def filled(text: str, outline: Outline, exercises: list[Exercise], root: Path) -> str:
    """Return a README with its marked blocks made anew; text outside them stays as it is."""
    blocks: dict[str, Callable[[], str]] = {
        "exercises": lambda: exercise_table(outline, exercises),
        "rooms": lambda: room_table(root),
    }

    def fill(match: re.Match[str]) -> str:
        if match["name"] not in blocks:
            raise SourceError(f"README.md: nothing makes the block {match['name']!r}. Use one of: {', '.join(blocks)}.")
        return f"{match['begin']}{blocks[match['name']]()}{match['end']}"

    done = BLOCK.sub(fill, text)
    if len(OPENED.findall(text)) != len(BLOCK.findall(text)):
        raise SourceError("README.md: a generated block is never closed. Add '<!-- end -->' after it.")
    return done


PROJECT = "course/project/README.md"
FINAL = "Deploy, watch, load, break and repair your own service; a rubric of 100 points, 95 of them by machine."


def exercise_table(outline: Outline, exercises: list[Exercise]) -> str:
    """Return the table of all exercises; those that are still to come say so instead of a link."""
    there = {exercise.slug: exercise for exercise in exercises}
    lines = ["| | Exercise | In one line | Minutes (room / full) |", "|---|---|---|---|"]
    for planned in outline.exercise:
        exercise = there.get(planned.slug)
        title = f"[{planned.title}](exercises/{planned.slug}/README.md)" if exercise else planned.title
        summary = exercise.summary if exercise else "to come"
        lines.append(f"| {planned.number} | {title} | {summary} | {planned.room} / {planned.full} |")
    final = outline.final
    lines.append(f"| | [{final.title}]({PROJECT}) (final project) | {FINAL} | {final.room} / {final.full} |")
    return "\n".join(lines) + "\n"


def room_table(root: Path) -> str:
    """Return the map of the top-level folders."""
    # A folder without files is not in a clone, whatever lies here.
    rows = [f"| `{name}/` | {says} |" for name, says in ROOMS.items() if files_below(root / name)]
    return "\n".join(["| Folder | What is in it |", "|---|---|", *rows]) + "\n"
