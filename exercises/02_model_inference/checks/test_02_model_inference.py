"""The checks of exercise 2: the right numbers at the right places, from files that the manifest vouches for.

Tasks 1 and 2. The others stand beside it: test_02_model_inference_batch (task 3), and
test_02_model_inference_meaning (tasks 4 to 6).
"""

from __future__ import annotations

import json
from typing import Any

from checker import check, expect, read_hints

HINTS = read_hints(__file__)
# Laid beside inference.py. Half a model ends the process that loads it; where a system can fork, that is a child.
# The parent loads nothing: OpenMP, once used, does not survive a fork.
LOADING = """
import json
import os

def outcome(folder):
    if not hasattr(os, "fork"):
        return told(folder)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, json.dumps(told(folder)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else None

def told(folder):
    import inference
    try:
        inference.load(folder)
    except Exception as error:
        return [type(error).__name__, str(error)[:2000]]
    return ["loaded", ""]
"""

QUESTION_OF_DIGEST = "What does the manifest say about this file, and when is that compared?"
# Read as text, a file loses the line ends that it has: the digest is right, of something else.
QUESTION_OF_TEXT = "Of what is your digest made: of the bytes in the file, or of a text that was read from it?"
# What is wrong with a row or behind it: what is expected, and what to ask.
ROWS = {
    "moved": (
        "each number at the place that manifest.json gives its feature",
        "Which file says what the model reads at this place, and from where does row() take its order?",
    ),
    "other numbers": (
        "at each place the number that the training put there",
        "What did the training put at this place, and which file of the bundle says so?",
    ),
    "other score": (
        "the score that the trees give for this row, as it is",
        "The row is right. What happens between it, the trees and the answer?",
    ),
}
SEEN = {
    "loaded": "it was loaded",
    "ended": "the whole program was ended, as happens inside LightGBM on a text that it cannot read",
}


