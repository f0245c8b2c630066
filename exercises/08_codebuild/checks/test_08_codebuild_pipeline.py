"""Tasks 3 and 4: what the build hands on, and the way through the stages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from checker import check, expect, partial, read_hints, sibling
from checker.buildspec.programs import NO_PUSH
from checker.buildspec.world import DOCKER_PUSH, HOST
from checker.cloudformation import said
from checker.codepipeline import APPROVAL, run

HINTS = read_hints(__file__)
ACCOUNT, RUNS, TAGS = (sibling(__file__, name) for name in ("account", "runs", "tags"))
DEFINITIONS = "imagedefinitions.json"
# The given command of SmokeTest, with more options or fewer; nothing behind it takes its exit code away.
ASKS_STAGING = re.compile(r"curl\b[^\n|;]*(--fail|\s-\w*f)[^\n|;]*staging\.movies\.example[^\n|;]*$", re.MULTILINE)


@pytest.fixture
def account(submission: Any) -> Any:
    return ACCOUNT.read_account(submission)


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="by-digest",
    task=3,
    points=3,
    tier="full",
    after=("ships",),
    hints=HINTS["by-digest"],
    why="The deployment reads this file days later; a tag may mean another image by then.",
)
def test_artifact_names_the_pushed_digest(submission, account):
    """Each commit has a tag of its own, and imagedefinitions.json names the container and the pushed digest."""
    commit = RUNS.a_commit(submission)
    made = RUNS.build(submission, account, registry=RUNS.registry_with_earlier(submission, account), commit=commit)
    seen = _not_by_digest(made)
    expect(
        not seen,
        tried="ran a good build, and opened imagedefinitions.json in its artifact",
        seen=seen,
        expected="a list with one entry: name `api`, and imageUri with `@sha256:` and the digest that the push printed",
        where=account.spec.at("artifacts") if DEFINITIONS not in made.artifacts else _writer(account),
        next="Who computes a digest, and who can be asked for it after the push?",
    )
    seen, where = RUNS.built_again(account, made)
    expect(
        not seen,
        tried="ran a good build, and compared what was built, started and pushed",
        seen=seen,
        expected="the image is built once, and what is started with `--check` is what is pushed",
        where=where,
        next="Which image did the check start, and which one would a deployment get?",
    )
    _failed_push_is_told(submission, account, made, commit)
    other = RUNS.build(submission, account, commit=RUNS.a_commit(submission, like=commit))
    first, second = ({one.tag for one in each.world.pushes} for each in (made, other))
    if not second - first:
        partial(
            2,
            tried="built and pushed two commits whose first six characters are the same",
            seen=f"the second commit got no other tag than the first: {', '.join(sorted(second))[:60]}",
            expected="a tag of its own for each commit",
            where=_tagger(account, made),
            next="What does CodeBuild tell a build that differs from commit to commit? How much of it is in the tag?",
        )
    if not (TAGS.names_its_code(made) and TAGS.names_its_code(other)):
        partial(
            2,
            tried="built and pushed two commits, and read their tags",
            seen="a tag of its own for each build, in which neither the commit nor the build is named",
            expected="a tag by which one finds the commit, or the build",
            where=_tagger(account, made),
            next="Half a year later somebody has this tag and nothing else. How do they find the code?",
        )


def _failed_push_is_told(submission: Any, account: Any, before: Any, commit: str) -> None:
    """The commit is built once more, so the registry has its image of the first try."""
    made = RUNS.build(submission, account, fails=(DOCKER_PUSH,), registry=before.world.registry, commit=commit)
    failed = next((one for one in made.world.calls if one.reply.text == NO_PUSH), None)
    written = made.artifacts.get(DEFINITIONS, b"").decode("utf-8", errors="replace").replace(f"{HOST}/", "")
    expect(
        failed is None or not made.succeeded,
        tried="ran your phases by CodeBuild's rules, with a push that fails",
        seen=f"the push failed, and the build SUCCEEDED all the same; {DEFINITIONS} says {written.strip()[:70]}",
        expected="the build FAILED, and nothing is deployed",
        where=RUNS.line_of(account, failed),
        next="Who hears the exit code of the push in this line, and what is deployed then?",
    )


def _tagger(account: Any, made: Any) -> str:
    """The line that writes the tag: a command, or a variable of the buildspec; else that of the push."""
    tag = made.world.pushes[0].tag
    for phase in account.spec.phases:
        for command in (*phase.commands, *phase.last):
            if f":{tag}" in command:
                return str(account.spec.place_of(phase.name, command))
    name = next((name for name, value in account.spec.variables.items() if tag in value), "")
    return str(account.spec.at("env", "variables", name) if name else RUNS.line_of(account, RUNS.push_call(made)))


def _writer(account: Any) -> str:
    """The line of the command that writes the file; the artifacts where none names it."""
    for phase in account.spec.phases:
        for command in phase.commands:
            if DEFINITIONS in command:
                return str(account.spec.place_of(phase.name, command))
    return str(account.spec.at("artifacts"))


def _not_by_digest(made: Any) -> str:
    if DEFINITIONS not in made.artifacts:
        return f"the artifact holds {', '.join(made.artifacts) or 'nothing'}"
    text = made.artifacts[DEFINITIONS].decode("utf-8", errors="replace")
    try:
        entries = json.loads(text)
        names, images = [one["name"] for one in entries], [str(one["imageUri"]) for one in entries]
    except (ValueError, KeyError, TypeError):
        return f"no list of entries with name and imageUri: {text.strip()[:80]!r}"
    if names != [ACCOUNT.CONTAINER]:
        return f"the containers {', '.join(map(str, names)) or 'none'}; the task definition has `{ACCOUNT.CONTAINER}`"
    return _not_pushed(made, images[0])


def _not_pushed(made: Any, image: str) -> str:
    """Why an image's name is not the digest that was pushed."""
    if image in {f"{HOST}/{one.repository}@{one.digest}" for one in made.world.pushes}:
        return ""
    short = image.replace(f"{HOST}/", "")
    if image.count(f"{HOST}/") > 1:
        return f"the image {short[:45]}…: the repository stands there twice"
    pushed = made.world.pushes[0].digest
    if short.partition("@")[2] in set(made.world.registry.tags.values()) - {pushed}:
        return f"the image {short[:34]}…, which an earlier build pushed; this one pushed {pushed[:15]}…"
    if "@sha256:" in image and not image.endswith("@sha256:"):
        return f"the image {short[:34]}…, which no registry knows; the push printed {pushed[:15]}…"
    kind = "a tag, and a tag can be put on another image" if ":" in short.rpartition("/")[2] else "no digest"
    return f"the image {short[:60]!r}: {kind}"


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="tested-first",
    task=4,
    points=2,
    tier="full",
    after=("ships",),
    hints=HINTS["tested-first"],
    why="What ran on staging is known; what is built again, or deployed beside it, is not.",
)
def test_staging_and_its_test_come_first(account):
    """Production gets what staging ran, after the smoke test has passed there."""
    seen, where = account.named_by_key()
    expect(
        not seen,
        tried="looked for the project of each action in the template",
        seen=seen,
        expected="the name of a project, or a reference to it by its key",
        where=where,
        next="How does the given action of the build name its project?",
    )
    seen, where = _untested(account)
    expect(
        not seen,
        tried="sent a commit through your stages on paper, with one action failing at a time",
        seen=seen,
        expected="build, staging, project `SmokeTest`, production: each waits for the one before, with one artifact",
        where=where,
        next="Stages wait for each other. What decides inside a stage who waits for whom?",
    )


