"""What the machine says of a runbook, in full; and that it knows the names which this system has."""

from __future__ import annotations

import tomllib
from types import SimpleNamespace

import pytest
import yaml

from checker import sibling
from checker.errors import Finding, NotYet
from course.project import report
from course.tests.project import final

CHECKS = str(final.COURSE.project.checks / "x.py")
runbook = sibling(CHECKS, "runbook")
SECTION = """## HighErrorRate
`http_requests_total` rises for 5xx. Then `kubectl rollout undo deployment/movie-service`.
"""
SYSTEM = runbook.System(("movie-service",), ("/predict", "/metrics"), "deploy.yml", "run: ./deploy.sh production")


def judged(text: str, **files: str) -> Finding | None:
    """The finding of the row for a runbook of HighErrorRate alone; None when it passes."""
    given = final.reference() | {"runbook.md": text, "app.py": (final.COURSE.project.starter / "app.py").read_text()}
    alerts = yaml.safe_load(given["alerts.yaml"])
    alerts["groups"][0]["rules"] = alerts["groups"][0]["rules"][:1]
    given |= {"alerts.yaml": yaml.safe_dump(alerts)} | files
    submission = SimpleNamespace(
        text=given.__getitem__,
        yaml=lambda name: yaml.safe_load(given[name]),
        toml=lambda name: tomllib.loads(given[name]),
        documents=lambda name: list(yaml.safe_load_all(given[name])),
    )
    checks = sibling(CHECKS, "test_12_project_7_runbook")
    try:
        checks.test_the_runbook_has_a_section_per_alert(submission)
    except NotYet as verdict:
        return verdict.finding
    return None


def test_a_section_with_names_that_exist_passes():
    assert judged(SECTION) is None


MISSING = Finding(
    "looked for a heading per alert of alerts.yaml",
    "no heading names HighErrorRate",
    "a section for each alert, with its exact name in the heading",
    "runbook.md",
    "What will somebody search for who has just been called by this alert?",
)
EMPTY = Finding(
    "read the section HighErrorRate",
    "nothing stands there",
    "what this alert means for users, where to look, what to do, and whom to call",
    "runbook.md:3",
    "What did you do yourself when this alert fired, from the first look on?",
)


@pytest.mark.parametrize(
    "heading",
    ["## HighErrorRates", "## HighError", "HighErrorRate", "```bash\n# HighErrorRate\n```"],
    ids=["longer", "shorter", "no heading", "a comment in a block"],
)
def test_an_alert_without_its_heading_is_named(heading):
    assert judged(SECTION.replace("## HighErrorRate", heading)) == MISSING


@pytest.mark.parametrize(
    ("below", "seen"),
    [
        ("", "nothing stands there"),
        ("\n\n## Another\ntext\n", "nothing stands there"),
        ("\n" + "\n".join(runbook.FORM), "only the brief's form stands there"),
        ("\n- **Means:**\n- Look: TODO\n- Do: …\n- Call:\n", "only the brief's form stands there"),
        ("\n```\n```\n", "only the brief's form stands there"),
    ],
)  # fmt: skip
def test_a_section_that_nobody_wrote_is_none(below, seen):
    found = judged(f"# Night\n\n## HighErrorRate{below}")

    assert found == Finding(EMPTY.tried, seen, EMPTY.expected, EMPTY.where, EMPTY.next)


@pytest.mark.parametrize(("number", "form"), list(enumerate(runbook.FORM, start=2)))
def test_a_line_of_the_form_that_was_left_is_named(number, form):
    lines = ["## HighErrorRate", "Means: errors.", "Look: `http_requests_total`", "Do: `git revert HEAD`", "Call: Ann."]

    assert judged("\n".join(lines)) is None
    lines[number - 1] = f"**{form.partition(':')[0]}:**{form.partition(':')[2]}"
    assert judged("\n".join(lines)) == Finding(
        EMPTY.tried,
        f"this line of the brief's form still stands there: {lines[number - 1]!r}",
        "your own words in its place",
        f"runbook.md:{number}",
        "What does it say of this alert that it would not say of any other?",
    )


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Night\n=====\n\nAlert\n--\nx\n", ["Night", "Alert"]),
        ("<h1>Night</h1>\n  <H2 id='a'>Alert</H2>\n", ["Night", "Alert"]),
        ("# Night #\n---\n---\n", ["Night"]),
        ("- item\n---\n1. item\n---\n> said\n---\n| a |\n---\n\n---\n    code\n---\n", []),
        ("```\nAlert\n---\n```\n---\n", []),
    ],
)
def test_a_heading_is_what_markdown_takes_for_one(text, titles):
    assert [one.title for one in runbook.sections(text)] == titles


def test_an_underlined_section_ends_where_the_next_one_begins():
    found = runbook.sections("Night\n=====\nAlert\n-----\n`git revert HEAD`\n### Call\nAnn\n\nOther\n-----\nx\n")

    assert [(one.title, one.line, len(one.lines)) for one in found] == [
        ("Night", 1, 10), ("Alert", 3, 5), ("Call", 6, 2), ("Other", 9, 2),
    ]  # fmt: skip
    assert list(runbook.commands(found[1])) == [(5, ["git", "revert", "HEAD"])]


def test_a_place_to_look_has_a_name_of_this_system():
    assert judged(SECTION.replace("http_requests_total", "orders_failed_total")) == Finding(
        "looked in the section HighErrorRate for where to look first",
        "it names no metric of your queries, and no plot of an incident's page",
        "one of these by its name, such as http_request_duration_seconds or 'Answers by status'",
        "runbook.md:1",
        "Which number or plot shows first that this alert is right, and what is it called?",
    )
    assert judged(SECTION.replace("`http_requests_total`", "Plot: Answers by status.")) is None


