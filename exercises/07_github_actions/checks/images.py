"""Where tests, builds, pushes and deployments happen in a run, and which image a deployment gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from checker.workflows.digests import CHECKSUM, COMMIT, DIGEST, IMAGE_ID, TIME, kind_of
from checker.workflows.reading import Step
from checker.workflows.results import Fault, JobRun, StepRun
from checker.workflows.shell import Command
from checker.workflows.testing import acts, left_out, runs_tests, selection

BUILDS = re.compile(
    r"\b(?:docker|podman|nerdctl)\s+(?:image\s+|buildx\s+|compose\s+)?(?:build|bake)\b|\bbuildah\s+(?:bud|build)\b"
    r"|\bkaniko/executor\b|\bpack\s+build\b|\bko\s+build\b|\baz\s+acr\s+build\b|\bgcloud\s+builds\s+submit\b"
    r"|\bdocker[ -]compose\b.*(?:\bbuild\b|\bup\b.*\s--build\b)"
)
PUSHES = re.compile(
    r"\b(?:docker|podman|buildah|nerdctl)\s+(?:image\s+)?push\b|--push\b|\b(?:crane|skopeo)\s+(?:push|copy)\b"
    r"|\bdocker[ -]compose\b.*\bpush\b"
)
BUILD_ACTIONS = ("docker/build-push-action", "docker/bake-action", "redhat-actions/buildah-build")
PUSH_ACTIONS = ("redhat-actions/push-to-registry",)
# An action of the same repository was not handed in: its name is all there is, and that costs no point.
LOCAL = {kind: re.compile(rf"^\./.*(?:{words})") for kind, words in (
    ("tests", "test|check"), ("builds", "build|image|bake"), ("pushes", "build|push|publish|image"),
)}  # fmt: skip
TESTED, BUILT, PUSHED = "no test runs", "no image is built", "no image is pushed"
STAGED, RELEASED = "staging is not deployed", "production is not deployed"
# By what a step that did not run would have done it.
DOES = {
    TESTED: re.compile(r"\b(?:pytest|tox|nox|unittest)\b|\bmake\s+(?:test|check)\b"), BUILT: BUILDS, PUSHED: PUSHES,
    STAGED: re.compile(r"deploy\.sh"), RELEASED: re.compile(r"deploy\.sh"),
}  # fmt: skip
AT_DIGEST = re.compile(r"@(?:sha256:[0-9a-f]{64}|‹[^›]*›)$")
# What a value may be in place of a digest, and why that will not do.
OTHER_KINDS = {
    IMAGE_ID: "ends with the id of the image, the checksum of its settings: no registry finds an image by that",
    COMMIT: "ends with what git says of the source: it names a commit, not the bytes of an image",
    CHECKSUM: "ends with the checksum of a file, which is not that of the image in the registry",
    TIME: "ends with a time, which names no image",
}
SETTING = re.compile(r"‹((?:vars|secrets)\.\w+)›")
UNSET = re.compile(r"‹\$([A-Z][A-Z0-9_]*)›")
READS_FILE = re.compile(r"‹\$\((?:cat\s+|<\s*)([^)\s]+)\)›")


@dataclass(frozen=True)
class Deployment:
    """One call of deploy.sh."""

    environment: str
    image: str
    job: JobRun
    step: StepRun

    @property
    def where(self) -> str:
        return self.job.workflow.at(*self.step.step.place, "run")

    @property
    def version(self) -> str:
        """What stands behind the image's name: `@sha256:…`, `:latest`, or the whole where it has no name."""
        last = self.image.rpartition("/")[2]
        found = re.search(r"[@:]", last)
        return last[found.start() :] if found else self.image

    @property
    def of_no_press(self) -> bool:
        """Whether its job reads what a person typed, runs on every event, and has nothing to deploy in this one."""
        job = self.job
        reads = "workflow_dispatch" in job.workflow.on and "inputs." in str(job.job.raw).lower()
        free = not job.job.condition and not job.job.needs
        return reads and free and self.image.endswith(("@", ":"))


