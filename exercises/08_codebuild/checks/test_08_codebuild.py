"""The checks of exercise 8: guards, the log (task 1), and what a failed build pushes (task 2).

The others stand beside it: test_08_codebuild_pipeline (tasks 3 and 4), test_08_codebuild_surroundings (5 and 6).
"""

from __future__ import annotations

from typing import Any

import pytest

from checker import check, expect, read_hints, sibling
from checker.buildspec import project_faults, schema_faults
from checker.buildspec.words import is_detached
from checker.buildspec.world import DOCKER_BUILD, START, TESTS
from checker.cloudformation import lint, read_stack
from checker.codepipeline import run, structure_faults
from checker.codepipeline_starts import closed_stages, start_faults

HINTS = read_hints(__file__)
GIVEN = "What stood there in the given files?"
NAMES_IT = "The first line that failed names its reason. What was there in the given files?"
# What ended a build, by words of its log, and a question about it.
REASONS = {
    "syntax error: unexpected end of file": "Each item of a list is a command of its own: where does this one end?",
    "command not found": "Which program that this build host has does the same?",
    "a limit of the stand-in": "The call may be right on a build host. Which other call says the same?",
}
WHO_PUSHES = "Which command of the given file pushed the image?"
EXIT_CODE = "Which exit code did the last command of that line have?"
WHO_RUNS = "Which phases run when an earlier one has failed, and how can a command know?"
SUCCEEDING = "CODEBUILD_BUILD_SUCCEEDING"
ASKS = "With which exit code does `{}` end after a failed build, and what does the phase make of that?"
STARTS = "Which command starts the image before the push, and what does it ask of it?"
WHO_NOTICES = "Which tests does nobody run before this commit reaches production?"
WHO_STARTS = "Whose commit does an execution deploy: of which branch, and who has agreed to it?"
WHAT_STARTS = "When a commit lands on this branch, what tells the pipeline, and what does it let through?"
WHO_OPENS = "Which stage does a commit wait before, and who would let it in?"
NOBODY_STARTS = "nobody starts the image before it is pushed"
ACCOUNT, RUNS, RIGHTS, ANSWERS, SUITES = (
    sibling(__file__, name) for name in ("account", "runs", "rights", "answers", "suites")
)


@pytest.fixture
def account(submission: Any) -> Any:
    return ACCOUNT.read_account(submission)


# -- guards -----------------------------------------------------------------------------------------------------
@check(id="valid", task=1, why="CodeBuild refuses a file with an unknown key, and then nothing runs at all.")
def test_files_can_be_read(submission):
    """CodeBuild can read buildspec.yml, and CloudFormation pipeline.yaml."""
    text = submission.text(ACCOUNT.SPEC)
    spec = ACCOUNT.read(ACCOUNT.SPEC, text)
    fault = next(iter(schema_faults(spec.raw)), None)
    where = spec.at(*fault.path) if fault else ""
    expect(
        fault is None,
        tried="compared buildspec.yml with AWS's reference of buildspecs",
        seen=f"{ACCOUNT.in_part(text, where)}{fault.message}" if fault else "",
        expected="keys that the reference has, each at its place, and commands that are texts",
        where=where,
        next=fault.next if fault else "",
    )
    read_stack({ACCOUNT.TEMPLATE: submission.text(ACCOUNT.TEMPLATE)})


@check(id="linter", task=1, after=("valid",), why="CloudFormation finds such faults after minutes; cfn-lint at once.")
def test_linter_has_no_error(submission):
    """cfn-lint finds no error in pipeline.yaml."""
    text = submission.text(ACCOUNT.TEMPLATE)
    first = next((one for one in lint(ACCOUNT.TEMPLATE, text) if one.rule.startswith("E")), None)
    expect(
        first is None,
        tried="ran cfn-lint over pipeline.yaml",
        seen=f"{ACCOUNT.in_part(text, first.line)}{first.rule}: {first.message[:150]}" if first else "",
        expected="no finding whose number begins with E",
        where=f"{ACCOUNT.TEMPLATE}:{first.line}" if first else "",
        next="Which resource is that line a part of, and which properties does its type have?",
    )


@check(id="ships", task=1, after=("linter",), why="A pipeline that deploys nothing is safe, and of no use.")
def test_good_commit_reaches_production(submission, account):
    """A good commit is tested, built, pushed, and deployed to staging and production."""
    expected = "all tests, a build and a push that succeed, and both services deployed when a person agrees"
    seen, where, next_ = _not_shipped(submission, account)
    expect(
        not seen,
        tried="built and deployed a good commit on paper; docker and aws are stand-ins",
        seen=seen,
        expected=expected,
        where=where,
        next=next_,
    )


