"""The two heat maps of a class report: trainees by exercises, and for an exercise trainees by checks."""

from __future__ import annotations

from checker import messages as m
from checker.classroom.record import Cell
from checker.classroom.report_data import CheckLine, Part, Report, Trainee, row_of
from checker.classroom.report_parts import anchor, by_name, person, scroll
from checker.classroom.shown import in_words, safe
from checker.result import Row

GLYPHS = {
    "passed": "✓", "kept": "✓", "partial": "½", "not_yet": "✗", "too_slow": "✗", "broken": "!", "waits_for": "·",
    "could_not_check": "?", "none": "–",
}  # fmt: skip
LEGEND = (
    ("passed", "passed, or kept"), ("partial", "a part of the points"), ("not_yet", "not yet, or too slow"),
    ("broken", "worked in the starter, broken now"), ("waits_for", "waits for another check"),
    ("could_not_check", "could not be checked: 0 until it is graded again"), ("none", "nothing to judge"),
)  # fmt: skip
NOTHING = {"nothing": "not handed in", "not_graded": "not graded"}
GIVEN = "starter as given"


def legend() -> str:
    marks = "".join(f'<li><i class="{name}" aria-hidden="true">{GLYPHS[name]}</i>{said}</li>' for name, said in LEGEND)
    return f'<ul class="legend">{marks}<li><i class="passed" aria-hidden="true">2*</i>points set by hand</li></ul>'


def overview(report: Report) -> str:
    """Everybody by exercise, in the order of their names."""
    head = "".join(
        f'<th scope="col" class="n"><a href="#e{one.number}" title="{safe(one.title)}">{int(one.number)}</a></th>'
        for one in report.run.exercises
    )
    rows = "".join(_overview_row(report, trainee) for trainee in by_name(report.trainees))
    caption = (
        "Points per exercise, in the order of names; the deeper the color, the more of them. "
        "The number of an exercise leads to its checks."
    )
    return scroll(
        f'<table class="map"><caption>{caption}</caption><thead><tr><th scope="col">Trainee</th>{head}'
        f'<th scope="col" class="n">All<span class="h"> points</span></th></tr></thead><tbody>{rows}</tbody></table>',
        "Points of everybody in each exercise",
    )


def _overview_row(report: Report, trainee: Trainee) -> str:
    submission = trainee.submission
    cells = {cell.exercise: cell for cell in submission.cells}
    drawn = "".join(_points(trainee, cells.get(one.slug)) for one in report.run.exercises)
    late = ' <span class="tag partial">late</span>' if submission.late else ""
    refused = ' <span class="tag not_yet">refused</span>' if submission.status == "refused" else ""
    total = f'<td class="n">{submission.points:g} of {report.run.max}</td>'
    return f'<tr><th scope="row">{person(trainee)}{late}{refused}</th>{drawn}{total}</tr>'


def _points(trainee: Trainee, cell: Cell | None) -> str:
    if cell is None or cell.status in NOTHING:
        said = NOTHING[cell.status if cell else "nothing"]
        return f'<td class="none" title="{said}"><b>–<span class="h">{said}</span></b></td>'
    share = cell.score / cell.max if cell.max else 0
    said = f"{cell.score} of {cell.max} points"
    said += f", {GIVEN}" if cell.exercise in trainee.untouched else ""
    said += ", a check could not be run" if cell.status == "error" else ""
    mark = "?" if cell.status == "error" else ""
    words = f'<span class="h">{said.removeprefix(str(cell.score))}</span>'
    return f'<td class="heat" style="--f:{share:.2f}" title="{said}"><b>{cell.score}{mark}{words}</b></td>'


def check_map(part: Part) -> str:
    """One exercise: who has most points comes first, so that the picture shows where the class thins out."""
    head = "".join(
        f'<th scope="col" class="check"><a href="#{anchor(line)}" title="{safe(line.row.title)}">'
        f"{safe(line.row.id, 40)}</a></th>"
        for line in part.lines
    )
    rows = "".join(_map_row(part, trainee) for trainee in part.trainees)
    caption = (
        f"{in_words(len(part.trainees), 'hand-in')}, most points first. "
        "A cell that is not passed leads to what was seen."
    )
    return scroll(
        f'<table class="map"><caption>{caption}</caption><thead><tr><th scope="col">Trainee</th>'
        f'<th scope="col" class="n">Points</th>{head}</tr></thead><tbody>{rows}</tbody></table>',
        f"Checks of exercise {int(part.number)} by trainee",
    )


def _map_row(part: Part, trainee: Trainee) -> str:
    cells = "".join(_cell(line, trainee) for line in part.lines)
    note = f' <span class="soft">{GIVEN}</span>' if part.slug in trainee.untouched else ""
    points = f'<td class="n">{trainee.results[part.slug].score}</td>'
    return f'<tr><th scope="row">{person(trainee)}{note}</th>{points}{cells}</tr>'


def _cell(line: CheckLine, trainee: Trainee) -> str:
    row = row_of(trainee, line.exercise, line.row.id)
    if row is None:
        return f'<td class="none"><b>{GLYPHS["none"]}<span class="h">nothing to judge</span></b></td>'
    said = m.VERDICTS[row.verdict]
    if trainee.overridden(line.name):
        words = f"{row.earned} of {row.max} points set by hand; the check said {said}"
        face = f'{row.earned}*<span class="h">{words}</span>'
        return f'<td class="{row.verdict} set"><a href="#set-by-hand" title="{words}">{face}</a></td>'
    face = f'{GLYPHS[row.verdict]}<span class="h">{said}</span>'
    number = line.group_of(trainee)
    if not number:
        title = f' title="waits for: {safe(row.waits_for, 160)}"' if row.waits_for else ""
        return f'<td class="{row.verdict}"{title}><b>{face}</b></td>'
    return f'<td class="{row.verdict}"><a href="#{anchor(line, number)}" title="{_evidence(row)}">{face}</a></td>'


def _evidence(row: Row) -> str:
    points = f" ({row.earned} of {row.max})" if row.verdict == "partial" else ""
    return f"{m.VERDICTS[row.verdict]}{points}: {safe(row.seen, 200)}"
