"""Writes work/START_HERE.ipynb from course/start_here.py; runs in .venv and never overwrites one."""

from __future__ import annotations

import argparse
from pathlib import Path

from checker.course import find_course
from checker.exercise import Exercise
from course.build.notebooks import notebook

SOURCE = Path(__file__).resolve().parents[1] / "start_here.py"
MAP = "# {{ the exercises }}"


def rows(exercises: tuple[Exercise, ...]) -> list[str]:
    """The map of the exercises as a Markdown table: link, summary, minutes."""
    head = ["| | exercise | what it is about | minutes |", "|--:|:--|:--|--:|"]
    return [*head, *(_row(exercise) for exercise in exercises)]


def _row(exercise: Exercise) -> str:
    link = f"[{exercise.title}]({exercise.slug}/{exercise.notebook})"
    return f"| {int(exercise.number)} | {link} | {exercise.summary} | {_minutes(exercise)} |"


def _minutes(exercise: Exercise) -> str:
    """In a room, then all of it: `20 / 60`."""
    room = sum(task.minutes for task in exercise.tasks if task.tier == "room")
    full = sum(task.minutes for task in exercise.tasks if task.tier in {"room", "full"})
    return f"{room} / {full}"


def text(exercises: tuple[Exercise, ...]) -> str:
    source = SOURCE.read_text(encoding="utf-8")
    return notebook(source.replace(MAP, "\n".join(f"# {row}" for row in rows(exercises))))


def main(argv: list[str] | None = None) -> int:
    """Write it when there is none. Prints what became of it, for the line of `make start`."""
    parser = argparse.ArgumentParser(prog="python -m course.start.welcome")
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args(argv).out
    made = text(find_course(SOURCE.parent).exercises)
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(made, encoding="utf-8")
        print("written")
    elif out.read_text(encoding="utf-8", errors="replace") == made:
        print("fresh")
    else:
        print("yours, kept")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