def _not_shipped(submission: Any, account: Any) -> tuple[str, str, str]:
    """What a good commit does not get, the place, and a question."""
    missing = _missing(account)
    if missing[0]:
        return *missing, GIVEN
    for seen, where in start_faults(account.pipeline):
        return seen, where, WHAT_STARTS if "starts nothing" in seen else WHO_STARTS
    for seen, where in closed_stages(account.pipeline):
        return seen, where, WHO_OPENS
    return _not_built(account, RUNS.build(submission, account))


def _not_built(account: Any, made: Any) -> tuple[str, str, str]:
    """What a good build does not do, the place, and a question."""
    if not made.succeeded:
        why = RUNS.why(made)
        next_ = next((question for words, question in REASONS.items() if words in why), NAMES_IT)
        return f"the build failed in {why}", RUNS.where_failed(account, made), next_
    if not made.world.tested:
        return SUITES.none_ran(account, made)
    if not made.world.pushes:
        return "no image was pushed", account.spec.at("phases", "post_build"), WHO_PUSHES
    seen, where = SUITES.part(account, made)
    return seen, where, WHO_NOTICES


def _missing(account: Any) -> tuple[str, str]:
    """What CodePipeline refuses, and what a good commit does not meet on its way."""
    stages = account.pipeline.resource.at("Stages")
    found = [*structure_faults(account.pipeline)]
    found += [fault for _, project in account.projects() for fault in project_faults(project)]
    if account.builder() is None:
        by_key, where = account.named_by_key()
        found.append((by_key or "no action of the pipeline runs a project with buildspec.yml", where or stages))
    found += [one for one in [account.far_away()] if one[0]]
    if not account.stack.of("AWS::ECR::Repository"):
        found.append(("there is no repository for the images", ACCOUNT.TEMPLATE))
    execution = run(account.pipeline)
    for service in (ACCOUNT.STAGING, ACCOUNT.PRODUCTION):
        action = account.deployment(service)
        if action is None or not execution.ran(action):
            found.append((f"nothing deploys the service {service}", stages))
    return found[0] if found else RIGHTS.pipeline_trouble(account)


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="bad-build",
    task=1,
    points=2,
    hints=HINTS["bad-build"],
    why="A build's last line says FAILED; only its phases say what it did all the same.",
)
def test_bad_build_is_named(submission):
    """The answer names the build that failed and pushed an image."""
    _named(submission, "bad_build", "PUSHED", "the build that FAILED, and whose POST_BUILD printed a digest")


@check(
    id="masked-build",
    task=1,
    points=2,
    hints=HINTS["masked-build"],
    why="CodeBuild asks for the exit code of a line, and in a pipe that is the last command's.",
)
def test_masked_build_is_named(submission):
    """The answer names the build that succeeded although a test failed."""
    _named(submission, "masked_build", "MASKED", "the build that SUCCEEDED, and in whose log a test failed")


def _named(submission: Any, key: str, met: str, expected: str) -> None:
    named = submission.answers().get(key, int)
    found = {number: what for number, what, *_ in ANSWERS.HISTORY["builds"](submission.seed)}.get(named)
    told = {
        "all well": "succeeded, and all of its tests passed",
        "masked": "succeeded, with failed tests in its log",
        "pushed all the same": "failed, and pushed an image",
        "no login": "failed in PRE_BUILD, and no later phase ran",
        "no image": "failed, and had no image to push",
    }
    expect(
        named == ANSWERS.build_that(submission.seed, met),
        tried="looked for your build in the log of history.py",
        seen=f"build {named} {told[found]}" if found else f"there is no build {named}",
        expected=expected,
        where=f"answers.toml, {key}",
        next="Which line says how the build ended, and which line says what left the machine?",
    )


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="failed-tests",
    task=2,
    points=2,
    after=("ships",),
    hints=HINTS["failed-tests"],
    why="Whoever looks at the registry sees a new image, and no color beside it.",
)
def test_failing_tests_push_nothing(submission, account):
    """When a test fails, the build fails and nothing is pushed."""
    made = RUNS.build(submission, account, fails=(TESTS,))
    tested = made.world.tested[0] if made.world.tested else None
    phase = made.phase(tested.phase) if tested else None
    next_ = WHO_RUNS
    if phase and not phase.failed:
        seen = f"a test failed, and phase {phase.name} SUCCEEDED all the same{_and_pushed(made)}"
        where, next_ = RUNS.line_of(account, tested), EXIT_CODE
    else:
        seen = f"a test failed in phase {phase.name if phase else '?'}{_and_pushed(made)}"
        where, next_ = _who_pushed(account, made)
    expect(
        not made.succeeded and not made.world.pushes,
        tried="ran your phases by CodeBuild's rules, with a failing test",
        seen=seen,
        expected="the build FAILED, and nothing is pushed",
        where=where,
        next=next_,
    )


