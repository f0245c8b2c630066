"""The checks of tasks 4 to 6: what is not known, where yes begins, and what a wrong order would have cost."""

from __future__ import annotations

import math
from typing import Any

from checker import check, expect, read_hints

HINTS = read_hints(__file__)


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(id="unknown-movie", task=4, tier="full", after=("loads",), why="Without a movie there is nothing to predict.")
def test_unknown_movie_is_refused(submission, subject, truth, bundles):
    """A movie that the tables do not have is refused by name."""
    made = bundles.make(submission.random)
    subject.put(made)
    request = truth(made).draw(submission.random, 1)[0] | {"movie_id": submission.random.randint(2000, 9000)}

    raised = submission.attempt("inference.predict", subject.load(), request).error
    named = raised is not None and raised.type == "UnknownMovie" and str(request["movie_id"]) in raised.message
    expect(
        named,
        tried=f"called predict() for movie {request['movie_id']}, which is not in the tables",
        seen=f"{raised.type}: {raised.message[:60]}" if raised else "an answer",
        expected=f"UnknownMovie, with a text that names {request['movie_id']}",
        where="inference.py, features",
        next="What could a score for a movie mean of which the model knows nothing?",
    )


@check(
    id="missing-year",
    task=4,
    points=2,
    tier="full",
    after=("order",),
    hints=HINTS["missing-year"],
    why="The trees learned a way of their own for a missing value; 0 sends it down the way of the oldest movie.",
)
def test_missing_year_is_missing(submission, subject, truth, bundles):
    """A movie without a year is scored as the training scores a missing year."""
    made = bundles.make(submission.random)
    right = truth(made)
    requests = right.draw(submission.random, 12)
    for request in requests:
        made.online["items"][str(request["movie_id"])]["year"] = None
    subject.put(made)

    model = subject.load()
    expect_values(subject, model, right, requests, tried="called predict() for 12 requests whose movie has no year")


@check(
    id="unknown-user",
    task=4,
    points=2,
    tier="full",
    after=("order",),
    hints=HINTS["unknown-user"],
    why="Every user is new once. What the training saw for the new ones is what the model can judge.",
)
def test_unknown_user_has_no_history(submission, subject, truth, bundles):
    """A user without history is scored as the training scores a first visit."""
    made = bundles.make(submission.random, genres=bundles.GENRES + bundles.NEW_GENRES)
    right = truth(made)
    requests = [one | {"user_id": 1000 + n} for n, one in enumerate(right.draw(submission.random, 12))]
    made.online["items"][str(requests[0]["movie_id"])]["genres"][-1] = 1
    subject.put(made)

    prior, genres = made.online["prior_like"], len(made.online["genres"])
    bundle = f"loaded a bundle with {genres} genres, whose prior_like is {prior}"
    model = subject.load()
    raised = submission.attempt("inference.predict", model, requests[0]).error
    expect(
        raised is None or raised.type != "IndexError",
        tried=f"{bundle}, and called predict() for a user whom it does not know",
        seen=f"{raised.type}: {raised.message[:60]}" if raised else "",
        expected="an answer: 0 for each genre of the tables",
        where=raised.where if raised else "",
        next="How many genres does your code write down, and how many do the tables of this bundle list?",
    )
    tried = f"{bundle}, and called predict() for 12 users whom it does not know"
    expect_values(subject, model, right, requests, tried=tried)


def expect_values(subject: Any, model: Any, right: Any, requests: list[Any], *, tried: str) -> None:
    scores = [subject.predict(model, request)["prediction"] for request in requests]
    wrong = right.differing(scores, requests)
    n = wrong[0] if wrong else 0
    place = right.misplaced(subject.row(model, requests[n]), requests[n]) if wrong else ""
    expect(
        not wrong,
        tried=tried,
        seen=f"{len(wrong)} of 12 scores differ; the first is {scores[n]:.4f}{place}",
        expected=f"{right.score(requests[n]):.4f}, the score with what the brief's table has under 'not known'",
        where="inference.py, features",
        next="What did the training put here when it did not know? The brief has a table of it.",
    )


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="threshold",
    task=5,
    points=1,
    tier="full",
    after=("order",),
    hints=HINTS["threshold"],
    why="A threshold is chosen for one model; the next model brings its own.",
)
def test_threshold_is_the_manifests(submission, subject, truth, bundles):
    """The class follows the threshold of the bundle that was loaded."""
    made = bundles.make(submission.random)
    right = truth(made)
    requests = right.draw(submission.random, 40)
    scores = sorted(right.score(request) for request in requests)
    for name, place in (("low", 8), ("high", 31)):
        # Between two scores: what happens exactly on the threshold is another check's question.
        threshold = (scores[place] + scores[place + 1]) / 2
        subject.put(made.with_threshold(threshold), name)
        model = subject.load(name)
        classes = [subject.predict(model, request)["prediction_class"] for request in requests]
        wrong = [n for n in range(40) if classes[n] != int(right.score(requests[n]) > threshold)]
        n = wrong[0] if wrong else 0
        expect(
            not wrong,
            tried=f"loaded a bundle whose manifest has the threshold {threshold:.3f} and asked for 40 classes",
            seen=f"{len(wrong)} wrong; the first: score {right.score(requests[n]):.3f} got class {classes[n]}",
            expected="1 for scores above the threshold of this bundle, 0 below it",
            where="inference.py, answer",
            next="Who decides where yes begins: the code, or the people who trained this model?",
        )


@check(
    id="border",
    task=5,
    points=1,
    tier="full",
    after=("threshold",),
    hints=HINTS["border"],
    why="Thresholds are round numbers, and scores of small models fall on round numbers more often than one thinks.",
)
def test_score_on_the_threshold_is_a_yes(submission, subject, truth, bundles):
    """A score that is exactly the threshold has class 1."""
    made = bundles.make(submission.random)
    subject.put(made)
    request = truth(made).draw(submission.random, 1)[0]
    score = subject.predict(subject.load(), request)["prediction"]
    above = math.nextafter(score, 1)
    for folder, threshold, label in (("on", score, 1), ("above", above, 0)):
        subject.put(made.with_threshold(threshold), folder)
        answer = subject.predict(subject.load(folder), request)
        expect(
            answer["prediction_class"] == label,
            tried=f"set the threshold to {threshold!r} and asked for a request with the score {score!r}, "
            f"{'the same number' if label else 'the next smaller number'}",
            seen=f"class {answer['prediction_class']}",
            expected=f"class {label}: from the threshold on it is a yes",
            where="inference.py, answer",
            next="On which side does a score stand that is the threshold itself?",
        )


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="changed-class",
    task=6,
    points=2,
    tier="full",
    after=("order", "mislaid"),
    hints=HINTS["changed-class"],
    why="No status code, no log line, no exception: only a comparison with the right scores shows the damage.",
)
def test_damage_is_measured(submission, observed):
    """The answer is the number of requests that change class."""
    counted = submission.answers().get("changed_class", int)

    expect(
        counted == observed.answers(submission.seed, {"model": submission.resource("model")})["changed_class"],
        tried="scored the 300 requests of your seed in both orders",
        seen=f"changed_class = {counted}",
        expected="the number that probe.py damage prints when your rows are right",
        where="answers.toml, changed_class",
        next="Was it read before the order was repaired, or with another seed?",
    )
