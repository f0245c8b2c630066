"""What exercise 9 asks of budget.yaml, as a stretch: recorded shares, and alerts on how fast the budget burns."""

import math

from checker import check, expect, read_hints, sibling
from checker.promql import CannotFollow, Evaluator, QueryFailed, RulesRefused, read_groups, run

evaluating = sibling(__file__, "evaluating")
HINTS = read_hints(__file__)
FILE, MINUTE = "budget.yaml", 60_000
LONG = evaluating.given("budget.py")
# Every second minute: half of the work, and no alert of the brief is in such a hurry.
EVERY, BEGINS = 2 * MINUTE, LONG["BEGINS"]
# A fifth of what the goal allows: below it a handful of failures decides.
NEAR = 0.0002
FAST, SLOW = "BudgetBurnsFast", "BudgetBurnsSlowly"
SHARE = "movies:failed_share:rate{}"
KEY = "What does Prometheus' page on recording rules say about this key?"
PART = "Which requests fail here, on which routes and with which statuses, and which of them does your query count?"
COMPARED = "How many times the 1 of 1,000 is each share, and with which number does your alert compare it?"
PATIENT = "Your query holds in time, and the rule waits besides. What does a long range do already in place of `for`?"
RANGES = ("5m", "30m", "1h", "6h")
FAILED = 'sum(rate(http_requests_total{{status=~"5.."}}[{0}])) / sum(rate(http_requests_total[{0}]))'
# The night, the minute at which a recorded share is compared with the true one, and the question when it is not.
LOOKED = (
    ("lull", 256, "How many requests lie behind each share, and what does a mean of shares forget?"),
    ("callers", 270, "Whose fault is a 404, and which statuses does your query count?"),
    ("leak", 320, "What comes first, rate or sum, and what does a sum make of a pod that starts anew?"),
)
# What fires: within so many minutes after the trouble began, and how long after its end it is over.
BURNS = {FAST: (("outage", 10, 10), ("blaze", 70, 10)), SLOW: (("leak", 180, 40),)}
QUIET = {
    FAST: {
        "blip": "30 s are in your short range, and in your long one. How much of the budget of an hour are they?",
        "leak": "27 of 2,000 is how many times what the goal allows, and from how many times on is it fast?",
    },
    SLOW: {
        "blip": "30 s are in your short range, and in your long one. How much of the budget of six hours are they?",
        "hour": "One bad hour: what does the long range of this alert make of it?",
    },
}


def groups_of(submission):
    """The groups of budget.yaml, none of them evaluated more often than these nights have samples."""
    try:
        groups = read_groups(submission.yaml(FILE), interval=MINUTE)
    except RulesRefused as refused:
        expect(
            False,
            tried="read budget.yaml as Prometheus does",
            seen=str(refused),
            expected="a file of rules that Prometheus takes",
            where=submission.place(FILE, 0, *refused.path),
            next=evaluating.of_query(refused) if "expr" in refused.path else KEY,
        )
        raise
    return groups


def evaluated(submission, groups, name, *, begin=0, end=None):
    """A long night, with what the rules recorded in it and the alerts; a finding when the evaluation fails."""
    night = LONG["NIGHTS"][name]
    series = evaluating.series_of(LONG["series"](night, submission.random), LONG["STEP"])
    database = evaluating.database_of(series)
    last = night.length if end is None else end
    try:
        return database, run(groups, database, begin=begin * MINUTE, end=last * MINUTE, every=EVERY)
    except CannotFollow as unknown:
        raise evaluating.cannot("A rule", FILE, unknown) from None
    except QueryFailed as failed:
        expect(
            False,
            tried=f"evaluated budget.yaml over a long night: {night.says}",
            seen=f"Prometheus ends the evaluation with an error: {failed!s:.160}",
            expected="queries that can be evaluated",
            where=FILE,
            next="Which labels do both sides of the operator have?",
        )
        raise


@check(
    id="recorded", task=7, tier="stretch", after=("starts",), hints=HINTS["recorded"],
    why="A share that is computed once has one definition, and an alert that reads it is cheap over six hours too.",
)  # fmt: skip
def test_shares_are_recorded(submission):
    """The share of failed requests is recorded for four ranges, under the names of the brief."""
    groups = groups_of(submission)
    found = {rule.name: rule for group in groups for rule in group.rules if not rule.is_alert}
    for span in RANGES:
        name = SHARE.format(span)
        expect(
            name in found,
            tried=f"looked for what budget.yaml records as {name}",
            seen=f"recorded are {', '.join(sorted(found))}"[:160] if found else "nothing is recorded",
            expected="four recorded shares, named as in the brief's table",
            where=FILE,
            next="Which key of a rule gives its result a name, and which four names does the table have?",
        )
    for night, minute, question in LOOKED:
        database, _ = evaluated(submission, groups, night, end=minute)
        for span in RANGES:
            rule = found[SHARE.format(span)]
            where = submission.place(FILE, 0, *rule.path, "expr")
            _expect_true(database, rule.name, night, (minute, question), where=where)