def _who_pushed(account: Any, made: Any, failed: Any = None) -> tuple[str, str]:
    """The line of the push, or of the command before it that asks whether the build is well and lets it go on."""
    push = RUNS.push_call(made)
    phase = next((one for one in account.spec.phases if push and one.name == push.phase), None)
    asks = next((one for one in phase.commands if SUCCEEDING in one), "") if phase else ""
    if asks and made.phase(phase.name) and not made.phase(phase.name).failed:
        return str(account.spec.place_of(phase.name, asks)), ASKS.format(_line_with(SUCCEEDING, asks))
    return RUNS.line_of(account, push or failed, "post_build"), WHO_RUNS


def _line_with(word: str, command: str) -> str:
    """The line of a command that holds this word, shortened."""
    line = next(one.strip() for one in command.splitlines() if word in one)
    return line if len(line) <= 70 else f"{line[:69]}…"


def _and_pushed(made: Any) -> str:
    pushed = made.world.pushes[0] if made.world.pushes else None
    return f"; phase {pushed.phase} pushed {pushed.digest[:15]}…" if pushed else "; nothing was pushed"


@check(
    id="failed-build",
    task=2,
    points=2,
    after=("failed-tests",),
    hints=HINTS["failed-build"],
    why="post_build is there to clean up, so it runs after a failed build too.",
)
def test_failed_build_pushes_nothing(submission, account):
    """When the image cannot be built or does not start, nothing is pushed."""
    for fault, words, stale in (
        (DOCKER_BUILD, "docker build failing; an image of the last try is still there", True),
        (START, "an image that does not start", False),
    ):
        made = RUNS.build(submission, account, fails=(fault,), stale=stale)
        failed = RUNS.failed_by(made, fault)
        where, next_ = _who_let_it_out(account, made, failed)
        expect(
            failed is not None and not made.succeeded and not made.world.pushes,
            tried=f"ran your phases by CodeBuild's rules, with {words}",
            seen=_went_on(made, failed),
            expected="the build FAILED, and nothing is pushed",
            where=where,
            next=next_,
        )


def _who_let_it_out(account: Any, made: Any, failed: Any) -> tuple[str, str]:
    """The line that hid the failure, or that pushed after it; where nothing failed, the line that starts the image."""
    if failed is None:
        starts = [one for one in made.world.calls if one.words[1:2] == ("run",) and one not in made.world.tested]
        background = next((one for one in starts if is_detached(one.words)), None)
        next_ = EXIT_CODE if background else STARTS
        return RUNS.line_of(account, background or next(iter(starts), RUNS.push_call(made)), "post_build"), next_
    if not made.phase(failed.phase).failed:
        return RUNS.line_of(account, failed, "post_build"), EXIT_CODE
    return _who_pushed(account, made, failed)


def _went_on(made: Any, failed: Any) -> str:
    if failed is None:
        if any(is_detached(one.words) for one in made.world.calls):
            return f"docker run -d ends with 0 while the container still starts{_and_pushed(made)}"
        without = any(one.words[1:2] == ("run",) and one not in made.world.tested for one in made.world.calls)
        return f"the image is started without --check{_and_pushed(made)}" if without else NOBODY_STARTS
    if not made.world.pushes:
        return f"{failed.words[0]} {failed.words[1]} failed, and the build SUCCEEDED all the same"
    old = made.world.pushes[0].digest == made.world.stale
    which = "the image of the last try, as if it were new" if old else "the image that does not start"
    call = f"{' '.join(failed.words[:2])} failed, and phase {failed.phase} SUCCEEDED all the same"
    return f"{f'phase {failed.phase} failed' if made.phase(failed.phase).failed else call}{_and_pushed(made)}: {which}"
