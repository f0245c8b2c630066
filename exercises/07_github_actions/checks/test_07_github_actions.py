"""The checks of exercise 7: what the pipeline does with a bad commit, with its own rights, with strangers.

Guards and task 1. The others stand beside it, in the order in which they run: test_07_github_actions_access (task 2),
…_images (task 3), …_strangers (task 4), …_twice (tasks 5 and 6).
"""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints, sibling
from checker.workflows import events
from checker.workflows.graph import graph_faults
from checker.workflows.judges import schema_faults
from checker.workflows.results import Fault

HINTS = read_hints(__file__)
checkouts, rights, reasons = (sibling(__file__, name) for name in ("checkouts", "rights", "reasons"))


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
            next=fault.next if fault else "",
        )
        for one in graph_faults(workflow):
            expect(
                False,
                tried=tried,
                seen=one.message,
                expected="`needs` names jobs of the same file, in no circle; each ${{ }} reads names that are there",
                where=workflow.at(*one.path),
                next=one.next,
            )


@check(
    id="ships",
    task=1,
    after=("valid",),
    why="A pipeline that deploys nothing is safe, and of no use.",
)
def test_good_commit_reaches_production(pipeline, paper, images):
    """A good commit on main is tested, built, and reaches staging and production."""
    plain = pipeline.outcomes(events.push())[0]
    expect(
        bool(plain.started),
        tried="ran your workflow on paper: a push to main",
        seen=f"nothing runs: {plain.runs[0].why}",
        expected="a push to main is tested, built and deployed",
        where=pipeline.main.at("on", "push"),
        next="Which pushes does this part of `on` let in, and which does it keep out?",
    )
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
    first = reasons.missing(images, plain)
    trouble = reasons.why_missing(paper, images, pipeline, plain, first=first) if first else None
    trouble = trouble or checkouts.without_code(paper, images, plain) or rights.no_registry(paper, images, plain)
    expect(
        trouble is None,
        tried="ran your workflow on paper: a push to main, and everything succeeds",
        seen=trouble.seen if trouble else "",
        expected="all tests, a build, a push, and `./deploy.sh ENVIRONMENT IMAGE` for staging and for production",
        where=trouble.where if trouble else "",
        next=trouble.next if trouble else "",
    )


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
        pipeline.outcomes(events.push(), images.red()),
        lambda outcome: _went_on(paper, images, outcome),
        tried="ran your workflow on paper with a failing test",
        expected=asked,
        next="Jobs start together unless one says what it waits for. What ends a step, and what lets a job go on?",
    )
    plain = pipeline.outcomes(events.push())
    skipped = next(filter(None, (_untested(paper, images, one) for one in plain)), None)
    expect(
        skipped is None,
        tried="ran your workflow on paper, and the condition of the tests did not hold",
        seen=skipped.seen if skipped else "",
        expected=asked,
        where=skipped.where if skipped else "",
        next="What does the next job make of tests that were skipped: do they count as failed?",
    )
    testing = next(iter(images.tests(plain[0])))[0]
    paper.refuse(
        pipeline.outcomes(events.push(), Fault(cancelled_in=testing.name)),
        lambda outcome: _went_on(paper, images, outcome, cancelled=testing.name),
        tried="ran your workflow on paper, and cancelled it during the tests",
        expected=asked,
        next="Which conditions hold for a cancelled run too?",
    )
    paper.refuse(
        plain,
        lambda outcome: checkouts.other_code(paper, outcome, events.push()),
        tried="looked which code each job of a push to main checks out",
        expected=asked,
        next="Which commit does a checkout take when nothing is said?",
    )


def _went_on(paper: Any, images: Any, outcome: Any, cancelled: str = "") -> Any:
    failed = [(job, step) for job in outcome.jobs() for step in job.steps if step.result == "failure"]
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
            return _in_spite_of(paper, outcome, (job, what), *failed[0])
    return None


def _in_spite_of(paper: Any, outcome: Any, done: Any, failed: Any, step: Any) -> Any:
    """A job that published although a step failed, and the line that let it."""
    job, what = done
    if step.step.goes_on:
        seen = f"the tests failed, continue-on-error on their step passed over it, and {job.name} ran: {what}"
        place = failed.workflow.at(*step.step.place, "continue-on-error")
        return paper.Trouble(seen, place, "What does this line make of a step that failed?")
    run = next(one for one in outcome.runs if job in one.jobs)
    when = "at the same time" if run.together(job, failed) else "afterwards"
    seen = f"{failed.name} failed, and the job {job.name} ran all the same, {when}: {what}"
    return paper.Trouble(seen, _let_it_go_on(failed, job))


def _untested(paper: Any, images: Any, outcome: Any) -> Any:
    """What is published in a run whose tests were skipped, since a condition of theirs did not hold."""
    if images.tests(outcome):
        return None
    for job, _, what in images.publishing(outcome):
        for skipped, step in images.skipped(outcome, images.TESTED):
            if step:
                seen = f"the step of the tests may be skipped, and the job {job.name} ran all the same: {what}"
                return paper.Trouble(seen, skipped.workflow.at(*step.place, "if"))
            seen = f"{skipped.name} may be skipped, and the job {job.name} ran all the same: {what}"
            return paper.Trouble(seen, job.at("if" if job.job.condition else "needs"))
    return None


def _let_it_go_on(failed: Any, job: Any) -> str:
    """The line that let a job go on: the failed job's leave to fail, its own condition, or the needs that it lacks."""
    if failed.job.raw.get("continue-on-error"):
        return str(failed.at("continue-on-error"))
    waits = failed.name in job.after
    return str(job.at("if" if job.job.condition and waits else "needs"))
