"""The page on which exercise 1 is done without installing anything: an editor, a Python in the page, the same checks.

Without its parts (`make browser`), a server or scripts it is a page to read.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

from checker.exercise import Exercise
from course.build.browser import assets

SLUG = assets.SLUG
PATH = f"exercises/{SLUG}_in_the_browser.md"
SCRIPT = "assets/in-browser.js"
# Shown beside the hand-in, to be read.
GIVEN = ("stub_model.py", "given.py", "tickets.log", "traffic.py")
BODY = '{"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}'
INTRODUCTION = """# Exercise 1 in the browser

Python runs in this page: nothing is installed, and nothing that you write leaves your machine.
The [brief](SLUG.md) says what must become true; the checks and their messages are those of `checker check 1`.

!!! note "For practice"

    Nothing here counts: points count in the course's own checker, on a machine with the course.
    Two rows could not be checked here, `ready` of task 5 and `blocking` of task 6: they ask a running service
    while it is busy with something else, and a page has one thread.
    A thread runs at once where it starts, and numpy is a stand-in with one type, `float32`.
    Below a report stand three hints for the first row that is lost, folded.

"""
ALONE = """
## Without this page

Where no Python runs here, the exercise is the same in JupyterLab: `make start`, then `checker start 1`.
Whoever serves this site adds Python to it with `make browser`, and shows it with `make browser ARGS=--serve`.

"""


def pages(known: list[Exercise]) -> dict[Path, str]:
    """The page, where the exercise is."""
    return {Path(PATH): page(one) for one in known if one.slug == SLUG}


def page(exercise: Exercise) -> str:
    """The whole page; what it edits stands in it, so that it can be read without a script."""
    parts = [*_files(exercise), *_request(), *_check(exercise)]
    form = f'<div class="in-browser" data-in-browser="{exercise.number}">{"".join(parts)}</div>'
    script = f'<script src="../{SCRIPT}"></script>\n'
    return f"{INTRODUCTION.replace('SLUG', exercise.slug)}{form}\n{ALONE}{script}"


def _files(exercise: Exercise) -> Iterator[str]:
    names = (*exercise.hand_in, *GIVEN)
    options = "".join(
        f'<option value="{name}">{name}{"" if name in exercise.hand_in else " (given, to read)"}</option>'
        for name in names
    )
    yield '<p role="status" data-said>Python is not running yet.</p>'
    yield f'<p><label for="ib-file">File</label> <select id="ib-file">{options}</select> '
    yield '<button type="button" data-does="reset">Starter again</button></p>'
    for name in names:
        text = html.escape((exercise.starter / name).read_text(encoding="utf-8"))
        kind = "" if name in exercise.hand_in else " readonly"
        hidden = "" if name == exercise.hand_in[0] else " hidden"
        # A line of its own begins the text: the first one after the tag is dropped. Blank lines would end the HTML.
        text = text.replace("\n", "&#10;").replace("*", "&#42;").replace("_", "&#95;").replace("`", "&#96;")
        yield (
            f'<textarea data-file="{name}" aria-label="{name}" rows="26" spellcheck="false" autocapitalize="off" '
            f'autocomplete="off" wrap="off"{kind}{hidden}>{text}</textarea>'
        )


def _request() -> Iterator[str]:
    yield "<fieldset><legend>Run it</legend>"
    yield '<p><label for="ib-method">Method</label> <select id="ib-method"><option>POST</option><option>GET</option>'
    yield '</select> <label for="ib-path">Path</label> <input id="ib-path" value="/predict" spellcheck="false"></p>'
    yield '<p><label for="ib-body">Body</label> '
    yield f'<textarea id="ib-body" rows="3" spellcheck="false">{BODY}</textarea></p>'
    yield '<p><button type="button" data-does="send">Send it</button> '
    yield '<button type="button" data-does="traffic">200 requests of traffic.py</button></p></fieldset>'


def _check(exercise: Exercise) -> Iterator[str]:
    tasks = "".join(f'<option value="{one.number}">Task {one.number}: {one.title}</option>' for one in exercise.tasks)
    yield '<p><label for="ib-task">Check</label> '
    yield f'<select id="ib-task"><option value="">All tasks</option>{tasks}</select> '
    yield '<button type="button" data-does="check">Check</button> '
    yield '<button type="button" data-does="stop" disabled>Stop</button></p>'
    yield '<div data-shown tabindex="-1" role="region" aria-label="What came of it"></div>'
    yield "<noscript><p>Without scripts this page is to read only.</p></noscript>"