def _smoke(account: Any) -> list[Any]:
    """The actions that run the given project with its own commands."""
    built, _ = account.builder()
    return [
        action
        for action, project in account.projects()
        if action != built and project.id == "SmokeTest" and project.get("Source", "BuildSpec", default="")
    ]


def _untested(account: Any) -> tuple[str, str]:
    built, _ = account.builder()
    staging, production = account.deployment(ACCOUNT.STAGING), account.deployment(ACCOUNT.PRODUCTION)
    smoke = _smoke(account)
    if not smoke:
        return "no action runs the project SmokeTest with its own commands", production.where
    given = next(project for action, project in account.projects() if action == smoke[0])
    if not ASKS_STAGING.search(said(given.get("Source", "BuildSpec"))):
        seen = "the commands of SmokeTest ask staging no more, or succeed when it does not answer"
        return seen, given.at("Source", "BuildSpec")
    chain = [
        ("the build", "built", built),
        ("the deployment to staging", "staging was deployed", staging),
        ("the smoke test", "the smoke test ran", smoke[0]),
        ("production", "production was deployed", production),
    ]
    for place, (name, _, action) in enumerate(chain[:-1]):
        execution = run(account.pipeline, fails=lambda one, action=action: one == action)
        for _, later, other in chain[place + 1 :]:
            if execution.ran(other):
                return f"{name} failed, and {later} all the same", other.where
    execution = run(account.pipeline)
    for name, action in (("staging", staging), ("production", production)):
        read = execution.of(action).read
        if built not in read.values():
            return f"{name} reads {', '.join(read) or 'no artifact'}, which the build did not make", action.where
        if said(action.settings.get("FileName", DEFINITIONS)) != DEFINITIONS:
            return f"{name} looks for {action.setting('FileName')} in the artifact", action.where
    return "", ""