def is_test(command: Command) -> bool:
    return runs_tests(command.words)


def is_suite(command: Command) -> bool:
    """Whether a command runs all tests, as far as the file says."""
    asked = (command.words, command.env, command.folder)
    return is_test(command) and not selection(*asked) and not left_out(*asked)


def red() -> Fault:
    """A test fails, whoever runs the suite; one that nobody picks, so that a part of the suite stays green."""
    return Fault(command=is_suite, step=lambda step: bool(LOCAL["tests"].search(step.action)))


def tests(outcome: Any) -> list[tuple[JobRun, StepRun]]:
    """The steps that run all tests."""
    return [(job, step) for job, step in outcome.steps() if _tests(step, is_suite)]


def some_tests(outcome: Any) -> list[tuple[JobRun, StepRun]]:
    """The steps that run tests, be it a part of them."""
    return [(job, step) for job, step in outcome.steps() if _tests(step, is_test)]


def _tests(step: StepRun, kind: Callable[[Command], bool]) -> bool:
    return bool(LOCAL["tests"].search(step.step.action)) or any(map(kind, step.commands))


def skipped(outcome: Any, what: str) -> list[tuple[JobRun, Step | None]]:
    """Jobs that were skipped and would have done it, and steps that were skipped in jobs that ran."""
    found: list[tuple[JobRun, Step | None]] = []
    for job in outcome.jobs():
        if job.result == "skipped":
            found += [(job, None)] if job.job.uses or any(_would(one, what) for one in job.job.steps) else []
        else:
            found += [(job, one.step) for one in job.steps if one.result == "skipped" and _would(one.step, what)]
    return found


def _would(step: Step, what: str) -> bool:
    kinds = {TESTED: "tests", BUILT: "builds", PUSHED: "pushes"}
    local = what in kinds and LOCAL[kinds[what]].search(step.action)
    action = what in (BUILT, PUSHED) and step.action in (*BUILD_ACTIONS, *PUSH_ACTIONS)
    return bool(local or action or DOES[what].search(step.run))


def builds(outcome: Any) -> list[tuple[JobRun, StepRun]]:
    """The steps that build an image."""
    return [(job, step) for job, step in outcome.steps() if _builds(step)]


def pushes(outcome: Any) -> list[tuple[JobRun, StepRun]]:
    return [(job, step) for job, step in outcome.steps() if _pushes(step)]


def _builds(step: StepRun) -> bool:
    if step.step.action in BUILD_ACTIONS or LOCAL["builds"].search(step.step.action):
        return True
    return any(acts(one) and BUILDS.search(one.text) for one in step.commands)


def _pushes(step: StepRun) -> bool:
    if LOCAL["pushes"].search(step.step.action):
        return True
    if step.step.action in BUILD_ACTIONS:
        # Without a tag there is no name to push to, and the action fails.
        pushed = str(step.given.get("push", "")).lower() == "true" and step.given.get("tags")
        return bool(pushed) or "push=true" in str(step.given.get("outputs", "")) or "bake" in step.step.action
    return step.step.action in PUSH_ACTIONS or any(acts(one) and PUSHES.search(one.text) for one in step.commands)


def deployments(outcome: Any) -> list[Deployment]:
    """The calls of deploy.sh, without those of a button that nobody pressed: deploy.sh refuses them."""
    return [one for one in calls(outcome) if not one.of_no_press]


def calls(outcome: Any) -> list[Deployment]:
    """Every call of deploy.sh, one that it refuses too."""
    return [Deployment(*call, job, step) for job, step, command in outcome.commands() if (call := deploy_call(command))]