# -- guard: what the starter does already -----------------------------------------------------------------------
@check(id="loads", task=2, why="A bundle that is as its manifest says must get through.")
def test_good_bundle_is_loaded(submission, subject, bundles):
    """load() takes a bundle whose files are as its manifest says."""
    subject.put(bundles.make(submission.random))
    subject.load()


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
    unlike = ", which names the place, not the number" if named == asked else ""
    expect(
        named == observed.mislaid(submission.seed, features),
        tried=f"looked for the number that the starter's row holds where the model reads {asked!r}",
        seen=f"mislaid = {named!r}{unlike or ', which is no name in the manifest' * (named not in features)}",
        expected="the name of the feature whose number stood there",
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
    after=("loads",),
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
    expect_scores(subject, truth(made), submission.random, folder="newer", tried=tried, before=given)


def expect_scores(subject: Any, right: Any, random: Any, *, folder: str, tried: str, before: Any = None) -> None:
    model, requests = subject.load(folder), right.draw(random, 20)
    scores = [subject.predict(model, request)["prediction"] for request in requests]
    wrong = right.differing(scores, requests)
    n = wrong[0] if wrong else 0
    expect(
        not wrong or before is None or bool(before.differing(scores, requests)),
        tried=tried,
        seen=f"all 20 scores are those of the model that was loaded before; the first is {scores[n]:.4f}",
        expected=f"scores of the model that load() was asked for; its first is {right.score(requests[n]):.4f}",
        where="inference.py, load",
        next="What does load() give back when it is called again, with another folder?",
    )
    row = subject.row(model, requests[n]) if wrong else []
    place = right.misplaced(row, requests[n])
    fault = ROWS["other score" if not place else "moved" if right.moved(row, requests[n]) else "other numbers"]
    expect(
        not wrong,
        tried=tried,
        seen=f"{len(wrong)} of 20 scores differ; the first is {told(scores[n], right.score(requests[n]))}{place}",
        expected=fault[0],
        where=f"inference.py, {'row' if place else 'predict'}",
        next=fault[1],
    )


def told(score: float, own: float) -> str:
    """Both numbers, with as many digits as tell them apart."""
    short = f"{score:.4f}", f"{own:.4f}"
    first, second = short if short[0] != short[1] else (repr(score), repr(own))
    return f"{first} where the model's own is {second}"


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
    newer = bundles.successor(submission.random, old)
    subject.put(newer)
    # A second model beside the first: what load() returned is what the caller hands over, not the last one loaded.
    subject.put(newer, "beside")
    subject.load("beside")
    requests = right.draw(submission.random, 20)
    outcomes = [submission.attempt("inference.predict", model, request) for request in requests]
    pairs = zip(outcomes, requests, strict=True)
    new = [outcome for outcome, request in pairs if not of_model(outcome, request, right=right, made=old)]
    expect(
        not new,
        tried="called load(), put another model's files in the bundle's place, loaded those from a second folder. "
        "Then called predict() 20 times with the first model",
        seen=f"{len(new)} of 20 answers are not those of the model that was loaded",
        expected="answers of the model that was there at load(); its files are not opened again",
        where="inference.py, Bundle",
        next="When is each file opened, and where does a function find the model that it asks?",
    )


def of_model(outcome: Any, request: Any, *, right: Any, made: Any) -> bool:
    answer = outcome.value if isinstance(outcome.value, dict) else {}
    found = answer.get("prediction")
    same_class = answer.get("prediction_class") == int(right.score(request) >= made.threshold)
    return isinstance(found, int | float) and not right.differing([found], [request]) and same_class


@check(
    id="digest-model",
    task=2,
    points=2,
    after=("loads",),
    hints=HINTS["digest-model"],
    why="LightGBM ends the whole process on a half copied model; no except clause is asked.",
)
def test_changed_model_is_refused(submission, subject, bundles):
    """A model.txt that the manifest does not vouch for is refused, and the program lives on."""
    made = bundles.make(submission.random)
    model = made.files()["model.txt"]
    place = model.rindex(b"leaf_value=") + len(b"leaf_value=-0.")
    digit = b"1" if model[place : place + 1] != b"1" else b"2"
    changed = model[:place] + digit + model[place + 1 :]
    half = model[: len(model) // 2]
    ends = model.replace(b"\n", b"\r\n")
    for what, content in (("with one digit changed", changed), ("cut in half", half), ("with other line ends", ends)):
        subject.put(made, what.replace(" ", "_"))
        expect_refusal(submission, bundles, made, name="model.txt", content=content, what=what)
    expect_whole_digest(submission, subject, made)


def expect_whole_digest(submission: Any, subject: Any, made: Any) -> None:
    """The last digit counts as much as the first."""
    subject.put(made, "last_digit")
    manifest = json.loads(made.files()["manifest.json"])
    vouched = manifest["files"]["model.txt"]["sha256"]
    manifest["files"]["model.txt"]["sha256"] = vouched[:-1] + ("0" if vouched[-1] != "0" else "1")
    submission.replace("last_digit/manifest.json", json.dumps(manifest))
    kind, text = outcome_of_load(submission, "last_digit")
    expect(
        kind == "ModelRefused",
        tried="called load() on a bundle whose manifest has another last digit in the sha256 of model.txt",
        seen=SEEN.get(kind, f"{kind}: {text[:60]}"),
        expected="ModelRefused: the two digests differ",
        where="inference.py, Bundle",
        next="How many of the digits are compared?",
    )


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
    table = made.files()["online.json"]
    number = json.dumps({**made.online, "prior_like": made.online["prior_like"] / 2}).encode()
    for what, content in (("with one number changed", number), ("with its first byte changed", b"[" + table[1:])):
        subject.put(made, what.replace(" ", "_"))
        expect_refusal(submission, bundles, made, name="online.json", content=content, what=what)


def outcome_of_load(submission: Any, folder: str) -> tuple[str, str]:
    """The exception's name and text, or one of the names in SEEN."""
    submission.replace("loading.py", LOADING)
    outcome = submission.call("loading.outcome", folder)
    kind, text = outcome if isinstance(outcome, list) and len(outcome) == 2 else ("ended", "")
    return str(kind), str(text)


def expect_refusal(submission: Any, bundles: Any, made: Any, *, name: str, content: bytes, what: str) -> None:
    tried = f"called load() on a bundle that has its {name} {what}"
    where = "inference.py, Bundle"
    # A folder of its own: a load() that keeps what it has read per folder is a good one.
    folder = what.replace(" ", "_")
    submission.replace(f"{folder}/{name}", content)
    kind, text = outcome_of_load(submission, folder)
    expect(
        kind == "ModelRefused",
        tried=tried,
        seen=SEEN.get(kind, f"{kind}: {text[:60]}"),
        expected=f"ModelRefused, before anything else reads {name}",
        where=where,
        next=QUESTION_OF_TEXT if "line ends" in what else QUESTION_OF_DIGEST,
    )
    missing = bundles.unnamed(text, name=name, found=content, vouched=made.files()[name])
    expect(
        not missing,
        tried=tried,
        seen=f"ModelRefused with the text {text[:80]!r}",
        expected=f"a text that holds: {'; '.join(missing)}",
        where=where,
        next="What does somebody need who reads this line in a log at night?",
    )
