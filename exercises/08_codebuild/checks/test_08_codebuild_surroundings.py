"""Tasks 5 and 6: what the build may do, what a tag may do, minutes and the cache."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from checker import check, expect, read_hints, sibling
from checker.cloudformation import said
from checker.iam import open_to_all

HINTS = read_hints(__file__)
ACCOUNT, RUNS, RIGHTS, TAGS, ANSWERS = (
    sibling(__file__, name) for name in ("account", "runs", "rights", "tags", "answers")
)
# A word of a command that tells pip to keep nothing, or where to keep it.
NO_CACHE = re.compile(r"\bpip3?\b.*--no-cache-dir|PIP_NO_CACHE_DIR=[\"']?\w")
FOLDER = re.compile(r"(?:\bpip3?\b.*--cache-dir[= ]|PIP_CACHE_DIR=)[\"']?([^\s\"';&|]+)")
HOME = re.compile(r"~|\$HOME|\$\{HOME\}")
SOURCE = re.compile(r"\./|\$CODEBUILD_SRC_DIR/|\$\{CODEBUILD_SRC_DIR\}/")
PIPS = "/root/.cache/pip"
# A file of pip's cache: deep below its folder.
CACHED = "http-v2/a/b/c/d/e/abcde.body"


@pytest.fixture
def account(submission: Any) -> Any:
    return ACCOUNT.read_account(submission)


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="roles",
    task=5,
    points=3,
    tier="full",
    after=("ships",),
    hints=HINTS["roles"],
    why="Every package that pip installs runs with the rights of the build.",
)
def test_build_may_push_and_nothing_else(submission, account):
    """The role of the build may log in, push to its repository, and nothing that it does not need."""
    _, project = account.builder()
    role = account.stack.named(project.get("ServiceRole"))
    seen, where = "the project has no ServiceRole of this template", project.at("ServiceRole")
    if role is not None:
        seen, where = RIGHTS.trouble(account, role, RUNS.build(submission, account))
    expect(
        not seen,
        tried="asked the policies of the build's role what they allow",
        seen=seen,
        expected="log in to the registry, push to `movie-service`, write logs, read and write the artifacts; no more",
        where=where,
        next="Which calls does a push make, on which one resource, and which call knows no resource at all?",
    )
    seen, where = RIGHTS.taken(account, role)
    expect(
        not seen,
        tried="asked the trust policy of the build's role who may take it",
        seen=seen,
        expected="CodeBuild takes the role, and nobody else",
        where=where,
        next="Who takes the role of a build, and what could anybody else do who takes it?",
    )


@check(
    id="repository",
    task=5,
    points=2,
    tier="full",
    after=("ships",),
    hints=HINTS["repository"],
    why="A tag that can move means something else tomorrow, to everybody who wrote it down.",
)
def test_tags_keep_their_image(submission, account):
    """Each pushed image is scanned, no tag of a build can move, and commits with tags of their own get through."""
    seen, where = _unkept(submission, account)
    expect(
        not seen,
        tried="pushed two commits one after another, and their tags once more",
        seen=seen,
        expected="each image is scanned on push, each commit gets through, and its tag cannot be put on another image",
        where=where,
        next="What does the repository do with a tag that is there already, and which tags does your build use?",
    )
    images = account.stack.of("AWS::ECR::Repository")[0]
    actions, where = open_to_all(images, "RepositoryPolicyText")
    expect(
        not actions,
        tried="asked the policy of the repository whom it lets in",
        seen=f"{actions} is allowed to everybody who has an account of AWS",
        expected="nobody but those whom a policy names",
        where=where,
        next="For whom does the star of this Principal stand, and who needs your images?",
    )


def _unkept(submission: Any, account: Any) -> tuple[str, str]:
    images = account.stack.of("AWS::ECR::Repository")[0]
    if not RUNS.scans(account, images):
        return "no image is scanned when it is pushed", images.at("ImageScanningConfiguration")
    registry = RUNS.registry_of(account)
    first, second = (RUNS.build(submission, account, registry=registry) for _ in range(2))
    # Without a name of its own the second image is refused for a fault of task 3, which has a row there.
    with_own_tag = set(second.world.images) - set(first.world.images)
    for number, made in (("first", first), ("second", second)):
        if not made.succeeded and (made is first or with_own_tag):
            return f"the {number} commit failed in {RUNS.why(made)}", RUNS.where_failed(account, made)
    if moving := TAGS.movable(first, second, registry.movable):
        tag, number = moving
        told = f"the filter {registry.movable[number]!r} lets the tag of a build move, such as {tag[:12]}"
        return told, images.at("ImageTagMutabilityExclusionFilters", number)
    pushes, another = [*first.world.pushes, *second.world.pushes], first.world.new_digest()
    if not any(registry.push(one.repository, one.tag, another) for one in pushes):
        moved = f"the tag {pushes[0].tag[:12]} was put on another image, and nobody refused"
        return moved, images.at("ImageTagMutability")
    return "", ""


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="billed",
    task=6,
    points=2,
    tier="full",
    hints=HINTS["billed"],
    why="Eight short builds cost more than one long one of the same seconds.",
)
def test_minutes_on_the_bill_are_counted(submission):
    """The answer is the number of minutes on the bill."""
    named = submission.answers().get("billed_minutes", int)
    totals = ANSWERS.totals(submission.seed)
    told = {-(-sum(totals) // 60): "all seconds together, rounded up once", sum(totals): "the seconds"}
    told[sum(total // 60 for total in totals)] = "each build rounded down"
    expect(
        named == ANSWERS.billed_minutes(submission.seed),
        tried="counted the minutes of `python history.py minutes`",
        seen=f"{named}{': ' + told[named] if named in told else ''}",
        expected="each build rounded up to a whole minute, and then the sum",
        where="answers.toml, billed_minutes",
        next="What is the first build of the table rounded up to, by itself?",
    )


@check(
    id="cache",
    task=6,
    points=1,
    tier="full",
    after=("ships",),
    hints=HINTS["cache"],
    why="Two files must agree, and CodeBuild says nothing when they do not.",
)
def test_packages_are_kept(account):
    """What pip downloaded for one build is there for that of tomorrow."""
    seen, where = next(_not_kept(account), ("", ""))
    expect(
        not seen,
        tried="looked what the project keeps of `/root/.cache/pip` from one day to the next",
        seen=seen,
        expected="a cache that each build host reaches, and a buildspec that names pip's folder with all below it",
        where=where,
        next="Who stores the cache, and who says what belongs into it?",
    )


def _not_kept(account: Any) -> Iterator[tuple[str, str]]:
    _, project = account.builder()
    kind = said(project.get("Cache", "Type", default="NO_CACHE"))
    place = project.at("Cache")
    if kind == "NO_CACHE":
        yield "the project keeps nothing, whatever the buildspec names", place
    if kind == "LOCAL":
        yield "the cache lies on one build host, and the build of tomorrow may run on another one", place
    if kind == "S3" and not project.get("Cache", "Location"):
        yield "the project keeps its cache in S3, and names no bucket", place
    if kind == "S3":
        yield from _out_of_reach(account, project)
    for text, where in _told_to_pip(account):
        if NO_CACHE.search(text):
            yield "pip is told to keep nothing, so there is nothing to put by", where
    if not account.spec.cached:
        yield "the project could keep folders, and the buildspec names none", account.spec.at("cache")
    for folder, where in _folders_of_pip(account):
        if not any(RUNS.covers(one, f"{folder}/{CACHED}") for one in account.spec.cached):
            shown = ", ".join(account.spec.cached)
            yield f"the buildspec names {shown}; pip's files lie in {folder} and far below", where


def _told_to_pip(account: Any) -> Iterator[tuple[str, str]]:
    """Each variable, as a command would set it, and each command, with its line."""
    action, project = account.builder()
    given, spec = account.variables(action, project), account.spec
    for name, value in {**spec.variables, **given}.items():
        own = spec.at("env", "variables", name)
        yield f"{name}={value}", project.at("Environment", "EnvironmentVariables") if name in given else own
    for phase in spec.phases:
        for command in (*phase.commands, *phase.last):
            yield command, spec.place_of(phase.name, command)


def _folders_of_pip(account: Any) -> list[tuple[str, str]]:
    """Where pip keeps what it downloads, and the line that says so; what a run alone knows is left out."""
    named = [(found[1], where) for text, where in _told_to_pip(account) for found in FOLDER.finditer(text)]
    plain = [(re.sub(SOURCE, "", re.sub(HOME, "/root", one)).rstrip("/"), where) for one, where in named]
    return [one for one in plain if "$" not in one[0]] if named else [(PIPS, account.spec.at("cache"))]


def _out_of_reach(account: Any, project: Any) -> Iterator[tuple[str, str]]:
    """A bucket of the cache that the build's role may not use: CodeBuild warns, and goes on without."""
    role = account.stack.named(project.get("ServiceRole"))
    location = account.plain(project.get("Cache", "Location"))
    for action in ("s3:GetObject", "s3:PutObject") if role else ():
        if not RIGHTS.allowed(RIGHTS.statements(account.stack, role), action, f"arn:aws:s3:::{location}/a"):
            bucket = location.partition("/")[0]
            yield (
                f"the cache lies in the bucket {bucket}, where the build's role may not do {action}",
                project.at("Cache"),
            )
