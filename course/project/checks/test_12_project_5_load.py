"""Row 5 of the rubric: what the trainee's locustfile does, and whether the analysis agrees with its own run."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from checker import check, expect, partial, read_hints, sibling
from checker.errors import CouldNotCheck, Finding

HINTS = read_hints(__file__)
gate = sibling(__file__, "gate")
pace = sibling(__file__, "pace")
people = sibling(__file__, "people")
FILE, RECORD, ANALYSIS = "locustfile.py", "load.json", "analysis.toml"
# Runs: name, milliseconds of each answer, and how many of 200 requests fail.
GOOD, SLOW, FAILING = ("fast", 20, 0), ("slow", 4_000, 0), ("failing", 20, 40)
# In the last run these are as slow as no limit on a mean would notice: 242 ms, and a p95 of 1.5 s.
TAIL, TAIL_MS = 30, 1_500
LIMITS = """
import json, sys
import locust
from locust.env import Environment
from locust.stats import RequestStats
import locustfile

def run(milliseconds, failures, tail=0):
    environment = Environment(events=locust.events)
    for number in range(200):
        environment.stats.log_request("POST", "/predict", 1_500 if number < tail else milliseconds, 100)
        if number < failures:
            environment.stats.log_error("POST", "/predict", "HTTPError 500")
    environment.process_exit_code = None
    environment.events.test_stop.fire(environment=environment)
    environment.events.quitting.fire(environment=environment)
    return int(environment.process_exit_code or 0)

print("@@" + json.dumps([run(*map(int, words.split(","))) for words in sys.argv[1:]]))
"""


# What load.py tells a locustfile.
TOLD = {"LOAD_RATE": str(gate.RATE), "LOAD_USERS": str(gate.USERS)}


def _locust_is_there() -> None:
    import importlib.util

    if importlib.util.find_spec("locust") is None:
        raise CouldNotCheck(Finding(seen="locust is not installed in this environment: run `make env` again"))


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"the run's last words: {lines[-1][:120]!r}" if lines else "the run said nothing"


@check(
    id="limits",
    task=5,
    points=3,
    tier="full",
    hints=HINTS["limits"],
    why="A load test without limits is a picture; with limits it stops a release.",
)
def test_limits_fail_the_run(submission: Any) -> None:
    """A run with failures or slow answers ends with an exit code other than 0, a good one with 0."""
    _locust_is_there()
    submission.replace("drive_limits.py", LIMITS)
    cases = [f"{ms},{failures}" for _, ms, failures in (GOOD, FAILING, SLOW)]
    done = submission.run("drive_limits.py", *cases, f"20,0,{TAIL}", env=TOLD, timeout=60)
    line = next((one for one in done.output.splitlines() if one.startswith("@@")), "")
    tried = f"handed {FILE} the figures of four runs of 200 requests, as Locust does when a run ends"
    expect(
        bool(line),
        tried=tried,
        seen=_last(done.output),
        expected="the file can be imported, and its listeners end without an error",
        where=FILE,
        next="What does `python load.py` print, and what stands in its locust.out?",
    )
    good, failing, slow, tail = json.loads(line[2:])
    expect(
        good == 0,
        tried=tried,
        seen=f"exit code {good} for a run in which all 200 were answered within 20 ms",
        expected="exit code 0",
        where=FILE,
        next="Which of your limits does a good run break?",
    )
    expect(
        bool(failing) or bool(slow),
        tried=tried,
        seen="exit code 0 also when 40 of 200 failed, and when each took 4 s",
        expected="an exit code other than 0 in both",
        where=FILE,
        next="Which attribute of the environment does Locust end with, and which event comes before that?",
    )
    if not (failing and slow):
        partial(
            2,
            tried=tried,
            seen="exit code 0 when 40 of 200 failed" if slow else "exit code 0 when each answer took 4 s",
            expected="an exit code other than 0 for failures, and for a p95 above 500 ms",
            where=FILE,
            next="Which of the two limits is there, and which one is missing?",
        )
    _notices_a_tail(tail, tried)


def _notices_a_tail(exit_code: int, tried: str) -> None:
    if not exit_code:
        partial(
            2,
            tried=tried,
            seen=f"exit code 0 when {TAIL} of 200 answers took {TAIL_MS / 1000} s: the p95 is {TAIL_MS} ms",
            expected="an exit code other than 0 for a p95 above 500 ms",
            where=FILE,
            next="What does a mean say of the slowest twentieth?",
        )


@check(
    id="analysis",
    task=5,
    points=2,
    tier="full",
    hints=HINTS["analysis"],
    why="A figure that cannot be found again in the data is an opinion.",
)
def test_the_analysis_agrees_with_its_run(submission: Any) -> None:
    """The figures of the analysis are those of your own run."""
    record, told = _record(submission), submission.toml(ANALYSIS)
    for key, right, near in gate.figures(record):
        value = told.get(key)
        number = gate.number(value)
        expect(
            number is not None or value in (None, "?"),
            tried=f"read {key} in {ANALYSIS}",
            seen=f"{key} is {value!r}",
            expected="a number and nothing else",
            where=f"{ANALYSIS}, {key}",
            next="Which of these characters belong to the number?",
        )
        expect(
            number is not None and abs(number - right) <= near,
            tried=f"computed `{key}` from {RECORD}",
            seen=f"{key} is {value!r}",
            expected=f"the value of your own run, {f'within {near:g}' if near else 'exactly'}",
            where=f"{ANALYSIS}, {key}",
            next=gate.QUESTIONS[key],
        )


@check(
    id="bottleneck",
    task=5,
    points=2,
    tier="full",
    after=("analysis",),
    hints=HINTS["bottleneck"],
    why="Whoever names the wrong bottleneck buys the wrong machine.",
)
def test_the_bottleneck_is_named(submission: Any) -> None:
    """The bottleneck is the one that your own run's figures show."""
    record, word = _record(submission), submission.toml(ANALYSIS).get("bottleneck")
    expect(
        word in gate.BOTTLENECKS,
        tried=f"read `bottleneck` in {ANALYSIS}",
        seen=f"bottleneck is {word!r}",
        expected=f"one of: {', '.join(gate.BOTTLENECKS)}",
        where=f"{ANALYSIS}, bottleneck",
        next="Which row of the brief's table fits your figures?",
    )
    _says_something(record)
    right, evidence = gate.bottleneck(record)
    expect(
        word == right,
        tried=f"compared your bottleneck with {RECORD}",
        seen=f"you say {word!r}, and {evidence}",
        expected="the word that these figures stand for in the brief",
        where=f"{ANALYSIS}, bottleneck",
        next="Was the rate kept that was asked for? If not, which of the two programs had no time left?",
    )


