"""The handed-in workflows as one pipeline: what runs after an event, whichever way a value falls that is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from checker import expect
from checker.workflows.events import Event
from checker.workflows.reading import Job, Workflow, read
from checker.workflows.results import Fault, JobRun, Origin, Run, StepRun
from checker.workflows.runner import NO_FAULT, run
from checker.workflows.shell import Command

FILE = "deploy.yml"
# What the brief says that the image is made of, and what else a pull request may change.
SHIPPED = ("src/movie_service/app.py", "requirements.txt", "Dockerfile")
TESTED = (*SHIPPED, "tests/test_app.py")


@dataclass(frozen=True)
class Trouble:
    """Something wrong in a run: what was seen, on which line, and a question of its own where there is one."""

    seen: str
    where: str
    next: str = ""


@dataclass(frozen=True)
class Outcome:
    """All that one event starts, over all files."""

    runs: tuple[Run, ...]

    @property
    def started(self) -> list[Run]:
        return [one for one in self.runs if one.started]

    def jobs(self) -> Iterator[JobRun]:
        return (job for one in self.runs for job in one.jobs)

    def steps(self) -> Iterator[tuple[JobRun, StepRun]]:
        """The steps that ran; in a job that was cancelled, those that came before."""
        return ((job, step) for job in self.jobs() if job.result != "skipped" for step in job.steps if step.ran)

    def commands(self) -> Iterator[tuple[JobRun, StepRun, Command]]:
        return ((job, step, command) for job, step in self.steps() for command in step.commands)

    def origin(self, value: str) -> Origin | None:
        """Who made a value which a run alone knows."""
        known = {key: made for one in self.runs for key, made in one.origins.items()}
        return next((made for key, made in known.items() if key in value), None)

    def group_of(self, job: JobRun) -> tuple[str, bool]:
        """The concurrency group over a job: its own, its caller's, or the run's; and whether it cancels."""
        whole = next(one for one in self.runs if job in one.jobs)
        callers = [one for one in whole.jobs if job.name.startswith(f"{one.name} / ")]
        for holder in (job, *callers):
            if holder.group:
                return holder.group, holder.cancels
        return whole.group, whole.cancels


@dataclass(frozen=True)
class Pipeline:
    """All handed-in workflow files by name."""

    files: dict[str, Workflow]

    @property
    def main(self) -> Workflow:
        return self.files[FILE]

    def outcomes(self, event: Event, fault: Fault = NO_FAULT) -> list[Outcome]:
        """What the event does; twice where an `if:` cannot be computed: taken as true, and as false."""
        first = self._outcome(event, fault, assume=True)
        if not any(one.unclear for one in first.runs):
            return [first]
        return [first, self._outcome(event, fault, assume=False)]

    def _outcome(self, event: Event, fault: Fault, *, assume: bool) -> Outcome:
        return Outcome(
            tuple(run(one, event, fault=fault, called=self.files, assume=assume) for one in self.files.values())
        )

    def jobs(self) -> Iterator[tuple[Workflow, Job]]:
        return ((one, job) for one in self.files.values() for job in one.jobs)


def read_all(submission: Any) -> Pipeline:
    """Read deploy.yml first, then every other workflow of the hand-in."""
    others = [name for name in submission.files("*.yml", "*.yaml") if name != FILE]
    return Pipeline({name: read(name, submission.text(name)) for name in [FILE, *others]})


def refuse(
    outcomes: list[Outcome], find: Callable[[Outcome], Trouble | None], *, tried: str, expected: str, next: str
) -> None:
    """End the check when the trouble is there in every outcome: what cannot be computed costs no point."""
    found = [find(one) for one in outcomes]
    trouble = found[0] if all(found) else None
    expect(
        trouble is None,
        tried=tried,
        seen=short(trouble.seen) if trouble else "",
        expected=expected,
        where=trouble.where if trouble else "",
        next=(trouble.next if trouble else "") or next,
    )


def short(text: str) -> str:
    """A text without the tail of digests and commits, which nobody compares by eye."""
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{8,}\b", r"\1…", text)
