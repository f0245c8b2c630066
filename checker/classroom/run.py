"""Grades a class: collect, judge what is not judged yet, write the record. Killed at any moment, it goes on later."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from checker.classroom import regrade
from checker.classroom.assemble import Outcome, assemble
from checker.classroom.collecting import Collected, collect_class
from checker.classroom.jobs import Job, decided_by
from checker.classroom.processes import Event, run_jobs
from checker.classroom.record import FILE, ClassRun, Policy, read_class, result_path, write_class
from checker.classroom.regrade import Change
from checker.classroom.store import Store
from checker.classroom.times import deadline_of, read_received
from checker.course import Course
from checker.errors import CheckerError, Misuse
from checker.exercise import Exercise
from checker.result import Result

Executor = Callable[[Path, Sequence[Job], int], Iterable[Event]]


@dataclass(frozen=True)
class Options:
    """What `checker grade` was told."""

    given: Path
    out: Path
    only: tuple[str, ...] = ()
    profile: str = ""
    seed: int | None = None
    jobs: int = 0
    rule: str = "latest"
    deadline: str = ""
    received: Path | None = None
    regrade: bool = False


@dataclass
class Told:
    """What a run says while it goes on; the verb prints it, a test reads it."""

    say: Callable[[str], None] = lambda text: None
    begin: Callable[[int], None] = lambda count: None
    done: Callable[[str], None] = lambda what: None
    end: Callable[[], None] = lambda: None
    # After a regrade: who changed, and what was judged again, with what decides it that is new.
    regraded: Callable[[list[Change], dict[str, list[str]]], None] = lambda found, again: None


@dataclass
class Grading:
    """A class on its way: what is asked, what was collected, and how each job came out."""

    course: Course
    options: Options
    store: Store
    policy: Policy
    seed: int
    exercises: tuple[Exercise, ...]
    decided_by: dict[str, dict[str, str]]
    earlier: ClassRun | None
    collected: list[Collected] = field(default_factory=list)
    jobs: dict[tuple[str, str], Job] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    started: str = ""

    def run(self, ended: str = "") -> ClassRun:
        """The record as it stands now."""
        return assemble(self, ended)


def grade_class(course: Course, options: Options, told: Told | None = None, execute: Executor = run_jobs) -> ClassRun:
    """Grade what lies below `options.given`, and write the record to `options.out`.

    Raises Misuse for what the instructor must decide first, CheckerError when the disk does not take the results.
    """
    told = told or Told()
    if not options.given.exists():
        raise Misuse(f"There is no folder {str(options.given)!r}.", "checker grade work")
    store = Store(options.out)
    with store.locked():
        try:
            folder = regrade.begin(options.out)[0] if options.regrade else regrade.pending(options.out)
            grading = _prepared(course, options, store, again=folder is not None)
            _collect(grading, told)
            _judge(grading, told, execute)
            graded = grading.run(ended=_now())
            write_class(graded, options.out)
            if folder:
                _tell_regrade(grading, folder, graded, told)
        except OSError as error:
            raise CheckerError(_NO_ROOM.format(out=str(options.out), why=error.strerror or error), _GO_ON) from None
        return graded


def _tell_regrade(grading: Grading, folder: Path, graded: ClassRun, told: Told) -> None:
    before = read_class(folder)
    again = changes(before, grading.decided_by)
    told.regraded(regrade.finish(folder, grading.store, before, graded), again)


_NO_ROOM = "Results cannot be written to {out!r}: {why}. What was judged before is kept."
_GO_ON = "make room there, then run the same command again: it goes on where it stopped"


def _prepared(course: Course, options: Options, store: Store, *, again: bool) -> Grading:
    exercises = tuple(course.exercise(name) for name in options.only) if options.only else course.exercises
    course.tiers(options.profile or None)
    earlier = read_class(options.out) if (options.out / FILE).exists() else None
    seed = options.seed if options.seed is not None else earlier.seed if earlier else secrets.randbelow(2**31)
    rules = course.grading
    policy = Policy(
        rules.get("pass_mark", 0), rules.get("late_percent_per_day", 0), rules.get("late_days", 0),
        deadline_of(options.deadline).isoformat() if options.deadline else "",
    )  # fmt: skip
    decisive = {exercise.slug: decided_by(course, exercise) for exercise in exercises}
    grading = Grading(course, options, store, policy, seed, exercises, decisive, earlier, started=_now())
    _refuse_change(grading, again=again)
    return grading


def _refuse_change(grading: Grading, *, again: bool) -> None:
    """A grade that was given changes only when the instructor says so."""
    earlier, options = grading.earlier, grading.options
    if earlier is None:
        return
    profile = options.profile or grading.course.table.get("default_profile", "self")
    for what, old, new in (("seed", earlier.seed, grading.seed), ("profile", earlier.profile, profile)):
        if old != new:
            raise Misuse(
                f"The class in {str(options.out)!r} was graded with {what} {old!r}, not {new!r}.",
                f"--{what} {old}, or another folder with --out",
            )
    changed = changes(earlier, grading.decided_by)
    if changed and not again:
        said = ", ".join(f"{slug} ({', '.join(names)})" for slug, names in changed.items())
        raise Misuse(
            f"What decides results has changed since this class was graded: {said}.",
            "the same command with --regrade: it judges these again and prints what changed",
        )


def changes(earlier: ClassRun, now: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Exercise -> what decides its results and is not as it was: checks, checker, data, environment."""
    known = {one.slug: one.decided_by for one in earlier.exercises}
    found = {
        slug: sorted(name for name in decisive if known[slug].get(name) != decisive[name])
        for slug, decisive in now.items()
        if slug in known
    }
    return {slug: names for slug, names in found.items() if names}


