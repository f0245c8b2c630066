"""Checks of the miniature exercise."""

from checker import check, expect, partial

HINTS = ("Which value changes from person to person?", "An f-string puts a value into a text.", "An example.")


@check(id="imports", task=1)
def test_it_can_be_imported(submission):
    """The file can be imported."""
    submission.attempt("greeting.greet", "Ada")
    submission.call("greeting.greet", "Ada")


@check(id="names", task=1, points=2, after=("imports",), hints=HINTS, why="A greeting without a name greets nobody.")
def test_the_greeting_names_the_person(submission):
    """The greeting names the person."""
    name = submission.random.choice(["Ada", "Grace", "Alan"]) + str(submission.random.randrange(1000))
    seen = submission.call("greeting.greet", name)
    expect(
        seen == f"Hello {name}",
        tried=f"called greet({name!r})",
        seen=repr(seen),
        expected=f"'Hello {name}'",
        where="greeting.py, greet",
        next="Which value changes from person to person?",
    )


@check(id="answers", task=2, points=3, tier="full", after=("names",), hints=HINTS)
def test_the_app_answers(submission):
    """The app answers with the greeting as JSON."""
    reply = submission.http("GET", "/Ada")
    if reply.field("greeting", str) == "Hello Ada":
        length = submission.answers().get("length", int)
        if length != 3:
            partial(1, tried="read length", seen=str(length), expected="3", where="answers.toml", next="Count again?")
    else:
        expect(
            False, tried="sent GET /Ada", seen=reply.json()["greeting"], where="greeting.py, app", next="Who is meant?"
        )
