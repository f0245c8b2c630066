"""The checks of exercise 7: what the pipeline does with a bad commit, with its own rights, with strangers.

Guards, tasks 1 and 2. The others stand beside it, in the order in which they run: test_07_github_actions_images
(task 3), test_07_github_actions_strangers (task 4), test_07_github_actions_twice (tasks 5 and 6).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from checker import check, expect
from checker.workflows import events
from checker.workflows.expressions import expressions_in
from checker.workflows.grammar import ExpressionError, parse
from checker.workflows.judges import schema_faults
from checker.workflows.results import Fault

HINTS = {
    name: tuple(layers.values())
    for name, layers in tomllib.loads(Path(__file__).with_name("hints.toml").read_text("utf-8")).items()
}
INPUT_TYPES = ("string", "boolean", "number", "choice", "environment")


# -- guards -----------------------------------------------------------------------------------------------------
@check(id="valid", task=1, why="GitHub refuses a file that breaks its schema, and then nothing runs at all.")
def test_workflows_can_be_read(submission, pipeline):
    """GitHub can read every workflow file."""
    for name, workflow in pipeline.files.items():
        tried = f"read {name} as GitHub does"
        fault = next(iter(schema_faults(name, submission.text(name))), None)
        expect(
            fault is None,
            tried=tried,
            seen=fault.message if fault else "",
            expected="a file that fits GitHub's schema of workflows",
            where=workflow.at(*fault.path) if fault else "",
            next="How is it written, and how far is the line indented: what does that make it a part of?",
        )
        for where, seen in _graph_faults(workflow):
            expect(
                False,
                tried=tried,
                seen=seen,
                expected="`needs` names jobs of the same file, in no circle; what stands in ${{ }} can be read",
                where=where,
                next="Which jobs are there, and how is each one's name written?",
            )


def _graph_faults(workflow: Any) -> list[tuple[str, str]]:
    names = {job.id for job in workflow.jobs}
    found = [
        (workflow.at(*job.place, "needs"), f"job {job.id} needs {need!r}, which is no job of this file")
        for job in workflow.jobs
        for need in job.needs
        if need not in names
    ]
    inputs = workflow.on.get("workflow_dispatch", {}).get("inputs") or {}
    found += [
        (workflow.at("on", "workflow_dispatch", "inputs", name, "type"), f"there is no type {one['type']!r} of inputs")
        for name, one in inputs.items()
        if isinstance(one, dict) and one.get("type", "string") not in INPUT_TYPES
    ]
    reached: set[str] = set()
    for _ in workflow.jobs:
        reached |= {job.id for job in workflow.jobs if set(job.needs) <= reached}
    circle = [job for job in workflow.jobs if job.id not in reached]
    if circle and not found:
        listed = ", ".join(job.id for job in circle)
        found.append((workflow.at(*circle[0].place, "needs"), f"these jobs wait for each other: {listed}"))
    return found + [fault for job in workflow.jobs for fault in _expression_faults(workflow, job)]


def _expression_faults(workflow: Any, job: Any) -> list[tuple[str, str]]:
    places = [(job.place, job.condition), *((step.place, step.condition) for step in job.steps)]
    texts = [((*place, "if"), text) for place, text in places if text and "${{" not in text]
    texts += [(job.place, text) for text in expressions_in({**job.raw, "steps": []})]
    texts += [(step.place, text) for step in job.steps for text in expressions_in([step.run, step.env, step.given])]
    found = []
    for place, text in texts:
        try:
            parse(text)
        except ExpressionError as error:
            found.append((workflow.at(*place), f"the expression `{text.strip()[:50]}` cannot be read: {error}"))
    return found


@check(
    id="ships",
    task=1,
    after=("valid",),
    why="A pipeline that deploys nothing is safe, and of no use.",
)
def test_good_commit_reaches_production(pipeline, images):
    """A good commit on main is tested, built, and reaches staging and production."""
    outcome = pipeline.outcomes(events.push())[0]
    missing = {
        "no test runs": images.tests(outcome),
        "no image is built": images.builds(outcome),
        "no image is pushed": images.pushes(outcome),
        "staging is not deployed": images.to(outcome, "staging"),
        "production is not deployed": images.to(outcome, "production"),
    }
    first = next((what for what, found in missing.items() if not found), "")
    reason, where = _reason(pipeline, outcome) if first else ("", "")
    expect(
        not first,
        tried="ran your workflow on paper: a push to main, and everything succeeds",
        seen=f"{first}: {reason}",
        expected="pytest, a build, a push, and `./deploy.sh ENVIRONMENT IMAGE` for staging and for production",
        where=where,
        next="Which job should do this, and what does its `if` ask for?",
    )


def _reason(pipeline: Any, outcome: Any) -> tuple[str, str]:
    """Why something did not happen in a run without faults."""
    if not outcome.started:
        return outcome.runs[0].why, pipeline.main.at("on")
    for job in outcome.jobs():
        if job.result == "skipped" and job.job.condition and "workflow_dispatch" not in job.job.condition:
            return f"{job.name} was skipped, {job.why}", job.at("if")
    return "no job does it", pipeline.main.at("jobs")


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="bad-run",
    task=1,
    points=2,
    hints=HINTS["bad-run"],
    why="A run's color says that something failed; only its jobs say what was shipped all the same.",
)
def test_bad_run_is_named(submission, observed):
    """The answer names the run that put untested code into production."""
    named = submission.answers().get("bad_run", int)
    results = {number: results for number, _, results in observed.HISTORY["runs"](submission.seed)}
    found = results.get(named)
    seen = f"run {named} has test {found[0]}, production {found[3]}" if found else f"there is no run {named}"
    expect(
        named == observed.bad_run(submission.seed),
        tried="looked at your run in the table of history.py",
        seen=seen,
        expected="the run in which test failed and production succeeded",
        where="answers.toml, bad_run",
        next="Two columns decide. Which two, and what must stand in each?",
    )


@check(
    id="gate",
    task=1,
    points=3,
    after=("ships",),
    hints=HINTS["gate"],
    why="Jobs start together unless one says what it needs; their order in the file means nothing.",
)
def test_failing_tests_stop_everything(pipeline, paper, images):
    """When the tests fail or are cancelled, nothing is built, pushed or deployed."""
    asked = "nothing is built, pushed or deployed from code that did not pass its tests"
    paper.refuse(
        pipeline.outcomes(events.push(), Fault(command=images.is_test)),
        lambda outcome: _went_on(paper, images, outcome),
        tried="ran your workflow on paper with a failing test",
        expected=asked,
        next="Jobs start together unless one says what it waits for. What ends a step, and what lets a job go on?",
    )
    testing = next(iter(images.tests(pipeline.outcomes(events.push())[0])))[0]
    paper.refuse(
        pipeline.outcomes(events.push(), Fault(cancelled_in=testing.name)),
        lambda outcome: _went_on(paper, images, outcome, cancelled=testing.name),
        tried="ran your workflow on paper, and cancelled it during the tests",
        expected=asked,
        next="Which conditions hold for a cancelled run too?",
    )


def _went_on(paper: Any, images: Any, outcome: Any, cancelled: str = "") -> Any:
    failed = [job for job in outcome.jobs() if any(step.result == "failure" for step in job.steps)]
    for job, _, what in images.publishing(outcome):
        if cancelled:
            if job.name != cancelled:
                return paper.Trouble(f"{cancelled} was cancelled, and in {job.name} {what} all the same", job.at("if"))
        elif not failed:
            test_job, test_step = images.tests(outcome)[0]
            place = test_job.workflow.at(*test_step.step.place)
            question = "What is the exit code of this whole line when pytest fails?"
            return paper.Trouble(f"pytest failed, and its step went on as if all were well; {what}", place, question)
        elif job.result != "failure":
            run = next(one for one in outcome.runs if job in one.jobs)
            when = "at the same time" if run.together(job, failed[0]) else "afterwards"
            seen = f"{failed[0].name} failed, and {job.name} ran all the same, {when}: {what}"
            return paper.Trouble(seen, _let_it_go_on(failed[0], job))
    return None


def _let_it_go_on(failed: Any, job: Any) -> str:
    """The line that let a job go on: the failed job's leave to fail, its own condition, or the needs that it lacks."""
    if failed.job.raw.get("continue-on-error"):
        return str(failed.at("continue-on-error"))
    return str(job.at("if" if job.job.condition and job.job.needs else "needs"))


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="permissions",
    task=2,
    points=2,
    after=("ships",),
    hints=HINTS["permissions"],
    why="Every action and package that runs in a job holds the token of that job.",
)
def test_tokens_may_do_what_they_need(pipeline, paper, rights):
    """Every job's token may do what the job needs, and nothing else."""
    for event, words in ((events.push(), "a push to main"), (events.dispatch({"digest": "sha256:0"}), "Run workflow")):
        paper.refuse(
            pipeline.outcomes(event),
            lambda outcome: next(
                filter(None, (_too_much(paper, rights, job) for job in outcome.jobs() if job.ran)), None
            ),
            tried=f"looked what each job's token may do after {words}",
            expected="rights that stand in the file; write access only in jobs with a step that needs it",
            next="Rights can stand on the workflow and on a job. What counts when both say something?",
        )


