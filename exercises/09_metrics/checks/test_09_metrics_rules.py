"""What exercise 9 asks of alerts.yaml: rules that are evaluated over nights that the check makes up."""

from dataclasses import replace

from checker import check, expect, read_hints, sibling
from checker.errors import NotYet
from checker.promql import CannotFollow, QueryFailed, RulesRefused, read_groups, recording, run

evaluating, asked = sibling(__file__, "evaluating"), sibling(__file__, "asked")
HINTS = read_hints(__file__)
NIGHTS = evaluating.given("nights.py")
STEP, BEGINS = NIGHTS["STEP"] * 1000, NIGHTS["BEGINS"]
END, LATEST, MINUTE = (NIGHTS["SCRAPES"] - 1) * STEP, NIGHTS["LATEST"], 60_000
# The minute at which a message tells what the query gave: bad for a while, and long before the end.
LOOKED = 16
KEY = "What does Prometheus' page on alerting rules say about this key?"
ERRORS, LATENCY, FILE, BESIDE = "HighErrorRate", "HighLatency", "alerts.yaml", "budget.yaml"
BROKEN = {alert: fires for alert, (fires, _) in NIGHTS["ASKED"].items()}
# In the row of those that fire: a rule that is no share of all requests fires in them too.
CLOSE = {ERRORS: {"crowd": asked.SHARES}}
QUIET = {
    ERRORS: {
        "idle": "What does your query give when nothing is asked?",
        "clients": "Whose fault is a 404? Which requests does your query count, and is it of all that were answered?",
        "release": "What does your query make of a counter that begins anew at zero?",
        "canary": "Is the share one of all requests, or of each pod's own?",
        "spike": asked.PATIENCE,
        "again": asked.PATIENCE,
        "hiccup": asked.PATIENCE,
    },
    LATENCY: {
        "idle": "What does your query give when nothing is asked?",
        "crowd": "Is the limit a number of slow requests, or a place among all of them?",
        "release": "What does your query make of a counter that begins anew at zero?",
        "stuck": "More than 95 of 100 requests are quick here. What do the others do to a mean, and to the p95?",
        "corner": "Is the p95 one of all requests, or of each route's own?",
        "canary": "Is the p95 of a service made of the percentiles of its pods, or of their buckets?",
        "spike": asked.PATIENCE,
        "again": asked.PATIENCE,
        "hiccup": asked.PATIENCE,
    },
}


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
            next=evaluating.of_query(refused) if "expr" in refused.path else KEY,
        )


def rules_of(submission, name):
    """The groups with the alerts of this name and all that is recorded, and the first alert; a finding if none."""
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
    keeps = [replace(g, rules=tuple(r for r in g.rules if not r.is_alert or r.name == name)) for g in groups]
    return [*_beside(submission, keeps), *keeps], found[0]


def _beside(submission, groups):
    """What budget.yaml records, where these groups read it: Prometheus reads both files. Its faults have their row."""
    try:
        return recording(read_groups(submission.yaml(BESIDE), interval=STEP), for_=groups)
    except (RulesRefused, NotYet):
        return []


def database_of(submission, nights, night):
    if night not in nights:
        made = NIGHTS["series"](NIGHTS["NIGHTS"][night], submission.random)
        nights[night] = evaluating.series_of(made, NIGHTS["STEP"])
    return evaluating.database_of(nights[night])


def first_firing(submission, nights, groups, rule, night):
    """The minute of the first firing or None, and a function that gives what a message can say of the query."""
    database = database_of(submission, nights, night)
    try:
        history = run(groups, database, end=END, until_fires=rule.name)
    except CannotFollow as unknown:
        raise evaluating.cannot(rule.name, FILE, unknown) from None
    except QueryFailed as failed:
        expect(
            False,
            tried=f"evaluated {rule.name} over a night: {NIGHTS['NIGHTS'][night].says}",
            seen=f"Prometheus ends the evaluation with an error: {failed!s:.160}",
            expected="a query that can be evaluated",
            where=submission.place(FILE, 0, *rule.path, "expr"),
            next="Which labels do both sides of the operator have?",
        )
    step = next(group.interval for group in groups if rule in group.rules)
    fired = history.first_firing(rule.name)

    def told():
        found = asked.sides(rule, database, LOOKED * MINUTE if fired is None else fired)
        waits = asked.waited(history.pending(rule.name), step, END)
        return asked.Told(found, asked.unknown_name(rule, database), *waits, asked.stranger(rule, database))

    return None if fired is None else fired / MINUTE, told


