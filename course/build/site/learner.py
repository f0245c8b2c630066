"""The learner's own page: tracks with honest minutes, a list to tick that remembers, and space for notes.

Without a script it is a list to print.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass

from course.build.site.parts import FOLDER as PARTS
from course.build.site.parts import SectionPage, slug
from course.outline import Outline, Part, Section

PATH = "start/path.md"
SCRIPT = "assets/path.js"
PROFILE = "self"
# The number of the final project among the exercises.
PROJECT = 12
# What the notes ask for; the names are kept in the browser and must not change.
NOTES = (
    ("Deployment options", ("REST API: best for", "Serverless: best for", "Edge: best for", "Batch: best for")),
    ("What to watch", ("Business metrics", "Technical metrics", "Model metrics")),
    ("Performance", ("Bottlenecks that I found", "What I did about them", "What came of it, in numbers")),
    ("Lessons", ("What worked well", "What I would change", "Practices worth keeping")),
)


@dataclass(frozen=True)
class Step:
    """One thing to tick: `minutes` are 0 for an ability, which is reached by doing the rest."""

    id: str
    says: str
    minutes: int
    tracks: tuple[str, ...]


def tracks(outline: Outline) -> dict[str, tuple[int, ...]]:
    """Exercises by track; the last one is the whole course, and it alone has the final project."""
    return outline.profiles[PROFILE].tracks


def members(outline: Outline, section: Section) -> tuple[str, ...]:
    """The tracks that read a section: part 1, and in the parts of their exercises what is no other exercise's."""
    found = []
    for name, exercises in tracks(outline).items():
        whole = len(exercises) == len(outline.exercise)
        parts = {1} | {outline.sections[one.section].part for one in outline.exercise if one.number in exercises}
        own = {one.number for one in outline.exercises_of(section.id)}
        if whole or (section.part in parts and own <= set(exercises) and section.id != outline.final.section):
            found.append(name)
    return tuple(found)


def steps(outline: Outline, part: Part, pages: dict[str, SectionPage], slugs: dict[int, str]) -> Iterator[Step]:
    """Everything of a part, in order: its pages, its exercises, the final project, what one can do afterwards."""
    for section in part.section:
        page = pages.get(section.id)
        reading = section.minutes - outline.hands_on(section.id)
        named = f"{section.id} {html.escape(section.title)}"
        if reading:
            says = f'<a href="../{page.path.with_suffix(".html").as_posix()}">{named}</a>' if page else named
            yield Step(f"s{section.id}", f"Read {says}", reading, members(outline, section))
        for exercise in outline.exercises_of(section.id):
            name, number = html.escape(exercise.title), exercise.number
            link = f'<a href="../exercises/{slugs[number]}.html">{name}</a>' if number in slugs else name
            yield Step(f"e{number}", f"Exercise {number}: {link}", exercise.full, _with(outline, number))
        if section.id == outline.final.section:
            name = html.escape(outline.final.title)
            link = f'<a href="../exercises/{slugs[PROJECT]}.html">{name}</a>' if PROJECT in slugs else name
            yield Step("final", f"Final project: {link}", outline.final.full, _whole(outline))
    everywhere = tuple(dict.fromkeys(name for section in part.section for name in members(outline, section)))
    for number, one in enumerate(part.can, start=1):
        yield Step(f"c{part.number}.{number}", f"I can {html.escape(one)}.", 0, everywhere)


def _with(outline: Outline, exercise: int) -> tuple[str, ...]:
    return tuple(name for name, exercises in tracks(outline).items() if exercise in exercises)


def _whole(outline: Outline) -> tuple[str, ...]:
    return tuple(name for name, exercises in tracks(outline).items() if len(exercises) == len(outline.exercise))


def page(outline: Outline, pages: dict[str, SectionPage], slugs: dict[int, str]) -> str:
    """The whole page."""
    every = {part: list(steps(outline, part, pages, slugs)) for part in outline.part}
    flat = [step for listed in every.values() for step in listed]
    lines = [
        "# Your path", "",
        "Choose a track, tick what is done, and keep your notes.",
        "The page remembers on this machine only; a code takes all of it to another one.",
        "Printed, it is a list to tick with a pen.",
        "Before the first part stands [the pre-work](pre-work.md): terminal, exit codes, HTTP, YAML, containers.", "",
        "## Tracks", "", *_tracks(outline, flat), "",
        "Minutes are those of `course/outline.toml`: exercises in full, pages at the pace of a room.",
        "They are estimates until people were timed; `checker status --times` shows your own.", "",
        '<form class="path" id="path" aria-label="Your progress">' + _choice(outline)
        + '<p><output role="status" data-path-left></output></p></form>', "",
    ]  # fmt: skip
    for part, listed in every.items():
        lines += [f"## {part.number} {part.title}", "", f'<ul class="path">{"".join(map(_item, listed))}</ul>', ""]
        lines += [f"[All of part {part.number}](../{PARTS}/{slug(part)}/index.md)", ""]
    lines += [
        "## Notes",
        "",
        *_notes(),
        "## Take it with you",
        "",
        _carry(),
        "",
        f'<script src="../{SCRIPT}"></script>',
    ]
    return "\n".join([*lines, ""])


def _tracks(outline: Outline, flat: list[Step]) -> Iterator[str]:
    yield "| Track | Exercises | Exercises take | Pages take | Together |"
    yield "|:--|:--|--:|--:|--:|"
    for name, exercises in tracks(outline).items():
        mine = [step for step in flat if name in step.tracks]
        hands = sum(step.minutes for step in mine if step.id[0] in "ef")
        reading = sum(step.minutes for step in mine if step.id[0] == "s")
        final = " and the final project" if name in _whole(outline) else ""
        listed = ", ".join(map(str, exercises)) if not final else f"all {len(exercises)}"
        yield f"| {name} | {listed}{final} | {hours(hands)} | {hours(reading)} | {hours(hands + reading)} |"


def hours(minutes: int) -> str:
    """Minutes as a person says them."""
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _choice(outline: Outline) -> str:
    names = list(tracks(outline))
    checked = dict.fromkeys(names, "") | {names[-1]: " checked"}
    options = "".join(
        f'<label><input type="radio" name="track" value="{name}"{checked[name]}> {name}</label> ' for name in names
    )
    return f"<fieldset><legend>My track</legend>{options}</fieldset>"


def _item(step: Step) -> str:
    minutes = f' <span class="path-minutes">{step.minutes} min</span>' if step.minutes else ""
    return (
        f'<li data-minutes="{step.minutes}" data-tracks="{",".join(step.tracks)}">'
        f'<input type="checkbox" id="{step.id}" name="{step.id}"> <label for="{step.id}">{step.says}</label>'
        f"{minutes}</li>"
    )


def _notes() -> Iterator[str]:
    number = 0
    for title, asked in NOTES:
        yield f"### {title}"
        yield ""
        fields = []
        for one in asked:
            number += 1
            fields.append(f'<p><label for="n{number}">{one}</label><textarea id="n{number}" rows="3"></textarea></p>')
        yield f'<div class="path-notes">{"".join(fields)}</div>'
        yield ""


def _carry() -> str:
    return (
        '<div class="path-carry"><p><label for="path-code">The code of this page</label>'
        '<textarea id="path-code" rows="3" spellcheck="false"></textarea></p>'
        '<p><button type="button" data-path="show">Show the code</button> '
        '<button type="button" data-path="take">Use the code</button> '
        '<output role="status" data-path-said></output></p>'
        "<noscript><p>Without scripts the browser forgets what you tick: print the page.</p></noscript></div>"
    )