def _too_much(paper: Any, rights: Any, job: Any) -> Any:
    if job.job.uses:
        return None
    declared = job.job.raw.get("permissions", job.workflow.raw.get("permissions"))
    where = job.at("permissions") if "permissions" in job.job.raw else job.workflow.at("permissions")
    if job.permissions is None:
        seen = f"nothing in the file limits the token of {job.name}; an old repository lets it write everything"
        return paper.Trouble(seen, job.at())
    if declared in ("write-all", "read-all"):
        return paper.Trouble(f"the token of {job.name} has {declared}: every scope there is", where)
    checkout = next((step for step in job.steps if step.step.action == "actions/checkout"), None)
    if checkout and job.may("contents") == "none":
        seen = f"{job.name} checks the code out, and its token may not read it: the scope contents is none"
        return paper.Trouble(seen, where)
    unused = rights.unused_rights(job)
    if unused:
        listed = ", ".join(unused)
        return paper.Trouble(f"the token of {job.name} may write {listed}, and no step of it does", where)
    return None


@check(
    id="oidc",
    task=2,
    points=2,
    after=("permissions",),
    hints=HINTS["oidc"],
    why="A key in a secret works for whoever copies it, until somebody remembers to change it.",
)
def test_no_long_lived_key_exists(submission, pipeline, paper, rights, images):
    """Jobs log in to the cloud with the identity of their run; no long-lived key exists."""
    expected = "a login with the run's identity and a role, in each job that pushes or deploys; no key in a secret"
    for workflow, job in pipeline.jobs():
        keys = rights.keys_of(job, workflow.raw)
        expect(
            not keys,
            tried="looked for keys that outlive a run",
            seen=f"job {job.id} reads {keys[0]}, which works for anybody until it is changed" if keys else "",
            expected=expected,
            where=_line_of(submission, workflow, job, keys[0]) if keys else "",
            next="How do the jobs further down log in, without such a key?",
        )
    paper.refuse(
        pipeline.outcomes(events.push()),
        lambda outcome: rights.no_login(paper, images, outcome),
        tried="looked how each job of a push to main logs in to the cloud",
        expected=expected,
        next="A job that proves who it is must be allowed to ask for its proof. Who allows it?",
    )


def _line_of(submission: Any, workflow: Any, job: Any, name: str) -> str:
    for number, line in enumerate(submission.text(workflow.name).split("\n"), 1):
        if name.lower() in line.lower():
            return f"{workflow.name}:{number}"
    return str(workflow.at(*job.place))
