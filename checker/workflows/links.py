"""Follows `needs.…`, `steps.…` and `inputs.…` to where a value is made, and names the link that is not there.

GitHub refuses no file for such a link: it reads an empty value, and the fault shows somewhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.workflows.expressions import expressions_in, paths_in
from checker.workflows.faults import Fault
from checker.workflows.reading import Job, Step, Workflow

Path = tuple[str | int, ...]
ASK_NEEDS = "Of which jobs may a job read the results, and where does it name them?"
ASK_STEP = "Where does a step get the name by which others read its outputs?"
ASK_OUTPUT = "By which two lines does a value leave its step, and then its job?"
ASK_INPUT = "Under which name is the input declared?"


def of_condition(workflow: Workflow, job: Job) -> Fault | None:
    """The missing link in the `if` of a job."""
    texts = expressions_in(job.condition) if "${{" in job.condition else [job.condition]
    return _broken(workflow, job, [((*job.place, "if"), text) for text in texts])


def of_step(workflow: Workflow, job: Job, step: Step) -> Fault | None:
    """The missing link in what a step is given: its own values, and the variables of its job."""
    above = job.raw.get("env")
    given: dict[Path, Any] = {
        **{(*step.place, "with", key): value for key, value in step.given.items()},
        **{(*step.place, "env", key): value for key, value in step.env.items()},
        **{(*job.place, "env", key): value for key, value in (above if isinstance(above, Mapping) else {}).items()},
        (*step.place, "run"): step.run,
    }
    return _broken(workflow, job, [(path, text) for path, value in given.items() for text in expressions_in(value)])


def _broken(workflow: Workflow, job: Job, texts: Iterable[tuple[Path, str]]) -> Fault | None:
    for path, text in texts:
        for dotted in paths_in(text):
            head, *rest = dotted.split(".")
            if rest and head in ("needs", "steps", "inputs"):
                fault = {"needs": _needs, "steps": _steps, "inputs": _inputs}[head](workflow, job, path, rest)
                if fault:
                    return fault
    return None


def _needs(workflow: Workflow, job: Job, path: Path, rest: list[str]) -> Fault | None:
    name, *more = rest
    if name not in map(str.lower, job.needs):
        return Fault(path, f"`needs.{name}` is empty, since {job.id} does not name {name} in its needs", ASK_NEEDS)
    maker = next(one for one in workflow.jobs if one.id.lower() == name)
    if more and more[0] not in ("outputs", "result"):
        return Fault(path, f"`needs.{name}.{more[0]}` is empty; a job has outputs and a result", ASK_OUTPUT)
    if len(more) < 2 or more[0] == "result" or maker.uses:
        return None
    declared = maker.raw.get("outputs")
    outputs = {str(key).lower(): value for key, value in (declared if isinstance(declared, Mapping) else {}).items()}
    if more[1] not in outputs:
        seen = f"the job {maker.id} passes on no output {more[1]!r}"
        return Fault((*maker.place, "outputs"), seen, ASK_OUTPUT)
    inner: Any = outputs[more[1]]
    return _broken(workflow, maker, [((*maker.place, "outputs", more[1]), text) for text in expressions_in(inner)])


def _steps(workflow: Workflow, job: Job, path: Path, rest: list[str]) -> Fault | None:
    name, *more = rest
    step = next((one for one in job.steps if one.id.lower() == name), None)
    elsewhere = next((one.id for one in workflow.jobs for its in one.steps if its.id.lower() == name), "")
    if step is None and elsewhere:
        seen = f"the id `{name}` is that of a step of {elsewhere}, and {job.id} reads its own steps only"
        return Fault(path, seen, ASK_OUTPUT)
    if step is None:
        known = ", ".join(f"`{one.id}`" for one in job.steps if one.id) or "none"
        return Fault(path, f"no step of {job.id} has the id `{name}`; there is {known}", ASK_STEP)
    if more and more[0] not in ("outputs", "outcome", "conclusion"):
        return Fault(path, f"`steps.{name}.{more[0]}` is empty; a step has outputs", ASK_OUTPUT)
    if len(more) > 1 and more[0] == "outputs" and step.run and more[1] not in step.run.lower():
        return Fault((*step.place, "run"), f"the step `{step.id}` writes no output {more[1]!r}", ASK_OUTPUT)
    return None


def _inputs(workflow: Workflow, job: Job, path: Path, rest: list[str]) -> Fault | None:
    names: set[str] = set()
    for event in ("workflow_dispatch", "workflow_call"):
        declared = workflow.on.get(event, {}).get("inputs")
        names |= {str(name).lower() for name in (declared if isinstance(declared, Mapping) else {})}
    if rest[0] in names:
        return None
    known = ", ".join(f"`{name}`" for name in sorted(names)) or "none"
    return Fault(path, f"there is no input `{rest[0]}`; there is {known}", ASK_INPUT)