def fires(submission, nights, name, night):
    groups, rule = rules_of(submission, name)
    minute, telling = first_firing(submission, nights, groups, rule, night)
    if minute is not None and BEGINS <= minute <= BEGINS + LATEST + 0.25:
        return
    told = telling()
    expect(
        False,
        tried=f"{_tried(name)}, bad from minute {BEGINS} on: {NIGHTS['NIGHTS'][night].says}",
        seen=_never_fires(told) if minute is None else _fires_at(minute, told),
        expected=f"silent until minute {BEGINS}, firing by minute {BEGINS + LATEST}",
        where=submission.place(FILE, 0, *rule.path, "expr"),
        next=asked.why_not(rule, told, minute, BEGINS),
    )


def _tried(name):
    return f"evaluated {name} every 15 s over a night"


def _never_fires(told):
    if told.unknown:
        return f"it never fires; no series has the name {told.unknown}"
    if told.stranger:
        return f"it never fires; no pod of this night fits {told.stranger}"
    compared = f". At minute {LOOKED} your query gives {told.found}" if told.found else ""
    return f"it never fires{told.waits or compared}"


def _fires_at(minute, told):
    return f"it fires at minute {minute:.1f}{f', when your query gives {told.found}' if told.found else ''}"


def silent(submission, nights, name, night, question):
    groups, rule = rules_of(submission, name)
    minute, telling = first_firing(submission, nights, groups, rule, night)
    if minute is None:
        return
    told = telling()
    expect(
        False,
        tried=f"{_tried(name)}: {NIGHTS['NIGHTS'][night].says}",
        seen=_fires_at(minute, told),
        expected="silence: the goal is not broken for five minutes",
        where=submission.place(FILE, 0, *rule.path, "expr"),
        next=asked.why_so(rule, question, told.found),
    )


@check(
    id="errors-fire", task=4, points=1, tier="full", after=("rules-load",), hints=HINTS["errors-fire"],
    why="Users feel failed requests; the alert looks at these and at nothing that may or may not cause them.",
)  # fmt: skip
def test_errors_fire(submission, nights):
    """HighErrorRate fires when more than 5 of 100 requests have failed for five minutes, and not at 47 of 1,000."""
    try:
        for night in BROKEN[ERRORS]:
            fires(submission, nights, ERRORS, night)
    except NotYet:
        # A share that says that all fail is wrong in every night, and nearer than what one of them asks for besides.
        _close(submission, nights, (asked.MATCHED,))
        raise
    _close(submission, nights)


def _close(submission, nights, only=()):
    """Silence where the goal is just kept; with `only`, a finding that asks one of these questions and no other."""
    for night, question in CLOSE[ERRORS].items():
        try:
            silent(submission, nights, ERRORS, night, question)
        except NotYet as lost:
            if not only or lost.finding.next in only:
                raise


@check(
    id="errors-silent", task=4, points=1, tier="full", after=("errors-fire",), hints=HINTS["errors-silent"],
    why="An alert that cries at each spike is switched off, and is missed in the one night that counts.",
)  # fmt: skip
def test_errors_stay_silent(submission, nights):
    """HighErrorRate is silent while the goal is kept, or broken for less than five minutes."""
    for night, question in QUIET[ERRORS].items():
        silent(submission, nights, ERRORS, night, question)


@check(
    id="latency", task=4, points=1, tier="full", after=("rules-load",), hints=HINTS["latency"],
    why="One slow pod with little traffic is no slow service; only the buckets of all pods together can tell.",
)  # fmt: skip
def test_latency(submission, nights):
    """HighLatency fires when the p95 of all requests is above 100 ms for five minutes, and not before."""
    for night in BROKEN[LATENCY]:
        fires(submission, nights, LATENCY, night)
    for night, question in QUIET[LATENCY].items():
        silent(submission, nights, LATENCY, night, question)