def deploy_call(command: Command) -> tuple[str, str] | None:
    """The environment and the image of a call of deploy.sh; an argument that is not there is an empty text."""
    for place, word in enumerate(command.words):
        if PurePosixPath(word).name == "deploy.sh" and acts(command):
            environment, image, *_ = (*command.words[place + 1 :], "", "")
            return environment, image
    return None


def to(outcome: Any, environment: str) -> list[Deployment]:
    return [one for one in deployments(outcome) if one.environment == environment]


def publishing(outcome: Any) -> Iterator[tuple[JobRun, StepRun, str]]:
    """Every step that builds, pushes or deploys, with the word for what it does."""
    for job, step in outcome.steps():
        if _builds(step):
            yield job, step, "an image is built"
        elif _pushes(step):
            yield job, step, "an image is pushed"
    for one in deployments(outcome):
        yield one.job, one.step, f"{one.environment} is deployed"


def names_digest(outcome: Any, one: Deployment) -> str:
    """Why the image of a deployment is no digest of this run's build; an empty text when it is one."""
    unset, file, setting = UNSET.search(one.image), READS_FILE.search(one.image), SETTING.search(one.version)
    if setting:
        return f"holds {setting[1]}, a setting of the repository: this run did not build it"
    if unset:
        return f"holds ${unset[1]}, a variable that nothing sets in this job"
    if one.image.endswith(("@", ":")) or not one.image:
        return f"ends with {one.image[-1:]!r}: the value behind it is empty"
    made = outcome.origin(one.image)
    kind = kind_of(made.written if made else one.image, [command for _, _, command in outcome.commands()])
    if kind in OTHER_KINDS and AT_DIGEST.search(one.image):
        return OTHER_KINDS[kind]
    if file:
        brought = any(_builds(step) or "download-artifact" in step.step.action for step in one.job.steps)
        return "" if brought else f"reads {file[1]!r}, a file of another job; jobs share no files"
    return _made_elsewhere(outcome, one, made, kind)


def _made_elsewhere(outcome: Any, one: Deployment, made: Any, kind: str) -> str:
    if made and (kind == DIGEST or AT_DIGEST.search(one.image)):
        builders = {job.name for job, _ in builds(outcome)}
        return "" if made.job in builders else f"was made in {made.job}, which builds nothing"
    if AT_DIGEST.search(one.image):
        return "" if "‹" in one.image else "is a digest that no job of this run made"
    return f"ends with {one.version!r}, a tag that somebody can move"


def digests(outcome: Any, names: tuple[str, ...]) -> set[str]:
    return {one.version for name in names for one in to(outcome, name)}


def pushed_as(outcome: Any) -> tuple[list[str], str]:
    """The names by which one action pushes the image, and the line; none where a run alone or a shell knows them."""
    done = pushes(outcome)
    if len(done) != 1 or done[0][1].step.action != "docker/build-push-action":
        return [], ""
    job, step = done[0]
    tags = re.split(r"[,\s]+", str(step.given.get("tags") or "").strip())
    names = [name_of(tag) for tag in tags]
    known = all(names) and "‹" not in "".join(names) and "name=" not in str(step.given.get("outputs", ""))
    return (names if known else []), job.workflow.at(*step.step.place, "with", "tags")


def name_of(image: str) -> str:
    """The name of an image with its registry, without tag and digest."""
    folder, slash, last = image.partition("@")[0].rpartition("/")
    whole = f"{folder}{slash}{last.partition(':')[0]}"
    return re.sub(r"^(?:(?:index\.)?docker\.io/)?(?:library/)?", "", whole)


def pushes_in(job: JobRun) -> bool:
    return any(step.ran and _pushes(step) for step in job.steps)


def unasked(paper: Any, one: Deployment) -> Any:
    """Why nobody is asked before a deployment to production; None when its environment asks."""
    if one.job.environment.lower() == "production":
        return None
    name = f"environment {one.job.environment!r}" if one.job.environment else "no environment"
    return paper.Trouble(f"{one.job.name} runs in {name}, so nobody is asked", one.job.at("environment"))
