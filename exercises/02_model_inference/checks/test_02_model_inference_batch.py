"""The checks of task 3: a batch gives each request the answer that it gets alone."""

from __future__ import annotations

from checker import check, expect, read_hints

HINTS = read_hints(__file__)
# Laid beside inference.py: how often is the model asked for one batch?
COUNTED = """
import inference
import lightgbm

def calls(folder, requests):
    asked = []
    predict = lightgbm.Booster.predict
    def counting(self, *args, **kwargs):
        asked.append(1)
        return predict(self, *args, **kwargs)
    lightgbm.Booster.predict = counting
    inference.predict_batch(inference.load(folder), requests)
    return len(asked)
"""


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(id="one-call", task=3, tier="full", after=("loads",), why="The model is asked once for all rows of a batch.")
def test_batch_asks_the_model_once(submission, subject, truth, bundles):
    """A batch does not ask the model row by row."""
    made = bundles.make(submission.random)
    subject.put(made)
    submission.replace("counted.py", COUNTED)

    # A count that comes from the worker can only cost: a submission that hides its calls gains nothing by it.
    calls = submission.call("counted.calls", "model", truth(made).draw(submission.random, 60))
    expect(
        isinstance(calls, int) and calls <= 6,
        tried="counted how often predict_batch asks LightGBM for 60 requests",
        seen=f"{calls} calls of Booster.predict",
        expected="one call, with one row per request",
        where="inference.py, predict_batch",
        next="What does python cost.py print now for 1,000 rows?",
    )


@check(
    id="batch-order",
    task=3,
    points=1,
    tier="full",
    after=("order",),
    hints=HINTS["batch-order"],
    why="The caller joins answers to requests by their place: there is nothing else to join by.",
)
def test_batch_keeps_the_order(submission, subject, truth, bundles):
    """Answer number n of a batch belongs to request number n."""
    made = bundles.make(submission.random)
    right = truth(made)
    subject.put(made)
    requests = right.draw(submission.random, 40)
    requests += submission.random.sample(requests, 4)
    requests.append(another_age(right, requests[0]))

    answers = subject.batch(subject.load(), requests)
    wrong = right.differing([one["prediction"] for one in answers], requests)
    first = wrong[0] if wrong else 0
    expect(
        not wrong,
        tried="called predict_batch with 45 requests, users in no order, four requests twice, one with another age",
        seen=f"{len(wrong)} answers are not those of the request at their place; the first is number {first}",
        expected="the answers in the order of the requests",
        where="inference.py, predict_batch",
        next="Which line changes the order, and who would turn it back?",
    )


def another_age(right, request):
    """The same user and movie once more, at an age that changes the score."""
    others = [request | {"age": age} for age in (19, 35, 65)]
    return next(other for other in others if right.score(other) != right.score(request))


@check(
    id="batch-bits",
    task=3,
    points=2,
    tier="full",
    after=("batch-order",),
    hints=HINTS["batch-bits"],
    why="A number that is rounded can land on the other side of a split, and then the whole leaf is another one.",
)
def test_batch_equals_single(submission, subject, truth, bundles):
    """A request gets the same answer in a batch as alone, to the last bit."""
    made = bundles.on_the_edge(submission.random, bundles.make(submission.random))
    right = truth(made)
    subject.put(made)
    requests = right.draw(submission.random, 40)

    model = subject.load()
    batch = subject.batch(model, requests)
    single = [subject.predict(model, request) for request in requests]
    untrue = right.differing([one["prediction"] for one in single], requests)
    wrong = [n for n in range(40) if batch[n] != single[n] or n in untrue]
    first = wrong[0] if wrong else 0
    expect(
        not wrong,
        tried="scored 40 requests in a batch and one by one; their numbers lie exactly on splits of the trees",
        seen=f"{len(wrong)} of 40 differ; the first is {batch[first]['prediction']!r} in the batch, "
        f"{single[first]['prediction']!r} alone, {right.score(requests[first])!r} by the trees",
        expected="three times the same number",
        where="inference.py, predict_batch",
        next="Which kind of number were the splits made of, and which kind does the table hold?",
    )
