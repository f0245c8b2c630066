"""Grades as Moodle and Canvas take them, a row for each person that their download named by number.

What each of them does with a file, read in its source on 2026-11-26:

- Moodle, mod/assign/feedback/offline/importgradeslib.php: without one of the three columns Identifier, Grade and
  Last modified (grade) the whole file is refused; `Participant 17` is a person by the number of the download.
- Canvas, lib/gradebook_importer.rb: Student first, ID second, Section last before the assignments. An ID is read as
  a number as far as its digits go; an empty cell takes away a grade that stands there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from checker.classroom.exports import table
from checker.classroom.record import ClassRun, Submission
from checker.classroom.shown import in_words
from checker.state import write_atomically

# Who is not in the file, at most so many by name.
NAMED = 5


def write_moodle(run: ClassRun, out: Path) -> Path:
    """Moodle's grading worksheet. Without a time of the last grade, Moodle keeps those that it has, unless told."""
    rows: list[Sequence[object]] = [["Identifier", "Full name", "Grade", "Last modified (grade)"]]
    rows += [[f"Participant {one.lms_id}", one.name, percent(one), ""] for one in _known(run, "moodle")]
    path = out / "moodle.csv"
    # Moodle takes the mark by which spreadsheets know UTF-8 away.
    write_atomically(path, "\ufeff" + table(rows))
    return path


def write_canvas(run: ClassRun, out: Path) -> Path:
    """Canvas' gradebook, for Import. Canvas asks to which assignment the last column belongs."""
    rows: list[Sequence[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Course exercises"],
        ["    Points Possible", "", "", "", "", 100],
    ]
    rows += [[one.name, one.lms_id, "", "", "", percent(one)] for one in _known(run, "canvas")]
    path = out / "canvas.csv"
    write_atomically(path, table(rows))
    return path


def _known(run: ClassRun, form: str) -> list[Submission]:
    return [one for one in run.counted if _is_known(one, form)]


def _is_known(one: Submission, form: str) -> bool:
    """A number of Canvas' is another person's in Moodle."""
    return one.form == form and bool(one.lms_id) and one.status == "graded" and one.max > 0


def percent(one: Submission) -> str:
    return f"{100 * one.points / one.max:.2f}"


def left_out(run: ClassRun, formats: Collection[str]) -> list[str]:
    """One sentence for each file of an LMS that lacks somebody, with what the instructor has to do."""
    found = []
    for form in ("moodle", "canvas"):
        names = [one.name for one in run.counted if not _is_known(one, form)] if form in formats else []
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            found.append(
                f"{form}.csv has no row for {in_words(len(names), 'trainee')}, not graded or not out of a download "
                f"of {form.capitalize()}: {', '.join(names[:NAMED])}{more}; enter those by hand"
            )
    return found
