"""Computes which jobs of a workflow run after an event, in which order, with which rights, and what they do.

Computed, not executed: `act` executes. Approval, concurrency and the rights of forks, which `act` leaves out, are
part of it; how long a job takes, and what a command prints, is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.workflows import matrix
from checker.workflows.events import Event, contexts, starts
from checker.workflows.permissions import effective
from checker.workflows.reading import Job, Workflow
from checker.workflows.results import CANCELLED, FAILURE, SKIPPED, SUCCESS, Fault, JobRun, Origin, Run, concurrency_of
from checker.workflows.steps import Ground, result_of, run_steps
from checker.workflows.values import Open, to_text, truth

Called = Mapping[str, Workflow]
MAX_DEPTH = 4
NO_FAULT = Fault()


def run(
    workflow: Workflow, event: Event, *, fault: Fault = NO_FAULT, called: Called | None = None, assume: bool = True
) -> Run:
    """The run of a workflow after an event. `assume` is what an `if:` decides that cannot be computed."""
    begins, why = starts(workflow, event)
    if not begins:
        return Run(event, False, why)
    task = _Task(event, fault, called or {}, assume)
    known = contexts(event) | {"inputs": _inputs(workflow, event)}
    known["github"]["workflow"] = to_text(workflow.raw.get("name")) or f".github/workflows/{workflow.name}"
    scope = _Scope(workflow, known)
    task.run(scope)
    group, cancels = _concurrency(task, scope)
    return Run(event, True, "", tuple(task.done), tuple(dict.fromkeys(task.unclear)), task.origins, group, cancels)


def _inputs(workflow: Workflow, event: Event) -> dict[str, Any]:
    declared = workflow.on.get(event.name, {}).get("inputs") or {}
    defaults = {key: one.get("default", "") for key, one in declared.items() if isinstance(one, Mapping)}
    return {**defaults, **event.inputs}


def _concurrency(task: _Task, scope: _Scope) -> tuple[str, bool]:
    ground = task.ground(scope, "", {})
    group, cancels = concurrency_of(scope.workflow.concurrency)
    return to_text(ground.value(group, "concurrency")), _flag(ground, cancels)


def _flag(ground: Ground, value: Any) -> bool:
    found = ground.value(value, "cancel-in-progress")
    return found is True or (isinstance(found, str) and found.lower() == "true")


@dataclass(frozen=True)
class _Scope:
    """One workflow file of a run: the one that the event starts, or one that a job calls."""

    workflow: Workflow
    known: Mapping[str, Any]
    prefix: str = ""
    ceiling: Mapping[str, str] | None = None
    secrets: bool = True
    # Jobs of the caller that everything here waits for.
    after: frozenset[str] = frozenset()
    depth: int = 0


@dataclass
class _Task:
    """The work of computing one run, and what it has found so far."""

    event: Event
    fault: Fault
    called: Called
    assume: bool
    done: list[JobRun] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)
    cancelled: bool = False

    def run(self, scope: _Scope) -> dict[str, list[JobRun]]:
        """All jobs of one file, in an order in which each comes after those that it needs."""
        ready: dict[str, list[JobRun]] = {}
        waiting = list(scope.workflow.jobs)
        while waiting:
            able = [job for job in waiting if all(one in ready for one in job.needs)]
            if not able:
                # A circle, or a job that is not there: GitHub refuses such a file before anything runs.
                for job in waiting:
                    ready[job.id] = self._leave(scope, job, f"needs {_missing(job, ready)}, which never comes")
                break
            for job in able:
                ready[job.id] = self._job(scope, job, ready)
                waiting.remove(job)
        return ready

    def _leave(self, scope: _Scope, job: Job, why: str, after: frozenset[str] = frozenset()) -> list[JobRun]:
        runs = [JobRun(scope.prefix + job.id, job, scope.workflow, SKIPPED, why, after | scope.after)]
        self.done += runs
        return runs

    def _job(self, scope: _Scope, job: Job, ready: Mapping[str, list[JobRun]]) -> list[JobRun]:
        before = [one for need in job.needs for one in ready[need]]
        after = frozenset(name for one in before for name in (one.name, *one.after)) | scope.after
        ground = self.ground(scope, job.id, ready)
        results = [one.result for one in self.done if one.name in after and _is_of(scope, one)]
        if not ground.decides(job.condition, self._status(results), f"if of {job.id}"):
            return self._leave(scope, job, _why_not(job, before, self.cancelled), after)
        if job.uses:
            return self._call(scope, job, ground, after)
        combinations, unclear = matrix.combinations(job.raw.get("strategy"), ground.contexts)
        self.unclear += [unclear] if unclear else []
        return self._instances(scope, job, ready, after, combinations)

    def _status(self, results: list[str]) -> dict[str, Callable[..., Any]]:
        # A job that was skipped anywhere above counts too: success() asks the whole chain (actions/runner #2205).
        return {
            "success": lambda: not self.cancelled and all(one == SUCCESS for one in results),
            "failure": lambda: any(one == FAILURE for one in results),
            "cancelled": lambda: self.cancelled,
            "always": lambda: True,
        }

    def _instances(
        self, scope: _Scope, job: Job, ready: Mapping[str, list[JobRun]], after: frozenset[str],
        combinations: list[dict[str, Any]],
    ) -> list[JobRun]:  # fmt: skip
        """The combinations of a matrix: side by side, or one by one with max-parallel 1, until one fails."""
        strategy = job.raw.get("strategy")
        strategy = strategy if isinstance(strategy, Mapping) else {}
        one_by_one = strategy.get("max-parallel") == 1
        found: list[JobRun] = []
        for combination in combinations:
            earlier = frozenset(one.name for one in found) if one_by_one else frozenset()
            stopped = one_by_one and strategy.get("fail-fast", True) and any(not one.ran for one in found)
            failed = one_by_one and strategy.get("fail-fast", True) and any(one.result == FAILURE for one in found)
            name = scope.prefix + matrix.name_of(job.id, combination)
            if stopped or failed:
                made = JobRun(name, job, scope.workflow, CANCELLED, f"{found[-1].name} failed", after | earlier)
            else:
                ground = self.ground(scope, job.id, ready, combination)
                made = self._instance(scope, job, ground, name, after | earlier)
            found.append(made)
            self.done.append(made)
        return found

    def _instance(self, scope: _Scope, job: Job, ground: Ground, name: str, after: frozenset[str]) -> JobRun:
        ground.job = name
        ground.fails = self.fault.job == name
        ground.cancelled = self.fault.cancelled_in == name
        steps = run_steps(job.steps, ground)
        result = result_of(steps, ground)
        self.cancelled = self.cancelled or result == CANCELLED
        if result == FAILURE and truth(ground.value(job.raw.get("continue-on-error", False), "continue-on-error")):
            result = SUCCESS
        outputs = {str(key): ground.value(value, f"output {key}") for key, value in _outputs(job).items()}
        group, cancels = concurrency_of(job.concurrency)
        return JobRun(
            name, job, scope.workflow, result, "", after, steps, self._rights(scope, job),
            to_text(ground.value(job.environment, "environment")), to_text(ground.value(group, "concurrency")),
            _flag(ground, cancels), outputs if result == SUCCESS else {},
        )  # fmt: skip

    def _rights(self, scope: _Scope, job: Job) -> dict[str, str] | None:
        return effective(scope.workflow.raw, job.raw, trusted=self.event.trusted, ceiling=scope.ceiling)

    def _call(self, scope: _Scope, job: Job, ground: Ground, after: frozenset[str]) -> list[JobRun]:
        """A job that calls a workflow of the same repository; one of another stays unknown."""
        name = scope.prefix + job.id
        inner = self.called.get(job.calls)
        if inner is None or scope.depth >= MAX_DEPTH:
            self.unclear.append(f"{name} calls {job.uses!r}, which was not handed in")
            made = JobRun(name, job, scope.workflow, SUCCESS, "", after, (), self._rights(scope, job))
            self.done.append(made)
            return [made]
        given = job.raw.get("with")
        inputs = {key: ground.value(value, key) for key, value in (given if isinstance(given, Mapping) else {}).items()}
        known = {**scope.known, "inputs": inputs}
        secrets = scope.secrets and "secrets" in job.raw
        below = _Scope(inner, known, f"{name} / ", self._rights(scope, job), secrets, after, scope.depth + 1)
        ready = self.run(below)
        runs = [one for many in ready.values() for one in many]
        outputs = self._called_outputs(below, ready)
        result = next((kind for kind in (FAILURE, CANCELLED) if any(one.result == kind for one in runs)), SUCCESS)
        own = frozenset(one.name for one in runs)
        group, cancels = concurrency_of(job.concurrency)
        made = JobRun(
            name, job, scope.workflow, result, "", after | own, outputs=outputs,
            group=to_text(ground.value(group, "concurrency")), cancels=_flag(ground, cancels),
        )  # fmt: skip
        self.done.append(made)
        return [made]

    def _called_outputs(self, scope: _Scope, ready: Mapping[str, list[JobRun]]) -> dict[str, Any]:
        declared = scope.workflow.on.get("workflow_call", {}).get("outputs") or {}
        jobs = {job: {"outputs": _merged(runs), "result": _joint(runs)} for job, runs in ready.items()}
        ground = self.ground(scope, "", ready)
        ground.contexts["jobs"] = jobs
        return {
            str(key): ground.value(one.get("value"), f"output {key}")
            for key, one in declared.items()
            if isinstance(one, Mapping)
        }

    def ground(
        self,
        scope: _Scope,
        job_id: str,
        ready: Mapping[str, list[JobRun]],
        combination: Mapping[str, Any] | None = None,
    ) -> Ground:
        """What the expressions of a job see."""
        job = scope.workflow.job(job_id)
        needs = {
            name: {"result": _joint(ready[name]), "outputs": _merged(ready[name])}
            for name in (job.needs if job else ())
        }
        secrets = _secrets(self.event.trusted and scope.secrets)
        known = {**scope.known, "needs": needs, "matrix": dict(combination or {}), "secrets": secrets}
        known |= {"vars": Open("vars", {}), "runner": Open("runner", {"os": "Linux"}), "strategy": Open("strategy", {})}
        env: dict[str, str] = {}
        known |= {"job": Open("job", {}), "steps": {}, "env": env}
        github = scope.known["github"]
        known["github"] = Open("github", github | ({"job": job_id} if job_id else {}), github.may_have)
        ground = Ground(scope.prefix + job_id, known, env, self.fault, self.assume, self.unclear, self.origins)
        for raw in (scope.workflow.raw, job.raw if job else {}):
            ground.shell = _default(raw, "shell") or ground.shell
            ground.folder = _default(raw, "working-directory") or ground.folder
            given = raw.get("env")
            for key, value in (given if isinstance(given, Mapping) else {}).items():
                env[str(key)] = to_text(ground.value(value, f"env {key}"))
        return ground


def _default(raw: Mapping[str, Any], key: str) -> str:
    defaults = raw.get("defaults")
    run_ = defaults.get("run") if isinstance(defaults, Mapping) else None
    return str(run_.get(key) or "") if isinstance(run_, Mapping) else ""


class _Secrets(Open):
    """Secrets by name: there for those who are trusted, empty for a fork."""


def _secrets(trusted: bool) -> Mapping[str, Any]:
    token = {"GITHUB_TOKEN": "‹GITHUB_TOKEN›"}
    return _Secrets("secrets", token) if trusted else token


def _is_of(scope: _Scope, job: JobRun) -> bool:
    """Whether a job belongs to this very file: success() asks neither the caller's jobs nor those of a called one."""
    rest = job.name.removeprefix(scope.prefix)
    return job.name.startswith(scope.prefix) and " / " not in rest


def _outputs(job: Job) -> Mapping[str, Any]:
    outputs = job.raw.get("outputs")
    return outputs if isinstance(outputs, Mapping) else {}


def _merged(runs: list[JobRun]) -> dict[str, Any]:
    return {key: value for one in runs for key, value in one.outputs.items() if value not in (None, "")}


def _joint(runs: list[JobRun]) -> str:
    results = [one.result for one in runs]
    return next((kind for kind in (FAILURE, CANCELLED, SKIPPED) if kind in results), SUCCESS)


def _missing(job: Job, ready: Mapping[str, Any]) -> str:
    return ", ".join(one for one in job.needs if one not in ready)


def _why_not(job: Job, before: list[JobRun], cancelled: bool) -> str:
    lost = next((one for one in before if one.result != SUCCESS), None)
    if lost is not None:
        return f"it needs {lost.name}, which {'was ' if lost.result != FAILURE else ''}{_PAST[lost.result]}"
    if cancelled:
        return "the run was cancelled"
    return f"its `if` is false: {job.condition}" if job.condition else "a job above it did not succeed"


_PAST = {FAILURE: "failed", SKIPPED: "skipped", CANCELLED: "cancelled"}
