"""A graded class on a terminal: a row per trainee, then what an instructor should look at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from textwrap import wrap

from checker.classroom.record import Cell, ClassRun, Submission
from checker.classroom.shown import in_words

NAME, WIDTH = 26, 100
# What stands in a cell that has no points of its own.
MARKS = {"nothing": "-", "not_graded": "?", "error": "!"}
LEGEND = {"nothing": "- nothing handed in", "not_graded": "? not graded yet", "error": "! a check could not be run"}
# Of the notices of one submission; all of them stand in class.json.
SHOWN_NOTICES = 3


def as_table(run: ClassRun) -> str:
    """All of it: the head, the rows, how the class did, and what to look at."""
    return "\n".join(line.rstrip() for line in (*_head(run), "", *_rows(run), *_legend(run), *_look_at(run)))


def _head(run: ClassRun) -> Iterator[str]:
    counts = {status: sum(one.status == status for one in run.counted) for status in ("graded", "error", "refused")}
    counts["not graded"] = sum(one.status == "not_graded" for one in run.counted)
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    yield f"{in_words(len(run.counted), 'trainee')}, {in_words(len(run.exercises), 'exercise')}: {said}"
    rule = f"deadline {run.policy.deadline}, " if run.policy.deadline else ""
    yield f"{rule}profile {run.profile}, seed {run.seed}, isolation {run.isolation or 'not known'}"
    yield from wrap(", ".join(f"{exercise.number} {exercise.title}" for exercise in run.exercises), WIDTH)


def _rows(run: ClassRun) -> Iterator[str]:
    columns = "".join(f"{exercise.number:>5}" for exercise in run.exercises)
    late = any(one.late for one in run.counted)
    yield f"  {'trainee':<{NAME}}{columns}{'points':>9}{'%':>6}{'  late' if late else ''}"
    for one in run.counted:
        yield _row(one, late=late)
    graded = [one for one in run.counted if one.status == "graded"]
    if len(graded) > 2:
        middle = "".join(f"{_median(one.cell(e.slug).score for one in graded):>5}" for e in run.exercises)
        yield f"  {'median of the graded':<{NAME}}{middle}{_median(one.points for one in graded):>9}"
    most = "".join(f"{exercise.max:>5}" for exercise in run.exercises)
    yield f"  {'of':<{NAME}}{most}{run.max:>9}"
    if run.policy.pass_mark and graded:
        reach = sum(100 * one.points >= run.policy.pass_mark * one.max for one in graded)
        yield f"  {reach} of {len(graded)} graded reach the pass mark of {run.policy.pass_mark} %"


def _row(one: Submission, *, late: bool) -> str:
    name = one.name if len(one.name) <= NAME - 1 else f"{one.name[: NAME - 2]}…"
    if one.status == "refused":
        return f"  {name:<{NAME}}refused"
    cells = "".join(f"{_cell(cell):>5}" for cell in one.cells)
    minus = f"  -{one.late.percent_off} %" if one.late else ""
    return f"  {name:<{NAME}}{cells}{_points(one):>9}{_percent(one):>6}{minus if late else ''}"


def _points(one: Submission) -> str:
    return "?" if one.status == "not_graded" else f"{one.points:g}"


def _percent(one: Submission) -> str:
    return f"{100 * one.points / one.max:.0f}" if one.max and one.status != "not_graded" else ""


def _cell(cell: Cell) -> str:
    return MARKS.get(cell.status, str(cell.score))


def _legend(run: ClassRun) -> Iterator[str]:
    used = {cell.status for one in run.counted for cell in one.cells if one.status != "refused"}
    marks = [LEGEND[status] for status in MARKS if status in used]
    if marks:
        yield f"  {', '.join(marks)}"


def _look_at(run: ClassRun) -> Iterator[str]:
    worth = [(one, lines) for one in run.submissions if (lines := list(_says(one)))]
    if worth:
        yield ""
        yield "look at:"
    for one, lines in worth:
        whose = one.name if one.attempt.of == 1 else f"{one.name}, attempt {one.attempt.number} of {one.attempt.of}"
        yield f"  {whose} ({one.source})"
        yield from (f"    {line}" for line in lines)


def _says(one: Submission) -> Iterator[str]:
    """Why it is not graded, why it costs points, and what was odd about it."""
    if one.says and one.attempt.counts:
        yield f"{one.status.replace('_', ' ')}: {one.says}"
    if one.late:
        yield one.late.says
    yield from one.notices[:SHOWN_NOTICES]
    if len(one.notices) > SHOWN_NOTICES:
        yield f"and {len(one.notices) - SHOWN_NOTICES} more, in class.json"


def _median(values: Iterator[float]) -> str:
    return f"{median(list(values)):g}"


def exit_code(submissions: Sequence[Submission]) -> int:
    """0 when all is passed, 1 when points are missing, 3 when something could not be judged."""
    if any(one.status != "graded" for one in submissions):
        return 3
    return 1 if any(one.score < one.max for one in submissions) else 0
