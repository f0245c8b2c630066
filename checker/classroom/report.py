"""The class report: one HTML file that stands alone, needs no script, asks no other host, and is safe to open."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from checker.classroom.report_checks import exercises, first
from checker.classroom.report_data import Report
from checker.classroom.report_maps import overview
from checker.classroom.report_parts import TITLES, section
from checker.classroom.report_people import look_alike, noticed, one_by_one, set_by_hand, time_taken
from checker.classroom.report_plots import histogram
from checker.classroom.shown import in_words, safe

# Nothing is loaded and nothing runs, whatever a browser finds in a page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
UNFINISHED = (
    "<p><strong>This run is not at its end:</strong> what is not graded yet shows no points. "
    "Run the same <code>checker grade</code> again, then make the report anew.</p>"
)


def page(report: Report) -> str:
    """The whole report."""
    sections = (
        first(report), _class(report), exercises(report), time_taken(report), noticed(report), look_alike(report),
        set_by_hand(report), one_by_one(report), _made(report),
    )  # fmt: skip
    return framed("Class report", f"{_top(report)}<main>{''.join(sections)}</main>", skip="first")


def framed(title: str, body: str, skip: str = "") -> str:
    """A page that stands alone: style within, nothing loaded, no script let in. `title` is plain text."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    link = f'<a class="skip" href="#{skip}">Skip to the report</a>' if skip else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><meta name="referrer" content="no-referrer">'
        f"<title>{safe(title)}</title><style>\n{style}</style></head>\n"
        f'<body>{link}<div class="page">{body}</div></body></html>\n'
    )


def _top(report: Report) -> str:
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in TITLES.items())
    counted = f"{in_words(len(report.trainees), 'trainee')}, {in_words(len(report.run.exercises), 'exercise')}"
    return (
        f'<header class="top"><h1>Class report</h1><p class="soft">{counted}, profile {safe(report.run.profile)}, '
        f"graded on {safe(report.run.started[:10]) or 'an unknown day'}.</p>"
        f'<nav class="contents" aria-label="Sections"><ul>{links}</ul></nav></header>'
    )


def _class(report: Report) -> str:
    submissions = [one.submission for one in report.trainees]
    graded = [one.points for one in submissions if any(cell.path for cell in one.cells)]
    most = report.run.max
    facts = (
        (f"{len(graded)} of {len(submissions)}", "graded"),
        (f"{median(graded):g} of {most}" if graded else "–", "points, the median"),
        (str(sum(one.late is not None for one in submissions)), "late"),
        (str(sum(one.status == "refused" for one in submissions)), "refused"),
    )
    drawn = "".join(f"<li><b>{number}</b><span>{said}</span></li>" for number, said in facts)
    drawing = histogram([one / most for one in graded]) if graded and most else ""
    # On paper beside the table, so that a class of thirty has one page.
    spread = f'<div class="spread"><h3>How the points spread</h3>{drawing}</div>' if drawing else ""
    unfinished = "" if report.run.whole else UNFINISHED
    return section(
        "class", f'{unfinished}<ul class="facts">{drawn}</ul>{spread}<h3>Who has what</h3>{overview(report)}'
    )


def _made(report: Report) -> str:
    run = report.run
    pairs = (
        ("Graded", f"{run.started} to {run.ended or 'not yet ended'}"),
        ("Profile", run.profile),
        ("Isolation", f"{run.isolation or 'none yet'}, the weakest of all results"),
        ("Versions", ", ".join(f"{name} {number}" for name, number in run.versions.items())),
        ("Seed", str(run.seed)),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{safe(value)}</dd>" for name, value in pairs)
    said = "Nothing on this page asks another host, and nothing on it runs. Names and messages of hand-ins are escaped."
    return section("made", f'<dl class="finding">{listed}</dl><p class="soft">{said}</p>')
