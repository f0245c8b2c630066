"""The sections of a class report about people: times, late and refused, alike, set by hand, one by one."""

from __future__ import annotations

from checker.classroom.replay import replay
from checker.classroom.report_data import Part, Report, Trainee, times
from checker.classroom.report_parts import anchor, by_name, person, section, table
from checker.classroom.report_plots import time_ranges
from checker.classroom.shown import in_words, safe
from checker.classroom.similarity import Alike

MOST_PAIRS = 100
ALIKE = (
    "<p>Some hand-ins have more in common than the exercise explains. That is a reason to look, and no finding: people "
    "work in pairs, follow the same example, or share a helper. Compared are runs of ten words. Comments, layout, what "
    "the starter gives and what many of the class wrote are left out. Short answers agree by chance, so they are not "
    "compared.</p>"
)
TIMES = (
    "<p>The dot is the median, the line ends where the slowest quarter begins, the upright stroke is the plan. "
    "Times come from the hand-ins themselves: from check to check, breaks included. They earn nothing.</p>"
)


def time_taken(report: Report) -> str:
    found = times(report.trainees)
    if not found:
        return section("times", "<p>No hand-in holds times. They stand in <code>.checker.json</code> of a folder.</p>")
    rows = "".join(
        f'<tr><th scope="row">{safe(one.task)}</th><td class="n">{one.people}</td><td class="n">{one.middle:.0f}</td>'
        f'<td class="n">{one.slowest_quarter:.0f}</td><td class="n">{report.planned.get(one.task, "–")}</td></tr>'
        for one in found
    )
    heads = ("Task", "#People", "#Median", "#Slowest quarter from", "#Planned")
    numbers = table("Minutes per task, of those who were done with it", heads, rows, "Minutes per task")
    return section("times", f"{TIMES}{time_ranges(found, report.planned)}{numbers}")


def noticed(report: Report) -> str:
    rows = "".join(_noticed(trainee) for trainee in by_name(report.trainees))
    if not rows:
        return section("late", "<p>Everything came in time and could be read.</p>")
    heads = ("Trainee", "Status", "Handed in as", "What to know")
    return section("late", table("Late, refused, and what was noticed on the way", heads, rows))


def _noticed(trainee: Trainee) -> str:
    one = trainee.submission
    said = [one.late.says] if one.late else []
    said += [one.says, *one.notices]
    said += [f"{cell.exercise}: {cell.says}" for cell in one.cells if cell.status in ("error", "not_graded")]
    said += [f"{slug}: {note}" for slug, result in trainee.results.items() for note in result.notes]
    items = "".join(f"<li>{safe(text, 300)}</li>" for text in said if text)
    if not items:
        return ""
    status = one.status.replace("_", " ")
    return (
        f'<tr><th scope="row">{person(trainee)}</th><td>{status}</td><td>{safe(one.source, 120)}</td>'
        f"<td><ul>{items}</ul></td></tr>"
    )


def look_alike(report: Report) -> str:
    if not report.alike:
        return section("alike", f"{ALIKE}<p>No two hand-ins stand out.</p>")
    people = {trainee.id: trainee for trainee in report.trainees}
    rows = "".join(_pair(one, people) for one in report.alike[:MOST_PAIRS])
    left = len(report.alike) - MOST_PAIRS
    more = f"<p>{in_words(left, 'more pair is', 'more pairs are')} not shown.</p>" if left > 0 else ""
    heads = ("#Exercise", "One", "Other", "#Shared", "Of what", "Longest piece, one and other")
    return section("alike", ALIKE + table("Pairs, most alike first", heads, rows) + more)


def _pair(one: Alike, people: dict[str, Trainee]) -> str:
    own = (
        f"the same text, {one.own} words"
        if one.same
        else f"{one.shared} of the {one.own} runs that the shorter one has of its own"
    )
    return (
        f'<tr><td class="n">{int(one.exercise[:2])}</td><td>{person(people[one.left])}</td>'
        f'<td>{person(people[one.right])}</td><td class="n">{100 * one.share:.0f} %</td><td>{own}</td>'
        f"<td>{'<br>'.join(dict.fromkeys((safe(one.span.left, 80), safe(one.span.right, 80))))}</td></tr>"
    )


def set_by_hand(report: Report) -> str:
    rows = "".join(
        f'<tr><th scope="row">{person(trainee)}</th><td>{safe(one.check)}</td><td class="n">{one.points}</td>'
        f"<td>{safe(one.comment)}</td><td>{safe(one.by, 80)}</td><td>{one.date.isoformat()}</td></tr>"
        for trainee in by_name(report.trainees)
        for one in trainee.overrides
    )
    if not rows:
        return section("set-by-hand", "<p>No points were set by hand.</p>")
    heads = ("Trainee", "Check", "#Points", "Why", "By", "On")
    return section("set-by-hand", table("Points that a person set, in place of the check's", heads, rows))


def one_by_one(report: Report) -> str:
    said = (
        '<p class="screen">Open a name to see what is not passed yet, and how to run it again. '
        "Behind the name stands the id of the hand-in.</p>"
    )
    return section("trainees", said + "".join(_trainee(report, one) for one in by_name(report.trainees)))


def _trainee(report: Report, trainee: Trainee) -> str:
    submission = trainee.submission
    lines = "".join(_done(trainee, part) for part in report.parts if part.slug in trainee.results)
    says = f"<p>{safe(submission.says)}</p>" if submission.says else ""
    return (
        f"<details><summary><bdi>{safe(trainee.name, 80)}</bdi> "
        f'<span class="soft">{safe(trainee.id)}, {submission.points:g} of {report.run.max} points</span></summary>'
        f'<div class="in" id="t-{safe(trainee.id)}">{says}{lines or "<p>Nothing was judged.</p>"}</div></details>'
    )


def _done(trainee: Trainee, part: Part) -> str:
    result = trainee.results[part.slug]
    lost = "".join(
        f'<li><a href="#{anchor(line, number)}">{safe(line.name, 60)}</a> {safe(line.row.title, 160)}</li>'
        for line in part.lines
        if (number := line.group_of(trainee))
    )
    return (
        f"<p><b>{int(part.number)} {safe(part.title)}</b>: {result.score} of {result.max} points. "
        f'<span class="soft">The same run on their laptop: <code>{safe(replay(result))}</code></span></p>'
        + (f"<ul>{lost}</ul>" if lost else "")
    )