def test_what_to_do_is_a_command_written_as_code():
    assert judged(SECTION.replace("`kubectl rollout undo deployment/movie-service`", "take it back")) == Finding(
        "looked in the section HighErrorRate for a command, written as code",
        "there is none of kubectl, curl, gh, git, python load.py, or a script of deploy.yml",
        "at least one command that can be copied",
        "runbook.md:1",
        "What does somebody type who has never seen this system?",
    )


def test_a_command_of_another_system_is_told():
    assert judged(SECTION.replace("/movie-service", "/web")) == Finding(
        "looked in your files for what a command of the section HighErrorRate names",
        "`kubectl rollout undo deployment/web`: deployment.yaml has movie-service, not web",
        "names that exist in this system, and a command that does no harm",
        "runbook.md:2",
        "What does this command answer when you run it today, in daylight, and what is left afterwards?",
    )


def test_rules_that_prometheus_refuses_are_told_as_that():
    rules = "groups: [{name: a, rules: [{alert: HighErrorRate, expr: 'up == 0', for: soon}]}]"

    found = judged(SECTION, **{"alerts.yaml": rules})

    assert (found.tried, found.where) == (
        "read alerts.yaml as Prometheus does, for the names of the alerts", "alerts.yaml",
    )  # fmt: skip
    assert "soon" in found.seen
    assert judged(SECTION, **{"alerts.yaml": "groups: []"}) == Finding(
        MISSING.tried, "alerts.yaml has no alert", MISSING.expected, MISSING.where, MISSING.next
    )


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("kubectl get pods --selector app=movie-service", ""),
        ("kubectl -n prod get deployments -o wide", ""),
        ("kubectl scale deploy movie-service --replicas=4", ""),
        ("kubectl scale deployment.apps/movies --replicas=4", "deployment.yaml has movie-service, not movies"),
        ("kubectl delete pod movie-service-7d4b9", ""),
        ("kubectl delete deployment movie-service", "it takes the Deployment away, and no pod is left to answer"),
        ("kubectl delete -f k8s/deployment.yaml", "it takes the Deployment away, and no pod is left to answer"),
        ("kubectl scale deployment/movie-service --replicas=0", "it ends every pod, and none is left to answer"),
        ("kubectl scale deployment movie-service --replicas 0", "it ends every pod, and none is left to answer"),
        ("kubectl scale deployment movie-service --replicas=10", ""),
        (
            'kubectl patch deployment movie-service -p \'{"spec": {"replicas": 0}}\'',
            "it ends every pod, and none is left to answer",
        ),
        ("kubectl undo movie-service", "kubectl undo is no command for a running system"),
        ("curl -s http://127.0.0.1:8000/metrics", ""),
        ("curl 'http://prometheus:9090/api/v1/query?query=up'", ""),
        ("curl http://127.0.0.1:8000/status", "the service has /predict, /metrics, not /status"),
        ("curl --help", "the service has /predict, /metrics, not what it asks for"),
        ("gh workflow view deploy.yml", ""),
        ("gh workflow run deploy.yml", "deploy.yml has no workflow_dispatch, so nobody can start it by hand"),
        ("gh workflow run rollback.yml", "the workflow is deploy.yml, not rollback.yml"),
        ("git revert HEAD", ""),
        ("python load.py --rate 40", ""),
        ("python3 -m course.project incident 1", ""),
        ("python fix.py", "fix.py is not among the project's programs"),
        ("./deploy.sh production", ""),
        ("./rollback.sh production", "deploy.yml runs no ./rollback.sh"),
    ],
)
def test_a_command_is_held_against_the_system(command, fault):
    section = runbook.Section("HighErrorRate", 1, (f"Do: `{command}`, then `http_requests_total` and `git` again.",))

    found = list(runbook.commands(section))

    assert len(found) == 1
    assert found[0][0] == 2
    assert runbook.fault(found[0][1], SYSTEM) == fault


def test_a_workflow_that_can_be_started_by_hand_is_taken():
    system = runbook.System((), (), "deploy.yml", "on:\n  workflow_dispatch:\n")

    assert runbook.fault(["gh", "workflow", "run", "deploy.yml"], system) == ""


@pytest.mark.parametrize("command", ["git status", "kubectl get pods"])
def test_a_section_whose_commands_only_look_is_told(command):
    section = f"## HighErrorRate\n`http_requests_total` rises.\nThen `{command}`.\n"

    assert judged(section) == Finding(
        "looked in the section HighErrorRate for a command that ends the fault",
        f"`{command}` only looks, as all of its commands do",
        "a command that changes something",
        "runbook.md:3",
        "What did you do yourself, after looking, to end the fault?",
    )


def test_commands_are_read_from_blocks_and_quotes_that_never_end():
    text = (
        "x\n```bash\n# look\n$ kubectl get pods\n```\n    curl /metrics\n`kubectl logs 'pod`\nkubectl is a program.\n"
    )
    section = runbook.Section("x", 1, tuple(text.splitlines()))

    assert list(runbook.commands(section)) == [
        (5, ["kubectl", "get", "pods"]), (7, ["curl", "/metrics"]), (8, ["kubectl", "logs", "'pod"]),
    ]  # fmt: skip


def test_the_form_and_the_plots_are_those_of_the_brief_and_of_an_incidents_page():
    brief = (final.COURSE.project.folder / "README.md").read_text(encoding="utf-8")

    assert [line for line in runbook.FORM if line not in brief.splitlines()] == []
    assert set(runbook.PLOTS) == set(report.SHOWN_IN.values())
