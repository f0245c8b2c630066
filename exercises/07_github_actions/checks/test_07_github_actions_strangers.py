"""Task 4: what people outside the team could do to the pipeline, by a pull request or by an action."""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, read_hints, sibling
from checker.workflows import events
from checker.workflows.expressions import INTERPOLATED
from checker.workflows.judges import zizmor

HINTS = read_hints(__file__)
checkouts, reasons = sibling(__file__, "checkouts"), sibling(__file__, "reasons")
COMMIT = re.compile(r"[0-9a-f]{40}")
LEFT_OUT = "Which pull requests does this line leave out?"
IMAGE = re.compile(r"docker://.+@sha256:[0-9a-f]{64}")
# zizmor's rules in the words of this course; a rule that is not here keeps zizmor's own.
RULES = {
    "artipacked": "leaves the token on disk after checkout, where every later step can read it",
    "template-injection": "puts text from outside into a script, before the shell reads it",
    "excessive-permissions": "gives the token more rights than it needs",
    "cache-poisoning": "uses a cache that another branch may have filled, for what is released",
    "dangerous-triggers": "runs with the team's rights on a stranger's pull request",
    "github-env": "lets text from outside set variables for later steps",
    "secrets-inherit": "hands every secret to the called workflow",
    "secrets-outside-env": "reads a secret outside of an environment",
    "unpinned-images": "takes an image by a tag that can move",
    "overprovisioned-secrets": "hands all secrets to one expression",
    "insecure-commands": "turns on commands that GitHub turned off for safety",
    "bot-conditions": "trusts a name that somebody else can take",
    "unsound-condition": "has an `if` that is always true",
    "known-vulnerable-actions": "uses an action with a known hole",
}


@check(
    id="pins",
    task=4,
    points=2,
    tier="full",
    after=("ships",),
    hints=HINTS["pins"],
    why="A tag of an action is moved by its owner, or by whoever has the owner's key; a commit is not.",
)
def test_actions_are_pinned(pipeline):
    """Every action is named by the commit that was looked at."""
    for workflow, job in pipeline.jobs():
        used = [((*step.place, "uses"), step.uses) for step in job.steps if step.uses]
        for place, uses in [*used, *([((*job.place, "uses"), job.uses)] if job.uses else [])]:
            commit = uses.partition("@")[2]
            expect(
                not COMMIT.fullmatch(commit) or len(set(commit)) > 1,
                tried="looked what stands behind the @ of each action",
                seen=f"{uses.partition('@')[0]}: forty times the digit {commit[:1]} is the name of no commit",
                expected="the 40 digits of a commit that you looked up; the brief's table has one for each action",
                where=workflow.at(*place),
                next="Which commit does this version of the action have?",
            )
            expect(
                _is_pinned(uses),
                tried="looked what stands behind the @ of each action",
                seen=f"{uses}: what runs tomorrow is decided by whoever can move {uses.partition('@')[2] or 'it'!r}",
                expected="the 40 digits of a commit; the version may stand behind it as a comment",
                where=workflow.at(*place),
                next="Which name of a version of an action cannot be given to other code later?",
            )


def _is_pinned(uses: str) -> bool:
    return uses.startswith("./") or bool(IMAGE.fullmatch(uses)) or bool(COMMIT.fullmatch(uses.partition("@")[2]))


@check(
    id="forks",
    task=4,
    points=2,
    tier="full",
    after=("ships",),
    hints=HINTS["forks"],
    why="Code of a pull request runs before anybody has read it.",
)
def test_pull_requests_are_tested_only(pipeline, paper, images, rights):
    """A pull request runs the tests, from a fork too, and gets no secret, no identity and no deployment."""
    for event, words in (
        (events.pull_request(fork=True), "a pull request from a fork"),
        (events.pull_request(), "a pull request from a branch of the team"),
        (events.pull_request(fork=True, target=True), "a pull request from a fork, by `pull_request_target`"),
        (events.pull_request(fork=True, action="synchronize"), "a later commit of a pull request"),
    ):
        paper.refuse(
            pipeline.outcomes(event),
            lambda outcome, event=event: (
                _untested(paper, images, outcome, event, pipeline.main)
                or _given_away(paper, images, rights, outcome, event)
                or checkouts.other_code(paper, outcome, event)
            ),
            tried=f"ran your workflow on paper: {words}",
            expected="pytest runs on it; nothing is built or deployed, no secret is read, no job logs in",
            next="Which event runs a stranger's code without the rights of the team?",
        )
    trouble = _by_path(paper, images, pipeline, pipeline.main)
    expect(
        trouble is None,
        tried="ran your workflow on paper: pull requests that change one file each",
        seen=trouble.seen if trouble else "",
        expected="pytest runs on each change of code, tests, requirements.txt and Dockerfile",
        where=trouble.where if trouble else "",
        next="What can a change of this file break, and who would notice it before main?",
    )


def _by_path(paper: Any, images: Any, pipeline: Any, main: Any) -> Any:
    """A pull request that changes one file, and is not tested because of a filter by path."""
    for file in paper.TESTED:
        outcome = pipeline.outcomes(events.pull_request(fork=True, files=(file,)))[0]
        if not images.some_tests(outcome):
            why = next((one.why for one in outcome.runs if one.why), "no job runs pytest")
            return paper.Trouble(f"a pull request that changes {file} alone is not tested: {why}", main.at("on"))
    return None


