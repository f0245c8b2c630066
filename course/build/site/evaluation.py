"""The form in which trainees say what they think of the course; without a script it is a sheet to print."""

from __future__ import annotations

import html
from collections.abc import Sequence

from course.evaluation import Question

PATH = "start/evaluation.md"
SCRIPT = "assets/evaluation.js"
GUIDE = "../how-to/facilitate.md#what-the-room-thought-of-it"


def page(asked: Sequence[Question]) -> str:
    """The whole page."""
    fields = "".join(_choice(one) if one.options else _words(one) for one in asked)
    lines = [
        "# Say what you think of the course", "",
        "What should the next room do in another way?",
        "Two minutes, no name; leave out what you do not want to answer.",
        "The page sends nothing: it makes a code, and you hand the code to your instructor.",
        "The code holds your answers and nothing else, neither name nor time nor grade.",
        "Printed, it is a sheet to fill in with a pen.", "",
        f'<form class="evaluation" id="evaluation" aria-label="What you think of the course">{fields}'
        '<p><button type="submit">Make the code</button> <output role="status" data-evaluation-said></output></p>'
        '<p><label for="evaluation-code">Your code</label>'
        '<textarea id="evaluation-code" rows="4" spellcheck="false" readonly></textarea></p>'
        "<noscript><p>Without scripts there is no code: print the page.</p></noscript></form>", "",
        f"How codes become a summary stands in [the guide for instructors]({GUIDE}).", "",
        f'<script src="../{SCRIPT}"></script>', "",
    ]  # fmt: skip
    return "\n".join(lines)


def _choice(question: Question) -> str:
    options = "".join(
        f'<label><input type="radio" name="{question.name}" value="{html.escape(one)}"> {html.escape(one)}</label> '
        for one in question.options
    )
    return f"<fieldset><legend>{html.escape(question.asks)}</legend>{options}</fieldset>"


def _words(question: Question) -> str:
    field = f"evaluation-{question.name}"
    asks = html.escape(question.asks)
    return (
        f'<p><label for="{field}">{asks}</label><textarea id="{field}" name="{question.name}" rows="3"></textarea></p>'
    )
