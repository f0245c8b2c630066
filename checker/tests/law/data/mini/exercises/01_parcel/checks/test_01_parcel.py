"""Checks of the law's miniature exercise."""

import importlib.util
from pathlib import Path

from checker import check, expect

EXAMPLE = (
    "A ticket office sells rides of 2 to 9 zones. "
    "Its clerk first looks at the number of zones. "
    "When the number is out of range, she says so and sells nothing. "
    "Only then does she look up what a ride costs: a base fare, and something for each zone. "
    "A ride of five zones costs the base fare and five times the zone fare. "
    "The order matters, because a fare for a ride that does not exist helps nobody. "
    "The same two steps help in any program that turns a number into a price. "
    "First refuse what makes no sense, then compute what does."
)
HINTS = (
    "Which weights does the brief allow, and what happens to the others?",
    "The brief names two limits and two amounts. Try both limits by hand, and one value beyond each.",
    EXAMPLE,
)


def _true(seed):
    path = Path(__file__).with_name("answers.py")
    spec = importlib.util.spec_from_file_location("parcel_answers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.answers(seed, {})


@check(id="runs", task=1)
def test_it_runs(submission):
    """The file has both functions."""
    submission.attempt("parcel.price", 10)
    for name in ("price", "label"):
        expect(
            f"def {name}(" in submission.text("parcel.py"),
            tried="looked for both functions",
            seen=f"there is no {name}",
            expected="a function price and a function label",
            where="parcel.py",
            next="Was one of them renamed?",
        )


@check(id="bounds", task=1, points=2, after=("runs",), hints=HINTS)
def test_odd_weights_are_refused(submission):
    """A weight out of range is refused, and the limits are in range."""
    for weight, fine in ((1, True), (30, True), (0.5, False), (30.5, False)):
        outcome = submission.attempt("parcel.price", weight)
        expect(
            (outcome.error is None) == fine and (fine or outcome.error.type == "ValueError"),
            tried=f"asked for the price of {weight} kg",
            seen=f"{outcome.error.type if outcome.error else outcome.value!r}",
            expected="a price from 1 to 30 kg, a ValueError for the others",
            where="parcel.py, price",
            next="Which side of the limit does this weight stand on?",
        )


@check(id="rate", task=1, points=1, after=("bounds",), hints=HINTS)
def test_the_price_grows_with_the_weight(submission):
    """The price has a base and grows with the weight."""
    weight = submission.random.randrange(4, 58, 4) / 2 + 0.5
    seen = submission.call("parcel.price", weight)
    expect(
        seen == 4 + weight / 2,
        tried=f"asked for the price of {weight} kg",
        seen=repr(seen),
        expected=f"{4 + weight / 2}: 4 euros, and half a euro for each kilogram",
        where="parcel.py, price",
        next="What does a parcel cost that weighs nothing?",
    )


@check(id="label", task=2, points=2, after=("runs",), hints=HINTS)
def test_the_label_has_the_form(submission):
    """The label is what the machine reads."""
    name = f"Ada {submission.random.randrange(100)}"
    seen = submission.call("parcel.label", name, "Delft")
    expect(
        seen == f"{name}, DELFT",
        tried=f"asked for the label of {name} in Delft",
        seen=repr(seen),
        expected=f"{f'{name}, DELFT'!r}: the name, a comma, the town in capitals",
        where="parcel.py, label",
        next="Lay your label beside the one in the brief: where do they part?",
    )


@check(id="heaviest", task=3, points=2, tier="full", hints=HINTS)
def test_the_heaviest_parcel(submission):
    """The heaviest parcel of the load is known."""
    seen = submission.answers().get("heaviest", int)
    expect(
        seen == _true(submission.seed)["heaviest"],
        tried="read your answer heaviest",
        seen=str(seen),
        expected="the largest number that load.py prints",
        where="answers.toml, heaviest",
        next="Is each number of the line looked at?",
    )
