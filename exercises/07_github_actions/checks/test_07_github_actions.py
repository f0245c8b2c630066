"""The checks of exercise 7: what the pipeline does with a bad commit, with its own rights, with strangers.

Guards and task 1. The others stand beside it, in the order in which they run: test_07_github_actions_access (task 2),
…_images (task 3), …_strangers (task 4), …_twice (tasks 5 and 6).
"""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.workflows import events
from checker.workflows.expressions import expressions_in
from checker.workflows.grammar import ExpressionError, parse
from checker.workflows.judges import schema_faults
from checker.workflows.results import Fault

HINTS = read_hints(__file__)
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
def test_good_commit_reaches_production(pipeline, paper, images):
    """A good commit on main is tested, built, and reaches staging and production."""
    for file in paper.SHIPPED:
        outcome = pipeline.outcomes(events.push(files=(file,)))[0]
        expect(
            bool(outcome.started),
            tried=f"ran your workflow on paper: a push to main that changes {file} alone",
            seen=f"nothing runs: {outcome.runs[0].why}",
            expected="whatever the image is made of is tested, built and deployed when it changes",
            where=pipeline.main.at("on", "push"),
            next="Which files is the image made of, and which of them does this filter leave out?",
        )
    outcome = pipeline.outcomes(events.push())[0]
    missing = {
        "no test runs": images.tests(outcome),
        "no image is built": images.builds(outcome),
        "no image is pushed": images.pushes(outcome),
        "staging is not deployed": images.to(outcome, "staging"),
        "production is not deployed": images.to(outcome, "production"),
    }
    first = next((what for what, found in missing.items() if not found), "")
    reason, where, question = _reason(pipeline, outcome, first) if first else ("", "", "")
    expect(
        not first,
        tried="ran your workflow on paper: a push to main, and everything succeeds",
        seen=f"{first}: {reason}",
        expected="pytest, a build, a push, and `./deploy.sh ENVIRONMENT IMAGE` for staging and for production",
        where=where,
        next=question,
    )


def _reason(pipeline: Any, outcome: Any, first: str) -> tuple[str, str, str]:
    """Why something did not happen in a run without faults, where, and what to ask oneself."""
    idle = next((one for one in outcome.commands() if "pytest" in one[2].text), None)
    if first == "no test runs" and idle:
        _, step, command = idle
        where = pipeline.main.at(*step.step.place)
        return f"{command.text!r} runs none", where, "What does this line do on a day when a test is broken?"
    question = "Which job should do this, and what does its `if` ask for?"
    if not outcome.started:
        return outcome.runs[0].why, pipeline.main.at("on"), question
    for job in outcome.jobs():
        if job.result == "skipped" and job.job.condition and "workflow_dispatch" not in job.job.condition:
            return f"{job.name} was skipped, {job.why}", job.at("if"), question
    return "no job does it", pipeline.main.at("jobs"), question


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
    skipped = next(filter(None, (_untested(paper, images, one) for one in pipeline.outcomes(events.push()))), None)
    expect(
        skipped is None,
        tried="ran your workflow on paper, and the condition of the tests did not hold",
        seen=skipped.seen if skipped else "",
        expected=asked,
        where=skipped.where if skipped else "",
        next="What is the result of a job that was skipped, and what does the next job's condition make of it?",
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
    tests = images.tests(outcome)
    if not tests and not cancelled:
        return None
    for job, _, what in images.publishing(outcome):
        if cancelled:
            if job.name != cancelled:
                seen = f"{cancelled} was cancelled, and the job {job.name} ran all the same: {what}"
                return paper.Trouble(seen, job.at("if"))
        elif not failed:
            test_job, test_step = tests[0]
            place = test_job.workflow.at(*test_step.step.place)
            question = "What is the exit code of this whole line when pytest fails?"
            return paper.Trouble(f"pytest failed, and its step went on as if all were well; {what}", place, question)
        elif job.result != "failure":
            run = next(one for one in outcome.runs if job in one.jobs)
            when = "at the same time" if run.together(job, failed[0]) else "afterwards"
            seen = f"{failed[0].name} failed, and the job {job.name} ran all the same, {when}: {what}"
            return paper.Trouble(seen, _let_it_go_on(failed[0], job))
    return None


def _untested(paper: Any, images: Any, outcome: Any) -> Any:
    """What is published in a run whose tests were skipped, since a condition of theirs did not hold."""
    skipped = next((job for job in outcome.jobs() if job.result == "skipped" and job.job.condition), None)
    if images.tests(outcome) or skipped is None:
        return None
    for job, _, what in images.publishing(outcome):
        seen = f"{skipped.name} may be skipped, and the job {job.name} ran all the same: {what}"
        return paper.Trouble(seen, job.at("if" if job.job.condition else "needs"))
    return None


def _let_it_go_on(failed: Any, job: Any) -> str:
    """The line that let a job go on: the failed job's leave to fail, its own condition, or the needs that it lacks."""
    if failed.job.raw.get("continue-on-error"):
        return str(failed.at("continue-on-error"))
    return str(job.at("if" if job.job.condition and job.job.needs else "needs"))