def _collect(grading: Grading, told: Told) -> None:
    options = grading.options
    grading.collected, left = collect_class(options.given, grading.exercises, options.out)
    times = read_received(options.received)
    grading.collected = [
        replace(one, received=times.of(one.id, one.found.name, one.found.source, one.found.lms_id) or one.received)
        for one in grading.collected
    ]
    if left:
        more = f" and {len(left) - 5} more" if len(left) > 5 else ""
        told.say(f"left alone, no hand-ins: {', '.join(left[:5])}{more}")
    for one in grading.collected:
        if options.rule == "latest" and one.number != one.of:
            continue
        for slug, digest in one.hand_ins.items():
            folder = (one.folder / slug).resolve()
            job = Job(slug, folder, digest, options.profile, grading.seed, grading.decided_by[slug])
            grading.jobs[one.id, slug] = job


def _judge(grading: Grading, told: Told, execute: Executor) -> None:
    """Show what is kept, then judge the rest; each result is kept, then shown, before the next is waited for."""
    store, places, wanted = grading.store, _places(grading), _distinct(grading)
    unfinished = set(store.in_flight())
    for digest, job in list(wanted.items()):
        if kept := store.finished(job.key):
            _take(grading, digest, kept, places[digest])
            del wanted[digest]
    write_class(grading.run(), grading.options.out)
    if unfinished & {job.exercise for job in wanted.values()}:
        told.say("an earlier run ended before its end; what it judged is kept, the rest is judged now")
    told.begin(len(wanted))
    try:
        for event in execute(grading.course.root, list(wanted.values()), grading.options.jobs or os.cpu_count() or 1):
            _on(grading, event, places)
            if event.done:
                told.done(event.job.exercise)
    finally:
        told.end()
        # Disk full is said once, by who met it first.
        _try_to_write(grading)


def _try_to_write(grading: Grading) -> None:
    try:
        write_class(grading.run(), grading.options.out)
    except OSError:
        return


def _distinct(grading: Grading) -> dict[str, Job]:
    """Each job once, by exercise: a process keeps warm what the next job needs."""
    jobs = sorted(grading.jobs.items(), key=lambda item: (item[1].exercise, item[0][0]))
    found: dict[str, Job] = {}
    for _, job in jobs:
        found.setdefault(job.digest, job)
    return found


def _places(grading: Grading) -> dict[str, list[str]]:
    """Job -> where its result is shown, one place per submission that handed this in."""
    found: dict[str, list[str]] = {}
    for (submission, slug), job in grading.jobs.items():
        found.setdefault(job.digest, []).append(result_path(submission, slug))
    return found


def _on(grading: Grading, event: Event, places: dict[str, list[str]]) -> None:
    job = event.job
    if not event.done:
        grading.store.begin(job.key)
    elif event.result is None:
        grading.outcomes[job.digest] = Outcome("error", says=event.error)
    else:
        result = Result.from_dict(event.result)
        grading.store.finish(job.key, result)
        _take(grading, job.digest, result, places[job.digest])


def _take(grading: Grading, digest: str, result: Result, places: list[str]) -> None:
    for place in places:
        grading.store.show(result, place)
    grading.outcomes[digest] = Outcome.of(result)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
