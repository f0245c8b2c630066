"""What a greeting must do."""

from checker import check, expect

HINTS = ("Who is greeted?", "A greeting holds the name.", "Another service says good morning to everybody by name.")


@check(id="greets", task=1, points=1, hints=HINTS)
def test_the_name_is_greeted(submission):
    """greet() names the one it greets."""
    said = submission.call("app.greet", "Ada")
    expect(
        "Ada" in said,
        tried="called greet('Ada')",
        seen=repr(said),
        expected="a greeting | with 'Ada'",
        where="app.py, greet",
        next="Who is greeted?",
    )
