"""A graded class made by hand: what the tests of report, feedback and overrides read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from checker.classroom.record import (
    Attempt,
    Cell,
    ClassExercise,
    ClassRun,
    Late,
    Policy,
    Submission,
    result_path,
    write_class,
)
from checker.result import Result, Row

SLUG = "01_greeting"
HOSTILE = "<script>alert(1)</script>\u202etxt.exe\x1b[31m\"&'"
LOST = Row(
    "names", 1, "The greeting names the person.", "room", "graded", "not_yet", 0, 2, "called greet('Ada7')", "'Hello'",
    "'Hello Ada7'", "greeting.py, greet", "Which value changes from person to person?",
)  # fmt: skip
PASSED = replace(LOST, verdict="passed", earned=2, tried="", seen="", expected="", where="", next="")
WAITS = Row(
    "answers", 2, "The app answers.", "full", "graded", "waits_for", 0, 3, waits_for="The greeting names the person."
)
ANSWERS = replace(WAITS, verdict="passed", earned=3, waits_for="")
HIDDEN = replace(
    LOST, id="own-idea", task=2, title="A long name is greeted.", max=1, seen="secret seen", tried="secret tried",
    expected="secret expected", where="secret where", next="secret next?", why="secret why", hidden=True,
)  # fmt: skip


def result(*rows: Row, seed: int = 7) -> Result:
    return Result(
        SLUG, "Greeting", "graded", "self", seed, "process", {"sha256": "a" * 64, "files": {"greeting.py": "b" * 64}},
        "c" * 64, {"python": "3.11"}, "2026-11-26T09:00:00+00:00", 0.1, rows,
    )  # fmt: skip


def submission(name: str, found: Result | None, **fields: object) -> Submission:
    who = fields.pop("id", name.lower())
    cell = (
        Cell(SLUG, "graded", found.score, found.max, result_path(str(who), SLUG))
        if found
        else Cell(SLUG, "nothing", 0, 5, says="Nothing was handed in.")
    )
    made = Submission(str(who), str(who), name, f"{name}.zip", "zip", "graded", cells=(cell,))
    return replace(made, **fields)  # type: ignore[arg-type]


def write(out: Path, people: dict[str, Result | None], **more: Submission) -> Path:
    """A class in `out`: by name a result each, and submissions that are given whole."""
    submissions = [*(submission(name, found) for name, found in people.items()), *more.values()]
    for one in submissions:
        (out / "submissions" / one.id / SLUG).mkdir(parents=True)
        (out / "submissions" / one.id / SLUG / "greeting.py").write_text("def greet(name):\n    return name\n")
    for name, found in people.items():
        keep(out, name.lower(), found)
    exercise = ClassExercise(SLUG, "Greeting", 5, "c" * 64, {})
    start, end = "2026-11-26T09:00:00+00:00", "2026-11-26T09:00:05+00:00"
    write_class(
        ClassRun("self", 7, "process", {"python": "3.11"}, start, end, Policy(), (exercise,), tuple(submissions)), out
    )
    return out


def keep(out: Path, who: str, found: Result | None) -> None:
    if found:
        path = out / result_path(who, SLUG)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found.to_dict()))


def usual(out: Path) -> Path:
    """Six people: two right, two with the same mistake, one hostile and late, one refused."""
    hostile = replace(LOST, seen=HOSTILE, where=HOSTILE, next=HOSTILE)
    mallory = result(hostile, WAITS)
    keep(out, "mallory", mallory)
    return write(
        out,
        {
            "Ada": result(PASSED, ANSWERS), "Bob": result(PASSED, ANSWERS), "Cy": result(LOST, WAITS),
            "Di": result(replace(LOST, seen="'Hello 5'"), WAITS),
        },
        mallory=submission(
            HOSTILE, mallory, id="mallory", notices=(HOSTILE,), source=HOSTILE,
            late=Late(90, 10, "90 minutes late: 10 % off."),
        ),
        zed=submission("Zed", None, status="refused", says=f"The zip holds {HOSTILE}.", attempt=Attempt()),
    )  # fmt: skip
