"""Row 7 of the rubric is a person's. The machine says beforehand whether what is named there exists in this system."""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, read_hints, sibling
from checker.kube.objects import in_text
from checker.promql import QueryRefused, RulesRefused, metric_names, read_groups

HINTS = read_hints(__file__)
runbook = sibling(__file__, "runbook")
FILE, ALERTS = "runbook.md", "alerts.yaml"
SIGNALS = ("traffic", "errors", "latency", "saturation", "model")
ROUTE = re.compile(r"@app\.(?:get|post)\(\"([^\"]+)\"")


@check(id="runbook", task=7, tier="stretch", hints=HINTS["runbook"], why="Whoever is called at night reads this first.")
def test_the_runbook_has_a_section_per_alert(submission: Any) -> None:
    """Each alert has a section that names what exists here; whether a stranger can follow it, a person says."""
    found = runbook.sections(submission.text(FILE))
    rules = _rules(submission)
    names = sorted({rule.name for rule in rules if rule.is_alert})
    missing = [name for name in names if runbook.of_alert(found, name) is None]
    expect(
        bool(names) and not missing,
        tried=f"looked for a heading per alert of {ALERTS}",
        seen=f"no heading names {', '.join(missing)}" if missing else f"{ALERTS} has no alert",
        expected="a section for each alert, with its exact name in the heading",
        where=FILE,
        next="What will somebody search for who has just been called by this alert?",
    )
    shown, system = _shown(submission, rules), _system(submission)
    for name in names:
        _judge(name, runbook.of_alert(found, name), shown, system)


def _judge(name: str, section: Any, shown: set[str], system: Any) -> None:
    _expect_own_words(name, section)
    expect(
        any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", section.text) for one in shown),
        tried=f"looked in the section {name} for where to look first",
        seen="it names no metric of your queries, and no plot of an incident's page",
        expected=f"one of these by its name, such as {_example(shown)} or {runbook.PLOTS[0]!r}",
        where=f"{FILE}:{section.line}",
        next="Which number or plot shows first that this alert is right, and what is it called?",
    )
    _expect_commands(name, section, system)


def _expect_own_words(name: str, section: Any) -> None:
    expect(
        bool(section.own),
        tried=f"read the section {name}",
        seen="nothing stands there" if not section.text.strip() else "only the brief's form stands there",
        expected="what this alert means for users, where to look, what to do, and whom to call",
        where=f"{FILE}:{section.line}",
        next="What did you do yourself when this alert fired, from the first look on?",
    )
    left = section.left
    expect(
        not left,
        tried=f"read the section {name}",
        seen=f"this line of the brief's form still stands there: {left[0][1] if left else ''!r:.80}",
        expected="your own words in its place",
        where=f"{FILE}:{left[0][0] if left else section.line}",
        next="What does it say of this alert that it would not say of any other?",
    )


def _expect_commands(name: str, section: Any, system: Any) -> None:
    commands = list(runbook.commands(section))
    expect(
        bool(commands),
        tried=f"looked in the section {name} for a command, written as code",
        seen="there is none of kubectl, curl, gh, git, python load.py, or a script of deploy.yml",
        expected="at least one command that can be copied",
        where=f"{FILE}:{section.line}",
        next="What does somebody type who has never seen this system?",
    )
    expect(
        not all(runbook.only_looks(words) for _, words in commands),
        tried=f"looked in the section {name} for a command that ends the fault",
        seen=f"`{' '.join(commands[0][1]) if commands else '':.80}` only looks, as all of its commands do",
        expected="a command that changes something",
        where=f"{FILE}:{commands[0][0] if commands else section.line}",
        next="What did you do yourself, after looking, to end the fault?",
    )
    for line, words in commands:
        fault = runbook.fault(words, system)
        expect(
            not fault,
            tried=f"looked in your files for what a command of the section {name} names",
            seen=f"`{' '.join(words):.80}`: {fault}",
            expected="names that exist in this system, and a command that does no harm",
            where=f"{FILE}:{line}",
            next="What does this command answer when you run it today, in daylight, and what is left afterwards?",
        )


def _rules(submission: Any) -> list[Any]:
    """The rules of alerts.yaml; without them nobody knows which sections there must be."""
    why = ""
    groups = []
    try:
        groups = read_groups(submission.yaml(ALERTS), interval=15_000)
    except RulesRefused as refused:
        why = str(refused)
    expect(
        not why,
        tried=f"read {ALERTS} as Prometheus does, for the names of the alerts",
        seen=why,
        expected="a file of rules that Prometheus takes",
        where=ALERTS,
        next="What does the row of the alert, in task 2, say of this file?",
    )
    return [rule for group in groups for rule in group.rules]


def _shown(submission: Any, rules: list[Any]) -> set[str]:
    """What can be looked at: the metrics of the trainee's own queries, and the plots of an incident's page."""
    queries = [rule.expr for rule in rules]
    signals = submission.toml("signals.toml")
    queries += [signals[key] for key in SIGNALS if isinstance(signals.get(key), str)]
    names: set[str] = set()
    for query in queries:
        try:
            names |= metric_names(query)
        except QueryRefused:
            continue
    whole = {re.sub(r"_(?:bucket|sum|count)$", "", name) for name in names}
    return names | whole | set(runbook.PLOTS)


def _example(shown: set[str]) -> str:
    return min(shown - set(runbook.PLOTS), default="a metric")


def _system(submission: Any) -> Any:
    text = submission.text("deployment.yaml")
    objects = in_text("deployment.yaml", text, submission.documents("deployment.yaml"))
    return runbook.System(
        tuple(one.name for one in objects if one.kind == "Deployment"),
        tuple(ROUTE.findall(submission.text("app.py"))),
        "deploy.yml",
        submission.text("deploy.yml"),
    )
