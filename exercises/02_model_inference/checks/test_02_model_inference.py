"""The checks of exercise 2: the right numbers at the right places, from files that the manifest vouches for."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Any

from checker import check, expect
from checker.errors import NotYet

HINTS = {
    name: tuple(layers.values())
    for name, layers in tomllib.loads(Path(__file__).with_name("hints.toml").read_text("utf-8")).items()
}
# Far below what a wrong number does to a score, far above what another order of additions does.
CLOSE = 1e-9
HISTORY = ("user_n", "user_like", "user_genre_affinity")
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


def differ(score: float, right: float) -> bool:
    return not abs(score - right) <= CLOSE


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="mislaid",
    task=1,
    points=2,
    hints=HINTS["mislaid"],
    why="LightGBM knows places, not names: a wrong column is an answer, never an error.",
)
def test_mislaid_number_is_named(submission, observed):
    """The answer names the feature whose number stood at the asked place."""
    named = submission.answers().get("mislaid", str).strip()
    features = submission_features(submission)

    asked = observed.asked(submission.seed, features)
    expect(
        named == observed.mislaid(submission.seed, features),
        tried=f"looked for the number that the starter's row holds where the model reads {asked!r}",
        seen=f"mislaid = {named!r}",
        expected="the name of the feature that this number belongs to",
        where="answers.toml, mislaid",
        next="By which rule does the starter sort its columns? Which name comes at this place by that rule?",
    )


def submission_features(submission: Any) -> list[str]:
    manifest = json.loads((submission.resource("model") / "manifest.json").read_text("utf-8"))
    return list(manifest["features"])


@check(
    id="order",
    task=1,
    points=2,
    hints=HINTS["order"],
    why="The order is a fact of one training, so it travels with the model and is read from its manifest.",
)
def test_rows_have_the_order_of_the_manifest(submission, subject, truth, bundles):
    """Drawn requests get the scores that the trained model gives them."""
    given = truth(submission.resource("model"))
    expect_scores(subject, given, submission.random, folder="model", tried="scored 20 requests with the given model")

    made = bundles.make(submission.random)
    subject.put(made, "newer")
    tried = "loaded a newer bundle, whose manifest lists the columns in another order, and scored 20 requests"
    expect_scores(subject, truth(made), submission.random, folder="newer", tried=tried)


def expect_scores(subject: Any, right: Any, random: Any, *, folder: str, tried: str) -> None:
    model = subject.load(folder)
    pairs = [
        (subject.predict(model, request)["prediction"], right.score(request)) for request in right.draw(random, 20)
    ]
    wrong = [pair for pair in pairs if differ(*pair)]
    first = wrong[0] if wrong else (0.0, 0.0)
    expect(
        not wrong,
        tried=tried,
        seen=f"{len(wrong)} of 20 scores differ; the first is {first[0]:.4f} where the model's own is {first[1]:.4f}",
        expected="each place of a row holds what the model learned there, coded as in the training",
        where="inference.py, row",
        next="Which file of the bundle says what the model learned at place 3, and does your row ask it?",
    )


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="loaded-once",
    task=2,
    points=2,
    after=("order",),
    hints=HINTS["loaded-once"],
    why="A file read per request costs hundreds of times the prediction, and can change between two requests.",
)
def test_bundle_is_loaded_once(submission, subject, truth, bundles):
    """After load(), no file of the bundle is read again."""
    old = bundles.make(submission.random)
    right = truth(old)
    subject.put(old)
    model = subject.load()

    # Before the first predict: a bundle that opens its files at first use has not opened them yet.
    subject.put(bundles.successor(submission.random, old))
    requests = right.draw(submission.random, 20)
    outcomes = [submission.attempt("inference.predict", model, request) for request in requests]
    new = [o for o, request in zip(outcomes, requests, strict=True) if not of_model(o, right.score(request), old)]
    expect(
        not new,
        tried="called load(), put another model's files in place of the bundle's, then called predict() 20 times",
        seen=f"{len(new)} of 20 answers are not those of the model that was loaded",
        expected="answers of the model that was there at load(); its files are not opened again",
        where="inference.py, Bundle",
        next="When does each attribute open its file: at load(), at first use, or at each use?",
    )


def of_model(outcome: Any, score: float, made: Any) -> bool:
    answer = outcome.value if isinstance(outcome.value, dict) else {}
    found = answer.get("prediction")
    same_class = answer.get("prediction_class") == int(score >= made.threshold)
    return isinstance(found, int | float) and not differ(found, score) and same_class


@check(
    id="digest-model",
    task=2,
    points=2,
    hints=HINTS["digest-model"],
    why="LightGBM ends the whole process on a half copied model; no except clause is asked.",
)
def test_changed_model_is_refused(submission, subject, bundles):
    """A model.txt that the manifest does not vouch for is refused, and the program lives on."""
    made = bundles.make(submission.random)
    subject.put(made)
    subject.load()

    model = made.files()["model.txt"]
    place = model.rindex(b"leaf_value=") + len(b"leaf_value=-0.")
    digit = b"1" if model[place : place + 1] != b"1" else b"2"
    changed = model[:place] + digit + model[place + 1 :]
    half = model[: len(model) // 2]
    for what, content in (("with one digit changed", changed), ("cut in half", half)):
        subject.put(made, what.replace(" ", "_"))
        expect_refusal(submission, bundles, made, name="model.txt", content=content, what=what)

    subject.load()


@check(
    id="digest-table",
    task=2,
    points=1,
    after=("digest-model",),
    hints=HINTS["digest-table"],
    why="A wrong table makes wrong features: the best model then answers for somebody else.",
)
def test_changed_table_is_refused(submission, subject, bundles):
    """An online.json that the manifest does not vouch for is refused."""
    made = bundles.make(submission.random)
    subject.put(made)
    subject.load()

    content = json.dumps({**made.online, "prior_like": made.online["prior_like"] / 2}).encode()
    subject.put(made, "with_one_number_changed")
    expect_refusal(submission, bundles, made, name="online.json", content=content, what="with one number changed")


def expect_refusal(submission: Any, bundles: Any, made: Any, *, name: str, content: bytes, what: str) -> None:
    tried = f"called load() on a bundle that has its {name} {what}"
    where = "inference.py, Bundle"
    # A folder of its own: a load() that keeps what it has read per folder is a good one.
    folder = what.replace(" ", "_")
    submission.replace(f"{folder}/{name}", content)
    try:
        raised = submission.attempt("inference.load", folder).error
    except NotYet:
        seen = "the whole program ended, as LightGBM does on a text that it cannot read"
        expected = f"ModelRefused, before LightGBM sees {name}"
        expect(False, tried=tried, seen=seen, expected=expected, where=where, next=NEXT_REFUSAL)
    refused = raised is not None and raised.type == "ModelRefused"
    seen = f"{raised.type}: {raised.message[:60]}" if raised and raised.type != "NotAnAnswer" else "it was loaded"
    expect(refused, tried=tried, seen=seen, expected="ModelRefused", where=where, next=NEXT_REFUSAL)
    missing = unnamed(bundles, raised.message, name=name, found=content, vouched=made.files()[name])
    expect(
        not missing,
        tried=tried,
        seen=f"ModelRefused with the text {raised.message[:80]!r}",
        expected=f"a text that holds: {'; '.join(missing)}",
        where=where,
        next="What does somebody need who reads this line in a log at night?",
    )


def unnamed(bundles: Any, text: str, *, name: str, found: bytes, vouched: bytes) -> list[str]:
    """What the text of a refusal does not say. Two sizes are as good as two digests, where they differ."""
    sizes = len(found) != len(vouched) and str(len(found)) in text and str(len(vouched)) in text
    wanted = {name: "the name of the file"}
    if not sizes:
        wanted[bundles.sha256(found)[:8]] = "the first 8 characters of the file's sha256"
        wanted[bundles.sha256(vouched)[:8]] = "the first 8 characters of the manifest's sha256"
    return [words for needed, words in wanted.items() if needed not in text]


NEXT_REFUSAL = "What does the manifest say about this file, and when is that compared?"


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(id="one-call", task=3, tier="full", why="The model is asked once for all rows of a batch.")
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
    requests += submission.random.sample(requests, 5)

    answers = subject.batch(subject.load(), requests)
    wrong = [n for n, one in enumerate(answers) if differ(one["prediction"], right.score(requests[n]))]
    first = wrong[0] if wrong else 0
    expect(
        not wrong,
        tried="called predict_batch with 45 requests, users in no order, five requests twice",
        seen=f"{len(wrong)} answers are not those of the request at their place; the first is number {first}",
        expected="the answers in the order of the requests",
        where="inference.py, predict_batch",
        next="Which line changes the order, and who would turn it back?",
    )


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
    wrong = [n for n in range(40) if batch[n] != single[n] or differ(single[n]["prediction"], right.score(requests[n]))]
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


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(id="unknown-movie", task=4, tier="full", why="Without a movie there is nothing to predict.")
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
    why="The trees learned a way of their own for a missing value; 0 sends it down the way of the oldest film.",
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
    scores = [subject.predict(model, request)["prediction"] for request in requests]
    looks = {"a film of the year 0": lambda one: right.values(one) | {"year": 0.0}}
    expect_values(scores, right, requests, what="whose movie has no year", looks=looks)


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
    made = bundles.make(submission.random)
    right = truth(made)
    requests = [one | {"user_id": 1000 + n} for n, one in enumerate(right.draw(submission.random, 12))]
    subject.put(made)

    model = subject.load()
    scores = [subject.predict(model, request)["prediction"] for request in requests]
    first = next(iter(made.online["users"]))
    looks = {
        "a user with NaN for all three": lambda one: right.values(one) | dict.fromkeys(HISTORY, math.nan),
        "a user with 0 for all three": lambda one: right.values(one) | dict.fromkeys(HISTORY, 0.0),
        f"user {first}, the first of the table": lambda one: right.values(one | {"user_id": int(first)}),
    }
    expect_values(scores, right, requests, what="of a user whom the tables do not have", looks=looks)


def expect_values(scores: list[float], right: Any, requests: list[Any], *, what: str, looks: dict[str, Any]) -> None:
    wrong = [n for n, score in enumerate(scores) if differ(score, right.score(requests[n]))]
    n = wrong[0] if wrong else 0
    like = [name for name, values in looks.items() if not differ(right.score_of(values(requests[n])), scores[n])]
    guess = f"; that is the score of {like[0]}" if like else ""
    expect(
        not wrong,
        tried=f"called predict() for 12 requests {what}",
        seen=f"{len(wrong)} of 12 scores differ; the first is {scores[n]:.4f}{guess}",
        expected=f"{right.score(requests[n]):.4f}, the score that the trees give when they are told what is not known",
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
            tried=f"set the threshold to {threshold!r} and asked for a request with the score {score!r}",
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
