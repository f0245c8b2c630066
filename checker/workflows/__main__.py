"""`python -m checker.workflows deploy.yml fork --fail test`: prints which jobs run after an event, and why not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from checker.errors import NotYet
from checker.workflows import events
from checker.workflows.events import Event
from checker.workflows.graph import graph_faults
from checker.workflows.judges import schema_faults
from checker.workflows.reading import Workflow, read
from checker.workflows.results import CANCELLED, FAILURE, SKIPPED, SUCCESS, Fault, JobRun, Run
from checker.workflows.runner import run

SCENARIOS: dict[str, tuple[str, Callable[[dict[str, str]], Event]]] = {
    "push": ("a push to main", lambda _: events.push()),
    "branch": ("a push to the branch patch-1", lambda _: events.push("patch-1")),
    "tag": ("a push of the tag v1.4.0", lambda _: events.tag()),
    "pull-request": ("a pull request from a branch of the repository", lambda _: events.pull_request()),
    "fork": ("a pull request from a fork", lambda _: events.pull_request(fork=True)),
    "target": ("a fork's pull request, by pull_request_target", lambda _: events.pull_request(fork=True, target=True)),
    "dispatch": ("somebody presses Run workflow", events.dispatch),
}  # fmt: skip
WORDS = {SUCCESS: "runs", FAILURE: "FAILS", SKIPPED: "is skipped", CANCELLED: "is cancelled"}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0: the run succeeds or does not start; 1: a job fails; 2: the call is wrong; 3: the file cannot be read."""
    given = _arguments(argv)
    try:
        workflow, called = _read(given.file)
    except NotYet as fault:
        print(f"error: {Path(given.file).name}, {fault.finding.seen}.\ntry: open the line in an editor")
        return 3
    except OSError:
        print(f"error: There is no file {given.file!r} here.\ntry: ls *.yml")
        return 3
    known = [job.id for job in workflow.jobs]
    for name in (given.fail, given.cancel):
        if name and name.partition(" ")[0] not in known:
            print(f"error: There is no job {name!r}. There are: {', '.join(known) or 'none'}.")
            print(f"try: python -m checker.workflows {given.file}")
            return 2
    says, make = SCENARIOS[given.event]
    event = make(dict(pair.partition("=")[::2] for pair in given.input))
    result = run(workflow, event, fault=Fault(job=given.fail, cancelled_in=given.cancel), called=called)
    print(f"Computed from {Path(given.file).name}, not executed: {says}{_trouble(given)}.")
    print("\n".join(_lines(workflow, result, commands=given.commands)))
    return 1 if any(job.result == FAILURE for job in result.jobs) else 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m checker.workflows", description=__doc__)
    parser.add_argument("file", help="the workflow; files beside it that it calls are read too")
    parser.add_argument("event", nargs="?", default="push", choices=SCENARIOS, help="what happens (default: push)")
    parser.add_argument("--fail", default="", metavar="JOB", help="this job fails")
    parser.add_argument("--cancel", default="", metavar="JOB", help="somebody cancels the run during this job")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE", help="an input of dispatch")
    parser.add_argument("--commands", action="store_true", help="show the commands too, with their values filled in")
    return parser.parse_args(argv)


def _read(file: str) -> tuple[Workflow, dict[str, Workflow]]:
    path = Path(file)
    workflow = _kept(path)
    beside = {job.calls for job in workflow.jobs if job.calls}
    return workflow, {name: _kept(path.with_name(name)) for name in beside if path.with_name(name).is_file()}


def _kept(path: Path) -> Workflow:
    text = path.read_text(encoding="utf-8")
    workflow = read(path.name, text)
    broken = schema_faults(path.name, text)
    for fault in broken:
        print(f"warning: {workflow.at(*fault.path)}: {fault.message}. GitHub refuses such a file, and nothing runs.")
    for fault in [] if broken else graph_faults(workflow):
        print(f"warning: {workflow.at(*fault.path)}: {fault.message}.")
    return workflow


def _trouble(given: argparse.Namespace) -> str:
    fails = f", and job {given.fail} fails" if given.fail else ""
    return fails + (f", and the run is cancelled during {given.cancel}" if given.cancel else "")


def _lines(workflow: Workflow, result: Run, *, commands: bool) -> list[str]:
    if not result.started:
        return [f"  Nothing runs: {result.why}."]
    order = [job.id for job in workflow.jobs]
    jobs = sorted(result.jobs, key=lambda job: order.index(job.name.split(" ")[0]))
    width = max((len(job.name) for job in jobs), default=0)
    lines = []
    for job in jobs:
        lines.append(f"  {job.name:<{width}}  {WORDS[job.result]:<12}  {_note(job)}".rstrip())
        if commands:
            lines += [
                f"  {'':<{width}}    $ {command.text}" for step in job.steps if step.ran for command in step.commands
            ]
    if result.group:
        lines.append(f"  concurrency group {result.group!r}{', which cancels a running one' if result.cancels else ''}")
    return lines + [f"  not computed, taken as true: {one}" for one in result.unclear]


def _note(job: JobRun) -> str:
    if not job.ran:
        return job.why
    notes = [f"after {', '.join(job.job.needs)}" if job.job.needs else "at once"]
    if job.environment:
        notes.append(f"when environment {job.environment} lets it")
    return "; ".join([*notes, _rights(job)])


def _rights(job: JobRun) -> str:
    if job.permissions is None:
        return "token: what the repository's settings allow"
    writes = [scope for scope, access in job.permissions.items() if access == "write"]
    if len(writes) > 5:
        return "token: may write everything"
    listed = [f"{scope} {access}" for scope, access in job.permissions.items() if access != "none"]
    return f"token: {', '.join(listed) or 'may do nothing'}"


if __name__ == "__main__":
    sys.exit(main())
