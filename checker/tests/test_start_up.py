"""An app that fails before its first request is told as such, with its own line."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from checker.collect import collect
from checker.errors import NotYet
from checker.submission import Submission

ASGI = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        try:
            start()
        except Exception:
            import traceback
            await send({"type": "lifespan.startup.failed", "message": traceback.format_exc()})
            return
        await send({"type": "lifespan.startup.complete"})

def start():
    raise TypeError("a coroutine was expected, got None")
"""


def with_app(grader, hand_in, source):
    """A submission whose greeting.py is an ASGI app."""
    exercise = replace(grader.course.exercise(1), app="greeting:app")
    workers = grader._source(exercise)
    found = collect(exercise, hand_in(greeting__py=source))
    return Submission(exercise, found, workers, rng=random.Random(1), allowed=(), resources={})


def finding(submission):
    with pytest.raises(NotYet) as ended:
        submission.http("GET", "/")
    submission.close()
    return ended.value.finding


def test_an_app_that_cannot_be_imported_is_told_before_any_request(grader, hand_in):
    submission = with_app(grader, hand_in, "app = FastAPI()\n")

    found = finding(submission)

    assert vars(found) == {
        "tried": "imported greeting.py",
        "seen": "NameError: name 'FastAPI' is not defined",
        "expected": "a name that is defined or imported above this line",
        "where": "greeting.py:1",
        "next": "Where does this name come from, and how is it spelled there?",
    }


def test_a_start_up_that_fails_is_told_with_its_own_line(grader, hand_in):
    submission = with_app(grader, hand_in, ASGI)

    found = finding(submission)

    assert vars(found) == {
        "tried": "started the app, before any request",
        "seen": "TypeError: a coroutine was expected, got None",
        "expected": "an app that starts",
        "where": "greeting.py:14",
        "next": "What does this line hand over, and what does the function that it calls take?",
    }