def _expect_true(database, name, night, looked, *, where):
    minute, question = looked
    evaluator, span = Evaluator(database), name.removeprefix(SHARE.format(""))
    samples, true = evaluator.query(name, minute * MINUTE), _true(evaluator, span, minute)
    one = samples[0].value if len(samples) == 1 else math.nan
    expect(
        math.isclose(one, true, rel_tol=0.03, abs_tol=NEAR),
        tried=f"evaluated budget.yaml up to minute {minute} of a long night: {LONG['NIGHTS'][night].says}",
        seen=f"{name} {_values(samples)}; of all requests of these {span} a share of {true:.3g} failed",
        expected="one series, and in it the share that failed",
        where=where,
        next=_of_share(samples, true, night, question),
    )


def _of_share(samples, true, night, question):
    """The question to a wrong share; less than the true one is a part of it, but for a night with a restart."""
    if len(samples) > 1:
        return "Over which labels is the share added up, and which ones are left?"
    less = not samples or samples[0].value < true
    return PART if less and not LONG["NIGHTS"][night].restart else question


def _true(evaluator, span, minute):
    return evaluator.query(FAILED.format(span), minute * MINUTE)[0].value


def _values(samples):
    if not samples:
        return "has no value"
    told = ", ".join(f"{one.value:.3g}" for one in samples[:3])
    return f"is {told}" if len(samples) == 1 else f"has {len(samples)} series: {told}"


@check(
    id="burn", task=7, tier="stretch", after=("recorded",), hints=HINTS["burn"],
    why="The long range says that it matters, the short one that it still goes on; each alone is wrong half the time.",
)  # fmt: skip
def test_burn_alerts(submission):
    """Two alerts fire while the budget of 30 days burns fast or for hours, and are over soon after it stops."""
    groups = groups_of(submission)
    for name in (FAST, SLOW):
        rule = _alert(groups, name)
        where = submission.place(FILE, 0, *rule.path, "expr")
        for burning in BURNS[name]:
            _expect_burning(submission, groups, name, burning, where=where)
        for night, question in QUIET[name].items():
            _, history = evaluated(submission, groups, night, begin=BEGINS - 10)
            first = history.first_firing(name)
            expect(
                first is None,
                tried=f"evaluated {name} over a long night: {LONG['NIGHTS'][night].says}, from minute {BEGINS} on",
                seen=f"it fires at minute {(first or 0) / MINUTE:.0f}",
                expected="silence: too little of the budget is used up for this alert",
                where=where,
                next=question,
            )


def _alert(groups, name):
    found = [rule for group in groups for rule in group.rules if rule.is_alert]
    named = next((rule for rule in found if rule.name == name), None)
    expect(
        named is not None,
        tried=f"looked for the alert {name} in budget.yaml",
        seen=f"the alerts are {', '.join(rule.name for rule in found)}"[:160] if found else "no alert at all",
        expected=f"an alert `{name}`",
        where=FILE,
        next="Which two alerts does the brief's table of TODO 7 name?",
    )
    return named


def _fires(firing):
    if not firing:
        return "it never fires"
    after = firing[0] - BEGINS
    return f"it fires at minute {firing[0]:.0f}{f', {after:.0f} minutes after the beginning' if after > 0 else ''}"


def _expect_burning(submission, groups, name, burning, *, where):
    """It fires in time in this night, and is over in time."""
    night, within, over = burning
    ends = BEGINS + LONG["NIGHTS"][night].minutes
    database, history = evaluated(submission, groups, night, begin=BEGINS - 10)
    tried = f"evaluated {name} over a long night: {LONG['NIGHTS'][night].says}, from minute {BEGINS} on"
    firing = sorted({one.time / MINUTE for one in history.of(name) if one.firing})
    due = BEGINS + within
    of_ranges = ", ".join(f"{span} {_true(Evaluator(database), span, due):.3g}" for span in RANGES)
    shares = f"at minute {due} failed of {of_ranges}"
    # The query itself holds in time: what comes too late is the end of the patience.
    waits = [minute for one in history.pending(name) if BEGINS <= (minute := one / MINUTE) <= due]
    expect(
        bool(firing) and BEGINS <= firing[0] <= due,
        tried=tried,
        seen=f"{_fires(firing)}; {f'it is pending from minute {waits[0]:.0f} on' if waits else shares}",
        expected=f"firing within {within} minutes",
        where=where,
        next=PATIENT if waits else COMPARED,
    )
    late = next((minute for minute in firing if minute > ends + over + 2), None)
    expect(
        late is None,
        tried=tried,
        seen=f"it still fires at minute {late or 0:.0f}; the trouble ended at minute {ends:.0f}",
        expected=f"it is over {over} minutes after the trouble",
        where=where,
        next="Which of your ranges still holds the bad minutes, and which one has forgotten them?",
    )
