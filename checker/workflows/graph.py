"""What GitHub refuses in a file that keeps the schema: needs without a job, circles, inputs of no type, names."""

from __future__ import annotations

from collections.abc import Mapping

from checker.workflows.faults import Fault
from checker.workflows.names import name_faults
from checker.workflows.reading import Workflow

INPUT_TYPES = ("string", "boolean", "number", "choice", "environment")
ASK_JOB = "Which jobs are there, and how is each one's name written?"


def graph_faults(workflow: Workflow) -> list[Fault]:
    """Every fault that can be told from the file alone, the graph of the jobs first."""
    missing = _missing(workflow)
    return [*missing, *([] if missing else _circle(workflow)), *_inputs(workflow), *name_faults(workflow)]


def _missing(workflow: Workflow) -> list[Fault]:
    return [
        Fault((*job.place, "needs"), f"job {job.id} needs {need!r}, which is no job of this file", ASK_JOB)
        for job in workflow.jobs
        for need in job.needs
        if workflow.job(need) is None
    ]


def _circle(workflow: Workflow) -> list[Fault]:
    reached: set[str] = set()
    for _ in workflow.jobs:
        reached |= {job.id for job in workflow.jobs if set(job.needs) <= reached}
    waiting = [job for job in workflow.jobs if job.id not in reached]
    if not waiting:
        return []
    seen = f"these jobs wait for each other: {', '.join(job.id for job in waiting)}"
    return [Fault((*waiting[0].place, "needs"), seen, "Which of them can begin before the others have ended?")]


def _inputs(workflow: Workflow) -> list[Fault]:
    declared = workflow.on.get("workflow_dispatch", {}).get("inputs")
    return [
        Fault(
            ("on", "workflow_dispatch", "inputs", str(name), "type"),
            f"there is no type {one['type']!r} of inputs",
            f"Which of these is it: {', '.join(INPUT_TYPES)}?",
        )
        for name, one in (declared if isinstance(declared, Mapping) else {}).items()
        if isinstance(one, Mapping) and one.get("type", "string") not in INPUT_TYPES
    ]
