"""The sections of a class report about checks: what to talk about, and per exercise map, bars and wrong answers."""

from __future__ import annotations

from checker.classroom.report_data import CheckLine, Group, Part, Report, hardest
from checker.classroom.report_maps import check_map, legend
from checker.classroom.report_parts import anchor, finding, person, section, table, verdict_tag
from checker.classroom.report_plots import stack
from checker.classroom.shown import in_words, safe

# Of one group that many other values are shown, as many as one reads.
OTHERS = 12


def first(report: Report) -> str:
    """The checks that most people lost, with the commonest wrong answer and the question to ask."""
    items = "".join(_hard(line) for line in hardest(report.parts))
    if not items:
        return section("first", "<p>Nobody lost a check.</p>")
    said = (
        "<p>The checks that most people lost, of those who worked on the exercise. "
        "Hand-ins that are the starter as it was given do not count here.</p>"
    )
    return section("first", f'{said}<ol class="first">{items}</ol>')


def _hard(line: CheckLine) -> str:
    row = line.groups[0].row
    seen = f'<p class="said">Most often seen: {safe(row.seen, 240)}</p>' if row.seen else ""
    ask = f'<p class="said">To ask the room: {safe(row.next, 240)}</p>' if row.next else ""
    return (
        f'<li><p><b>{line.lost} of {line.of}</b> lost <a href="#{anchor(line)}">{safe(line.name, 60)}</a>: '
        f"{safe(line.row.title, 200)}</p>{seen}{ask}</li>"
    )


def exercises(report: Report) -> str:
    return section("exercises", legend() + "".join(_exercise(part) for part in report.parts))


def _exercise(part: Part) -> str:
    untouched = sum(part.slug in trainee.untouched for trainee in part.trainees)
    given = f", {untouched} of them the starter as it was given" if untouched else ""
    wrong = "".join(_check(line) for line in part.lines) or "<p>Nobody lost a check.</p>"
    bars = table(
        "Lost counts those who worked on it. The bar shows everybody: passed, a part, lost, waiting, not checked.",
        ("Check", "What it asks", "#Passed", "#Lost", "#Waits", "All"),
        "".join(_bar(line) for line in part.lines),
        f"Checks of exercise {int(part.number)}",
    )
    return (
        f'<section class="exercise" id="e{part.number}"><h3>{int(part.number)} {safe(part.title)}</h3>'
        f"<p>{in_words(len(part.trainees), 'hand-in')}{given}. "
        f"The median is {part.median:g} of {part.max} points.</p>{check_map(part)}"
        f"<h4>Which check stops most</h4>{bars}<h4>Wrong answers, by what was seen</h4>"
        f"<p class='soft small'>Starters as given are among them.</p>{wrong}</section>"
    )


def _bar(line: CheckLine) -> str:
    good = line.verdicts.get("passed", 0) + line.verdicts.get("kept", 0)
    hidden = ' <span class="tag waits_for">hidden</span>' if line.row.hidden else ""
    name = f'<a href="#{anchor(line, 1)}">{safe(line.name, 60)}</a>' if line.groups else safe(line.name, 60)
    numbers = (good, f"{line.lost} of {line.of}", line.verdicts.get("waits_for", 0))
    cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
    return (
        f'<tr id="{anchor(line)}"><th scope="row">{name}{hidden}</th><td>{safe(line.row.title, 200)}</td>'
        f"{cells}<td>{stack(line.verdicts)}</td></tr>"
    )


def _check(line: CheckLine) -> str:
    if not line.groups:
        return ""
    groups = "".join(_group(line, number, group) for number, group in enumerate(line.groups, start=1))
    return f"<h5>{safe(line.name, 60)}: {safe(line.row.title, 200)}</h5>{groups}"


def _group(line: CheckLine, number: int, group: Group) -> str:
    people = ", ".join(person(trainee) for trainee in group.trainees)
    others = "".join(f"<li>{safe(text, 240)}</li>" for text in group.others[:OTHERS])
    left = len(group.others) - OTHERS
    rest = f"<li>and {left} more</li>" if left > 0 else ""
    values = f"<p>In the same words, with other values:</p><ul>{others}{rest}</ul>" if others else ""
    seen = safe(group.row.seen, 240) or "nothing was said"
    return (
        f"<details><summary>{verdict_tag(group.row)} <b>{len(group.trainees)} ×</b> {seen}"
        f'</summary><div class="in" id="{anchor(line, number)}">{finding(group.row)}{values}'
        f'<p class="people">{people}</p></div></details>'
    )
