"""What a computed run tells: which jobs ran, which did not and why, what their steps did, with which rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from checker.workflows.events import Event
from checker.workflows.reading import Concurrency, Job, Step, Workflow
from checker.workflows.shell import Command

SUCCESS, FAILURE, SKIPPED, CANCELLED = "success", "failure", "skipped", "cancelled"


@dataclass(frozen=True)
class Fault:
    """What goes wrong: a command in any step, a step that is an action, a whole job, or a person cancels in a job."""

    command: Callable[[Command], bool] | None = None
    step: Callable[[Step], bool] | None = None
    job: str = ""
    cancelled_in: str = ""


class Origin(NamedTuple):
    """Who made a value: the job's name, the step, and the value as the step wrote it, with commands in ‹ ›."""

    job: str
    step: Step
    written: str


@dataclass(frozen=True)
class StepRun:
    """One step of a run. `given` are its inputs and `env` its variables, with every expression replaced."""

    step: Step
    result: str
    given: Mapping[str, Any] = field(hash=False, default_factory=dict)
    commands: tuple[Command, ...] = ()

    @property
    def ran(self) -> bool:
        return self.result in (SUCCESS, FAILURE)


@dataclass(frozen=True)
class JobRun:
    """One job of a run, or one of its matrix. `name` is unique, `after` all jobs that it had to wait for."""

    name: str
    job: Job
    workflow: Workflow
    result: str
    why: str = ""
    after: frozenset[str] = frozenset()
    steps: tuple[StepRun, ...] = ()
    # None: the file says nothing, so the repository's setting counts.
    permissions: Mapping[str, str] | None = field(hash=False, default=None)
    environment: str = ""
    group: str = ""
    cancels: bool = False
    outputs: Mapping[str, Any] = field(hash=False, default_factory=dict)

    @property
    def ran(self) -> bool:
        return self.result in (SUCCESS, FAILURE)

    def may(self, scope: str) -> str:
        """`read`, `write` or `none`; the default token may not ask for an identity, whatever the setting."""
        if self.permissions is None:
            return "none" if scope == "id-token" else "write"
        return self.permissions.get(scope, "none")

    def at(self, *path: str | int) -> str:
        return self.workflow.at(*self.job.place, *path)


@dataclass(frozen=True)
class Run:
    """A computed run. `unclear` lists what could not be computed and was taken for true or false."""

    event: Event
    started: bool
    why: str
    jobs: tuple[JobRun, ...] = ()
    unclear: tuple[str, ...] = ()
    # Where a value came from that a run alone knows.
    origins: Mapping[str, Origin] = field(hash=False, default_factory=dict)
    group: str = ""
    cancels: bool = False

    def ran(self) -> Iterator[JobRun]:
        return (job for job in self.jobs if job.ran)

    def steps(self) -> Iterator[tuple[JobRun, StepRun]]:
        """The steps that ran, in the order of the jobs."""
        return ((job, step) for job in self.ran() for step in job.steps if step.ran)

    def commands(self) -> Iterator[tuple[JobRun, StepRun, Command]]:
        return ((job, step, command) for job, step in self.steps() for command in step.commands)

    def together(self, first: JobRun, second: JobRun) -> bool:
        """Whether neither of two jobs waits for the other."""
        return first.name not in second.after and second.name not in first.after


def concurrency_of(found: Concurrency | None) -> tuple[Any, Any]:
    return (found.group, found.cancels) if found else ("", False)
