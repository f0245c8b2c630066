"""Writes a graded class in the forms that other programs take: `checker grade … --format csv,junit,moodle`.

Names and notices come from submissions: in a table no cell may begin a formula, in XML no sign may end the text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from checker.classroom.overrides import apply_to_class, read_overrides
from checker.classroom.record import ClassRun, Submission
from checker.errors import Misuse
from checker.state import write_atomically

Writer = Callable[[ClassRun, Path], Path]
# A spreadsheet takes a cell that begins so for a formula, also after a blank.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def formats_of(text: str) -> tuple[str, ...]:
    """The names of a list with commas. Raises Misuse for one that is not known."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in writers():
            raise Misuse(
                f"There is no format {name!r}. There are: {', '.join(writers())}.", "--format csv,junit,gradescope"
            )
    return names


def writers() -> dict[str, Writer]:
    """Format -> what writes it below OUT and gives the path."""
    # Only here: the verb asks for the names before anything is read.
    from checker.classroom.exports_of_results import write_gradescope, write_junit
    from checker.classroom.exports_to_lms import write_canvas, write_moodle

    return {
        "csv": write_csv,
        "json": write_json,
        "junit": write_junit,
        "gradescope": write_gradescope,
        "moodle": write_moodle,
        "canvas": write_canvas,
        "html": write_report,
    }


def export(run: ClassRun, out: Path, formats: Iterable[str]) -> list[Path]:
    """Write each format, with the points that a person set by hand in force."""
    run = apply_to_class(read_overrides(out), run, out)
    return [writers()[name](run, out) for name in formats]


def safe(value: object) -> object:
    """A cell that no spreadsheet calculates: text that looks like a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip(" \u00a0\ufeff").startswith(FORMULA):
        return f"'{value}"
    return value


def table(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def write_csv(run: ClassRun, out: Path) -> Path:
    """The gradebook: a row per trainee, a column per exercise. Nothing in it depends on when it was made."""
    head = ["id", "name", *(one.slug for one in run.exercises), "score", "max", "late_minutes", "late_percent_off",
            "points", "percent", "status", "attempt", "attempts", "source", "remarks"]  # fmt: skip
    rows: list[Sequence[object]] = [head, *(_gradebook_row(run, one) for one in run.counted)]
    path = out / "gradebook.csv"
    # With the mark by which spreadsheets know UTF-8.
    write_atomically(path, "\ufeff" + table(rows))
    return path


def _gradebook_row(run: ClassRun, one: Submission) -> list[object]:
    known = one.status in ("graded", "error")
    cells = [cell.score if cell.status in ("graded", "nothing") and known else "" for cell in one.cells]
    late = one.late
    return [
        one.id, one.name, *cells, one.score if known else "", one.max, late.minutes if late else 0,
        late.percent_off if late else 0, f"{one.points:g}" if known else "",
        f"{100 * one.points / one.max:.1f}" if known and one.max else "", one.status, one.attempt.number,
        one.attempt.of, one.source, " ".join((*([one.says] if one.says else []), *one.notices)),
    ]  # fmt: skip


def write_json(run: ClassRun, out: Path) -> Path:
    """The same rows for a program: class.json without times and without attempts that do not count."""
    rows = [
        {
            "id": one.id, "name": one.name, "lms_id": one.lms_id, "status": one.status, "says": one.says,
            "score": one.score, "max": one.max, "points": one.points,
            "exercises": {cell.exercise: {"status": cell.status, "score": cell.score, "max": cell.max}
                          for cell in one.cells},
        }
        for one in run.counted
    ]  # fmt: skip
    path = out / "gradebook.json"
    write_atomically(path, json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    return path


def write_report(run: ClassRun, out: Path) -> Path:
    """The page for the instructor: `checker report` writes it too, and feedback beside it."""
    from checker.classroom.report import page
    from checker.classroom.report_load import load
    from checker.course import find_course

    path = out / "report.html"
    write_atomically(path, page(load(find_course(), out)))
    return path
