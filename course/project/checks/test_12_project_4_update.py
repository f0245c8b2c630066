"""Row 4 of the rubric: the trainee's policy for a canary, over streams of labels; and the prediction log."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

from checker import check, expect, read_hints, sibling

HINTS = read_hints(__file__)
fleet = sibling(__file__, "fleet")
streams = sibling(__file__, "streams")
ROUNDS, MOST_FALSE = 40, 6
ONE_FAILS = 1_000
WORDS = ("promote", "roll back", "wait")
AT_ONCE = "Every round ends at the same look: by how much do two equal models differ there, by chance alone?"
LOG = "predictions.jsonl"
# A process may have so many files open; record() is called three times as often.
OPEN, CALLS = 128, 384
MANY = f"""
import resource
import prediction_log

resource.setrlimit(resource.RLIMIT_NOFILE, ({OPEN}, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
for number in range({CALLS}):
    prediction_log.record(f"call-{{number}}", "champion", {{"prediction": 0.5, "prediction_class": 1}})
"""
# Pods that answer at the same time, each in a process of its own.
WRITERS, EACH = 4, 1_000
TOGETHER = f"""
import os
import prediction_log

waits, begins = os.pipe()

def write(writer):
    # All begin together: the read ends when the last of the others has closed its end.
    os.close(begins)
    os.read(waits, 1)
    for number in range({EACH}):
        prediction_log.record(f"pod-{{writer}}-{{number}}", "champion", {{"prediction": 0.5, "prediction_class": 1}})

children = []
for writer in range({WRITERS}):
    child = os.fork()
    if not child:
        try:
            write(writer)
        finally:
            os._exit(0)
    children.append(child)
os.close(begins)
for child in children:
    os.waitpid(child, 0)
"""


def _ends(submission: Any, **how: Any) -> tuple[Counter[str], bool]:
    """How often the rounds end with each word, and whether all end at the same look."""
    draw = _luck(submission)
    ended = [_end(submission, streams.looks(draw, **how)) for _ in range(ROUNDS)]
    return Counter(word for word, _ in ended), len({look for _, look in ended}) == 1


def _luck(submission: Any) -> random.Random:
    """The same policy meets the same rounds whenever it is checked; another policy meets others."""
    return random.Random(submission.text("canary.py"))


def _end(submission: Any, looks: Iterable[Any]) -> tuple[str, int]:
    """A round ends at the first look with another word than wait, else with wait."""
    look = 0
    for look, (champion, canary) in enumerate(looks, 1):
        word = submission.call("canary.decide", champion, canary)
        expect(
            word in WORDS,
            tried="called canary.decide with the records of both models",
            seen=f"it returns {word!r}",
            expected=f"one of {', '.join(map(repr, WORDS))}",
            where="canary.py, decide",
            next="Which words does the brief name?",
        )
        if word != "wait":
            return str(word), look
    return "wait", look


@check(
    id="rollback",
    task=4,
    points=5,
    tier="full",
    hints=HINTS["rollback"],
    why="A worse model that nobody takes back costs something with every answer.",
)
def test_a_worse_model_is_rolled_back(submission: Any) -> None:
    """A model that is worse, or that fails, is taken back by itself in every round."""
    fails, _ = _end(submission, streams.looks(submission.random, errors_each=16, labels=False))
    expect(
        fails == "roll back",
        tried="let a canary fail every fifth request, before any label had come",
        seen=f"the policy ends with {fails!r}",
        expected="'roll back'",
        where="canary.py, decide",
        next="Which of the numbers is known at once, without any label?",
    )
    ends, once = _ends(submission, worse=streams.WORSE)
    expect(
        ends["roll back"] == ROUNDS,
        tried=f"played {ROUNDS} rounds of a canary whose log loss is {streams.WORSE} higher",
        seen=_counted(ends),
        expected=f"rolled back in all {ROUNDS}",
        where="canary.py, decide",
        next=AT_ONCE if once else "How often does a worse model look better on its first twenty labels?",
    )


@check(
    id="promotion",
    task=4,
    points=5,
    tier="full",
    hints=HINTS["promotion"],
    why="A policy that takes everything back is safe, and nothing new ever reaches anybody.",
)
def test_a_model_as_good_is_promoted(submission: Any) -> None:
    """A model as good as the champion is promoted, though chance makes it look worse now and then."""
    early, _ = _end(submission, streams.unlabeled(ONE_FAILS))
    expect(
        early == "wait",
        tried=f"let one request in {ONE_FAILS:,} fail, in champion and canary, before any label had come",
        seen=f"the policy ends with {early!r}",
        expected="'wait': in the long run both fail as often, whichever fails first, and no label says anything yet",
        where="canary.py, decide",
        next="What do so few failures say, and what does a log loss without labels say?",
    )
    ends, once = _ends(submission)
    expect(
        ends["roll back"] <= MOST_FALSE,
        tried=f"played {ROUNDS} rounds of a canary that is as good as the champion, {streams.LOOKS} looks each",
        seen=_counted(ends),
        expected=f"at most {MOST_FALSE} false alarms",
        where="canary.py, decide",
        next=AT_ONCE
        if once
        else "One look in twenty is beyond two standard errors by chance. How many looks are there?",
    )
    expect(
        ends["wait"] == 0,
        tried=f"played {ROUNDS} rounds of a canary that is as good as the champion, to the end",
        seen=_counted(ends),
        expected=f"a decision after {streams.LOOKS * streams.BATCH} labels at the latest",
        where="canary.py, decide",
        next="How small a difference do so many labels show, and is a smaller one worth waiting for?",
    )


@check(
    id="log",
    task=4,
    points=5,
    tier="full",
    hints=HINTS["log"],
    why="What is not in the log cannot be judged, explained or forgotten.",
)
def test_nothing_is_lost_from_the_log(submission: Any) -> None:
    """Every answer of champion and canary stands once in the prediction log, also of one that is killed."""
    body = fleet.bodies(submission.random, submission)
    pods = {name: submission.serve(env={"MODEL_VERSION": name}) for name in ("champion", "canary")}
    answered: dict[str, str] = {}
    for number in range(30):
        name = "canary" if number % 3 == 0 else "champion"
        _ask(pods[name], f"round-{number}", name, body(), answered)
    # Rolled back in the hardest way: what it has answered, it has answered.
    pods["canary"].stop()
    pods["champion-2"] = submission.serve(env={"MODEL_VERSION": "champion"})
    for number in range(30, 40):
        _ask(pods["champion-2" if number % 2 else "champion"], f"round-{number}", "champion", body(), answered)
    for server in pods.values():
        server.stop()
    _compare(submission, answered)
    _goes_on(submission)
    _together(submission)


def _ask(server: Any, number: str, version: str, body: dict[str, Any], answered: dict[str, str]) -> None:
    reply = server.http("POST", "/predict", json=body, headers={"X-Request-ID": number})
    expect(
        reply.status == 200,
        tried="sent predictions to champion and canary in turn",
        seen=f"{version} answers {reply.status} to {number}",
        expected="status 200",
        where="prediction_log.py, record",
        next="What does the log of the service say of this request?",
    )
    answered[number] = version


def _compare(submission: Any, answered: dict[str, str]) -> None:
    path = submission.folder / LOG
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    tried = f"compared {len(answered)} answers of champion and canary with {LOG}, after both were killed"
    found: list[dict[str, Any]] = []
    for place, line in enumerate(lines, 1):
        try:
            found.append(dict(json.loads(line)))
        except (ValueError, TypeError):
            expect(
                False,
                tried=tried,
                seen=f"line {place} is no JSON object: {line!r:.60}",
                expected="one JSON object per line",
                where="prediction_log.py, record",
                next="What becomes of a line that two processes write at the same time, in several parts?",
            )
    kept = Counter(str(one.get("request_id")) for one in found)
    lost = [number for number in answered if not kept[number]]
    twice = [number for number in answered if kept[number] > 1]
    expect(
        not lost and not twice,
        tried=tried,
        seen=f"{len(lost)} are missing, {len(twice)} stand there twice"
        + (f"; the first: {(lost + twice)[0]}" if lost + twice else ""),
        expected="each answer once",
        where="prediction_log.py, record",
        next="Where is a line between the call of record() and the moment in which the kernel has it?",
    )
    wrong = next((one for one in found if one.get("model_version") != answered.get(str(one.get("request_id")))), None)
    expect(
        wrong is None,
        tried=tried,
        seen=f"{wrong and wrong.get('request_id')} is said to be of {wrong and wrong.get('model_version')!r}",
        expected="the version that answered, as model_version",
        where="prediction_log.py, record",
        next="Who tells record() which model has answered?",
    )


def _goes_on(submission: Any) -> None:
    """A file that is opened for each answer and never closed ends a service after some hundred of them."""
    submission.replace("drive_log.py", MANY)
    done = submission.run("drive_log.py", timeout=60)
    text = (submission.folder / LOG).read_text(encoding="utf-8", errors="replace")
    kept = sum(f'"call-{number}"' in text for number in range(CALLS))
    words = [line.strip() for line in done.output.splitlines() if line.strip()]
    expect(
        kept == CALLS,
        tried=f"called record() {CALLS} times in a process that may have {OPEN} files open",
        seen=f"{kept} of the lines are in {LOG}; its last words: {words[-1] if words else 'none'!s:.100}",
        expected="each call ends as the first one did, and its line is in the file when it returns",
        where="prediction_log.py, record",
        next="What becomes of the file that the call before has opened?"
        if words
        else "Where is a line between the call of record() and the moment in which the kernel has it?",
    )


def _together(submission: Any) -> None:
    """All pods share the file: who reads it, adds a line and writes it again writes over the lines of others."""
    submission.replace("drive_pods.py", TOGETHER)
    submission.run("drive_pods.py", timeout=60)
    lines = (submission.folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    kept = len({one for one in map(_pod, lines) if one})
    expect(
        kept == WRITERS * EACH,
        tried=f"called record() in {WRITERS} processes at the same time, {EACH} times each",
        seen=f"{kept} of {WRITERS * EACH} lines are whole in {LOG}",
        expected="each line whole, whoever else writes",
        where="prediction_log.py, record",
        next="What does the kernel do when two processes append to a file, and when two replace it?",
    )


def _pod(line: str) -> str:
    """The name under which one of the writers has answered; empty for any other line."""
    try:
        name = str(dict(json.loads(line)).get("request_id"))
    except (ValueError, TypeError):
        return ""
    return name if name.startswith("pod-") else ""


def _counted(ends: Counter[str]) -> str:
    return ", ".join(f"{ends[word]} × {word!r}" for word in WORDS if ends[word])