def _untested(paper: Any, images: Any, outcome: Any, event: Any, main: Any) -> Any:
    if event.name != "pull_request" or images.some_tests(outcome):
        return None
    for job, step in images.skipped(outcome, images.TESTED):
        if step:
            seen = f"no test runs; its step in {job.name} is skipped, its `if` is false: {step.condition}"
            return paper.Trouble(seen, job.workflow.at(*step.place, "if"), LEFT_OUT)
        if not reasons.by_hand(job):
            return paper.Trouble(f"no test runs; {job.name} is skipped, {job.why}", job.at("if"), LEFT_OUT)
    why = outcome.started[0].why if outcome.started else outcome.runs[0].why
    question = LEFT_OUT if "pull_request." in why else ""
    return paper.Trouble(f"no test runs; {why or 'no job runs pytest'}", main.at("on", event.name), question)


def _always(paper: Any, job: Any) -> Any:
    """An `if` with text around its braces: that is a text, and a text is true."""
    condition = job.job.condition.strip()
    if "${{" not in condition or INTERPOLATED.fullmatch(condition):
        return None
    seen = f"the `if` of {job.name} is a text, which is always true: so the job runs here too"
    return paper.Trouble(seen, job.at("if"), "Which part of this line stands outside of ${{ }}?")


def _given_away(paper: Any, images: Any, rights: Any, outcome: Any, event: Any) -> Any:
    button = reasons.for_the_button(paper, images, outcome)
    if button:
        return button
    question = reasons.OF_EVENT if event.name == "pull_request" else ""
    for job in outcome.jobs():
        if job.ran and not job.job.uses:
            trouble = _rights_of_the_team(paper, job, event) or _secrets_and_logins(paper, rights, job, question)
            if trouble:
                return _always(paper, job) or trouble
    for job, _, what in images.publishing(outcome):
        return _always(paper, job) or paper.Trouble(f"{job.name} ran: {what}", job.at(), question)
    return None


def _rights_of_the_team(paper: Any, job: Any, event: Any) -> Any:
    if event.name == "pull_request_target" and any(step.commands or _checks_out(step) for step in job.steps):
        seen = f"{job.name} runs with the team's token and secrets, on a change that nobody has read"
        return paper.Trouble(seen, job.workflow.at("on", event.name))
    if job.environment.lower() in ("production", "staging"):
        seen = f"{job.name} runs in the environment {job.environment}, with its secrets, on a proposed change"
        return paper.Trouble(seen, job.at("environment"))
    return None


def _secrets_and_logins(paper: Any, rights: Any, job: Any, question: str) -> Any:
    secrets = rights.secrets_of(job.job, job.workflow.raw)
    if secrets:
        return paper.Trouble(f"{job.name} reads the secret {secrets[0]}", job.at())
    if rights.logs_in(job):
        seen = f"{job.name} logs in to the cloud for a change that nobody has read"
        return paper.Trouble(seen, job.at("if"), question)
    return None


def _keeps_token(paper: Any, workflow: Any) -> Any:
    """A checkout that is told to leave the token on disk, in a job that pushes nothing with git."""
    for job in workflow.jobs:
        if any("git push" in step.run for step in job.steps):
            continue
        for step in filter(lambda step: step.action == "actions/checkout", job.steps):
            if str(step.given.get("persist-credentials", "false")).lower() == "true":
                seen = f"a checkout of {job.id} {RULES['artipacked']}"
                return paper.Trouble(seen, workflow.at(*step.place, "with", "persist-credentials"))
    return None


def _seen(found: Any) -> str:
    hidden = "; a comment asks zizmor to pass over it, and the line stays as it is" if found.hidden else ""
    return f"{found.rule}: this line {RULES.get(found.rule, found.says)}{hidden}"


def _checks_out(step: Any) -> bool:
    return step.step.action == "actions/checkout"


@check(
    id="linter",
    task=4,
    points=2,
    tier="full",
    after=("pins", "permissions", "oidc", "forks"),
    hints=HINTS["linter"],
    why="zizmor knows dozens of ways in which workflows were broken into; reading its rules is worth an hour.",
)
def test_zizmor_finds_nothing(submission, pipeline, paper):
    """zizmor finds nothing of medium or high severity."""
    for name, workflow in pipeline.files.items():
        found = zizmor(name, submission.text(name))
        first = found[0] if found else None
        expect(
            first is None,
            tried=f"asked zizmor about {name}, offline",
            seen=_seen(first) if first else "",
            expected="no finding of medium or high severity",
            where=f"{name}:{first.line}" if first else "",
            next="What could a stranger write or read at this place, and does the step need that?",
        )
        trouble = _keeps_token(paper, workflow)
        expect(
            trouble is None,
            tried=f"looked which checkouts of {name} keep their token; to zizmor a `true` is a decision",
            seen=trouble.seen if trouble else "",
            expected="`persist-credentials: false`, since no step here pushes with git",
            where=trouble.where if trouble else "",
            next="Which later step uses the token that lies on disk?",
        )
