"""What exercise 9 asks of alerts.yaml: rules that are evaluated over nights that the check makes up."""

import runpy
from pathlib import Path

from checker import check, expect, read_hints
from checker.errors import CouldNotCheck, Finding
from checker.promql import CannotFollow, Database, QueryFailed, RulesRefused, labels_of, read_groups, run

HINTS = read_hints(__file__)
# The given script makes the nights, so that what it shows and what is judged cannot drift apart.
NIGHTS = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "nights.py"))
STEP, BEGINS = NIGHTS["STEP"] * 1000, NIGHTS["BEGINS"]
END, LATEST = (NIGHTS["SCRAPES"] - 1) * STEP, 10
ERRORS, LATENCY, FILE = "HighErrorRate", "HighLatency", "alerts.yaml"
PATIENCE = "How many minutes does one bad half minute stay in the range of your query, and how long does the rule wait?"
QUIET = {
    "quiet": "What does your query give while all is well?",
    "idle": "What does your query give when nothing is asked?",
    "few": "Is the limit a number of failures or a share? By which labels do both sides of a division match?",
    "clients": "Whose fault is a 404, and which statuses does your query count?",
    "release": "What does your query make of a counter that begins anew at zero?",
    "spike": PATIENCE,
}
CANNOT = "{name} in alerts.yaml cannot be judged. {why} `python -m checker.promql --help` lists what is."


def groups_of(submission):
    return read_groups(submission.yaml(FILE), interval=STEP)


@check(id="rules-load", task=4)
def test_rules_load(submission):
    """Prometheus would take the file of rules."""
    try:
        groups_of(submission)
    except RulesRefused as refused:
        where = submission.place(FILE, 0, *refused.path)
        expect(
            False,
            tried="read alerts.yaml as Prometheus does",
            seen=str(refused),
            expected="a file of rules that Prometheus takes",
            where=where,
            next="What does Prometheus' page on alerting rules say about this key?",
        )


def rules_of(submission, name):
    """The groups with the alert of this name and all that is recorded; a finding when there is no such alert."""
    groups = groups_of(submission)
    found = [rule for group in groups for rule in group.rules if rule.is_alert and rule.name == name]
    there = sorted({rule.name for group in groups for rule in group.rules if rule.is_alert})
    expect(
        bool(found),
        tried=f"looked for the alert {name} in alerts.yaml",
        seen=f"the alerts are {', '.join(there)}" if there else "no alert at all",
        expected=f"an alert `{name}`",
        where=FILE,
        next="Which two alerts does the brief's contract name?",
    )
    keeps = [
        type(group)(group.name, group.interval, tuple(r for r in group.rules if not r.is_alert or r.name == name))
        for group in groups
    ]
    return keeps, submission.place(FILE, 0, *found[0].path, "expr")


def night_of(night, draw):
    """The night as series, a sample a scrape."""
    database = Database()
    for (name, labels), values in NIGHTS["series"](night, draw).items():
        full = labels_of({"job": "movies", **dict(labels)}, name)
        for number, value in enumerate(values):
            database.add(full, number * STEP, value)
    return database


def first_firing(submission, groups, where, name, night):
    """The minute in which the alert fires for the first time in a night; None when it is silent."""
    database = night_of(NIGHTS["NIGHTS"][night], submission.random)
    try:
        fired = run(groups, database, end=END).first_firing(name)
    except CannotFollow as unknown:
        raise CouldNotCheck(Finding(seen=CANNOT.format(name=name, why=unknown))) from None
    except QueryFailed as failed:
        expect(
            False,
            tried=f"evaluated {name} over a night: {NIGHTS['NIGHTS'][night].says}",
            seen=f"Prometheus ends the evaluation with an error: {failed!s:.160}",
            expected="a query that can be evaluated",
            where=where,
            next="Which labels do both sides of the operator have?",
        )
    return None if fired is None else fired / 60_000


def fires(submission, name, night, question):
    groups, where = rules_of(submission, name)
    minute = first_firing(submission, groups, where, name, night)
    expect(
        minute is not None and BEGINS <= minute <= BEGINS + LATEST + 0.25,
        tried=f"evaluated {name} every 15 s over a night: {NIGHTS['NIGHTS'][night].says}; it begins at minute {BEGINS}",
        seen="it never fires" if minute is None else f"it fires at minute {minute:.1f}",
        expected=f"firing within {LATEST} minutes",
        where=where,
        next=question,
    )


def silent(submission, name, night, question):
    groups, where = rules_of(submission, name)
    minute = first_firing(submission, groups, where, name, night)
    expect(
        minute is None,
        tried=f"evaluated {name} every 15 s over a night: {NIGHTS['NIGHTS'][night].says}",
        seen=f"it fires at minute {minute or 0:.1f}",
        expected="silence: the goal is not broken for five minutes",
        where=where,
        next=question,
    )


@check(
    id="errors-fire", task=4, points=1, tier="full", after=("rules-load",), hints=HINTS["errors-fire"],
    why="Users feel failed requests; the alert looks at these and at nothing that may or may not cause them.",
)  # fmt: skip
def test_errors_fire(submission):
    """HighErrorRate fires when more than 5 of 100 requests have failed for five minutes."""
    question = "Which share of all requests fails in this night, and what does your query give for it?"
    for night in ("outage", "down", "half"):
        fires(submission, ERRORS, night, question)


@check(
    id="errors-silent", task=4, points=1, tier="full", after=("errors-fire",), hints=HINTS["errors-silent"],
    why="An alert that cries at each spike is switched off, and is missed in the one night that counts.",
)  # fmt: skip
def test_errors_stay_silent(submission):
    """HighErrorRate is silent in a spike of 30 s, when clients err, when pods are replaced and when nobody asks."""
    for night, question in QUIET.items():
        silent(submission, ERRORS, night, question)


@check(
    id="latency", task=4, points=1, tier="full", after=("rules-load",), hints=HINTS["latency"],
    why="One slow pod with little traffic is no slow service; only the buckets of all pods together can tell.",
)  # fmt: skip
def test_latency(submission):
    """HighLatency fires when the p95 of all requests is above 100 ms for five minutes, and not before."""
    for night in ("slow", "tail"):
        fires(submission, LATENCY, night, "What does your query give in this night, and in which unit is it compared?")
    for night in ("quiet", "idle", "release"):
        silent(submission, LATENCY, night, "What does your query give while all is well?")
    silent(
        submission,
        LATENCY,
        "canary",
        "Is the p95 of a service made of the percentiles of its pods, or of their buckets?",
    )
    silent(submission, LATENCY, "spike", PATIENCE)