def _says_something(record: dict[str, Any]) -> None:
    short = gate.shortcoming(record)
    if short:
        seen, expected, question = short
        expect(False, tried=f"read in {RECORD} what gave", seen=seen, expected=expected, where=RECORD, next=question)


@check(
    id="open-loop",
    task=5,
    points=3,
    tier="full",
    hints=HINTS["open-loop"],
    why="Users do not wait for each other; a generator that does hides the very queue that it should find.",
)
def test_the_rate_is_open_loop(submission: Any) -> None:
    """Requests go out at their rate while earlier ones are unanswered, and of more than one kind."""
    _locust_is_there()
    known = set(json.loads((submission.resource("model") / "online.json").read_text(encoding="utf-8"))["items"])
    submission.replace("drive_load.py", gate.DRIVE)
    with gate.Gate(known, hold=gate.HELD) as server:
        submission.let_reach(server.port)
        done = submission.run(
            "drive_load.py", "-f", FILE, "--headless", "--host", server.url, "--users", str(gate.USERS),
            "--spawn-rate", str(gate.USERS), "--run-time", f"{gate.SECONDS}s", "--stop-timeout", "1", "--only-summary",
            env=TOLD, timeout=90,
        )  # fmt: skip
    tried = (
        f"ran {FILE} with LOAD_RATE {gate.RATE} and {gate.USERS} users against a service that answers nobody at first"
    )
    expect(
        bool(server.bodies),
        tried=tried,
        seen=f"no request to POST /predict arrived; {_last(done.output)}",
        expected="predictions are asked for",
        where=FILE,
        next="What does `python load.py` print, and what stands in its locust.out?",
    )
    expect(
        server.most >= gate.HELD,
        tried=tried,
        seen=f"{server.most} requests were under way at most, then it waited for their answers",
        expected=f"{gate.HELD} and more: the rate is kept without answers",
        where=FILE,
        next="Who is busy while an answer is on its way, and who could begin the next request meanwhile?"
        if server.most <= gate.USERS
        else "Of what are there only so many: greenlets, places in a pool, connections of Locust's client?",
    )
    people.expect_people(server, FILE)
    pace.expect_the_rate(submission, FILE)


def _record(submission: Any) -> dict[str, Any]:
    record = submission.json(RECORD)
    digest = hashlib.sha256(submission.text(FILE).encode()).hexdigest()
    expect(
        gate.is_record(record),
        tried=f"read {RECORD}",
        seen="it is not what load.py writes",
        expected="the record of a run, as it was written",
        where=RECORD,
        next="What does `python load.py` write when you let it run to its end?",
    )
    expect(
        record["locustfile"] == digest,
        tried=f"looked which {FILE} the run in {RECORD} was made with",
        seen="it was another one, or an earlier version",
        expected=f"a run of the {FILE} that you hand in",
        where=RECORD,
        next="When did you change the file, and when did you run it last?",
    )
    return dict(record)
