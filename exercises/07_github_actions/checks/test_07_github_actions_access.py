"""Task 2: what each job's token may do, and how the jobs log in."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.workflows import events

HINTS = read_hints(__file__)


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
            expected="scopes that stand in the file by name; write access only in jobs with a step that needs it",
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
        may = str(declared).removesuffix("-all")
        seen = f"the token of {job.name} has {declared}: it may {may} in every scope there is"
        return paper.Trouble(seen, where, "Which scopes do the steps of this job use?")
    checkout = next((step for step in job.steps if step.step.action == "actions/checkout"), None)
    if checkout and job.may("contents") == "none":
        seen = f"{job.name} checks the code out, and its token may not read it: the scope contents is none"
        return paper.Trouble(seen, where)
    unused = rights.unused_says(job)
    return paper.Trouble(unused[0], where, unused[1]) if unused else None


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
