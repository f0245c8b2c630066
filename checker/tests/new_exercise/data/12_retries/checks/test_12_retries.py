"""What exercise 12 asks for: a guard and three checks with points."""

import runpy
import tomllib
from pathlib import Path

from checker import check, expect

HERE = Path(__file__).parent
HINTS = {name: tuple(one.values()) for name, one in tomllib.loads((HERE / "hints.toml").read_text("utf-8")).items()}
PAUSES = (0.5, 1, 2, 4, 8, 8)
FINAL, PASSING = (200, 400, 404, 422, 428, 430, 499), (429, 500, 503, 599)


@check(id="there", task=1)
def test_both_functions_are_there(submission):
    """The functions pause and again can be called."""
    submission.call("retries.pause", 1)
    submission.call("retries.again", 503)


@check(id="pause", task=1, points=2, after=("there",), hints=HINTS["pause"], why="A crowd that waits thins out.")
def test_pauses_double_up_to_a_limit(submission):
    """Each pause is twice the one before it, up to the longest."""
    for attempt, due in enumerate(PAUSES, 1):
        seen = submission.call("retries.pause", attempt)
        expect(
            seen == due,
            tried=f"asked for the pause before retry {attempt}",
            seen=repr(seen),
            expected="0.5 seconds at first, then twice the one before, at most 8",
            where="retries.py, pause",
            next="How often was the first pause doubled by then?",
        )


@check(id="status", task=2, points=2, after=("there",), hints=HINTS["status"], why="Load that cannot succeed is waste.")
def test_only_what_may_pass_is_sent_again(submission):
    """A request is sent again only when the moment was at fault."""
    drawn = [*FINAL, *PASSING]
    submission.random.shuffle(drawn)
    for status in drawn:
        seen = submission.call("retries.again", status)
        expect(
            seen is (status in PASSING),
            tried=f"asked whether to send it again after {status}",
            seen=repr(seen),
            expected="true for 429 and for 500 or more, false for the others",
            where="retries.py, again",
            next="Would the same request be right a minute later?",
        )


@check(id="most", task=3, points=2, tier="full", hints=HINTS["most"], why="The busiest second decides what breaks.")
def test_the_largest_crowd_is_known(submission):
    """The size of the largest crowd was read from the table."""
    seen = submission.answers().get("most_retries", int)
    due = runpy.run_path(str(HERE / "answers.py"))["answers"](submission.seed, {})
    expect(
        seen == due["most_retries"],
        tried="read most_retries in answers.toml",
        seen=repr(seen),
        expected="the largest count that crowd.py prints with your seed",
        where="answers.toml, most_retries",
        next="Which column of the table says how many?",
    )