@check(
    id="approval",
    task=4,
    points=2,
    tier="full",
    after=("tested-first",),
    hints=HINTS["approval"],
    why="A person can say yes to what runs on staging, and to nothing that is not there yet.",
)
def test_person_is_asked_before_production(account):
    """Nothing reaches production before a person agrees, and staging can be looked at meanwhile."""
    execution = run(account.pipeline, agreed=False)
    staging, production = account.deployment(ACCOUNT.STAGING), account.deployment(ACCOUNT.PRODUCTION)
    asked_early = _asked_early(account, execution, staging)
    seen = _not_awaited(account, production) if execution.ran(production) else asked_early
    expect(
        not seen,
        tried="sent a commit through your stages on paper, and nobody agreed",
        seen=seen,
        expected="staging is deployed and tested, and production waits for a person",
        where=_approval(account) if asked_early and not execution.ran(production) else production.where,
        next="Which kind of action does nothing but wait, and what must have passed before it asks?",
    )


def _approval(account: Any) -> str:
    """The line of the first action that asks a person."""
    return str(next(one.where for one in account.pipeline.actions() if one.category == APPROVAL))


def _not_awaited(account: Any, production: Any) -> str:
    """How production was deployed although nobody agreed."""
    asks = next((one for one in account.pipeline.actions() if one.category == APPROVAL), None)
    if asks is None:
        return "nobody was asked, and production was deployed"
    beside = (asks.stage, asks.order) == (production.stage, production.order)
    when = "at the same time" if beside else "before that"
    return f"action {asks.name} asks a person, and production was deployed {when}"


def _asked_early(account: Any, execution: Any, staging: Any) -> str:
    """What a person cannot look at yet when asked."""
    smoke = _smoke(account)[0]
    if not execution.ran(staging):
        return f"the pipeline waits in stage {execution.stopped_in}, and nothing is on staging to look at"
    # Beside the smoke test a person is asked before its result is there.
    failed = run(account.pipeline, fails=lambda one: one == smoke)
    if not execution.ran(smoke) or any(one.action.category == APPROVAL for one in failed.done):
        return f"the pipeline asks in stage {execution.stopped_in} before the smoke test has passed"
    return ""


@check(
    id="way-back",
    task=4,
    points=1,
    tier="full",
    after=("tested-first",),
    hints=HINTS["way-back"],
    why="A failed deployment at night should not wait for somebody who knows the last good digest.",
)
def test_failed_deployment_goes_back(account):
    """When the deployment to production fails, its stage goes back to the execution before by itself."""
    production = account.deployment(ACCOUNT.PRODUCTION)
    execution = run(account.pipeline, fails=lambda one: one == production)
    stage = next(one for one in account.pipeline.stages if production in one.actions)
    expect(
        execution.rolled_back,
        tried="sent a commit through your stages on paper; the deployment to production failed",
        seen=f"stage {stage.name} tries the same image again"
        if stage.on_failure == "RETRY"
        else f"the pipeline stops in stage {stage.name}, and what is half deployed stays",
        expected="the stage goes back to the execution before, whose artifact names the earlier image",
        where=stage.where,
        next="What can a stage of this type of pipeline do by itself when it fails?",
    )
