"""`checker grade`: judge one trainee's folder, or a whole class of folders, zips and downloads, for the record."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from checker.collect import collect
from checker.course import Course, find_course, use_extra_checks
from checker.errors import Misuse
from checker.exercise import Exercise
from checker.grade import Grader
from checker.journal import Journal
from checker.report import as_text
from checker.result import Result
from checker.sandbox import required

if TYPE_CHECKING:
    from checker.classroom.run import Executor


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path,
        help="a folder of submissions: a folder, a zip or an LMS's download each; or one trainee's folder or zip",
    )  # fmt: skip
    parser.add_argument("--exercise", action="append", help="only this exercise (may be repeated)")
    parser.add_argument("--out", type=Path, help="where results and the journal are kept (default: build/grades/NAME)")
    parser.add_argument("--profile", help="count the tiers of this profile of the course")
    parser.add_argument(
        "--seed", type=int, default=None, help="the same inputs for every run; default: fresh ones, recorded"
    )
    parser.add_argument(
        "--extra-checks", type=Path, metavar="FOLDER", help="hidden checks of your own: FOLDER/NN_slug/test_*.py"
    )
    parser.add_argument("--json", action="store_true", help="the results as JSON")
    parser.add_argument(
        "--allow-weak-isolation", action="store_true",
        help="judge work of others where this machine cannot shut it off in namespaces",
    )  # fmt: skip
    group = parser.add_argument_group("a class")
    group.add_argument("--jobs", type=int, default=0, metavar="N", help="judge so many at a time (default: all cores)")
    group.add_argument(
        "--attempt", choices=("latest", "best"), default="latest", help="which of a trainee's attempts counts"
    )
    group.add_argument(
        "--deadline", default="", metavar="TIME", help="2026-11-27T18:00; the course's late rule applies"
    )
    group.add_argument("--received", type=Path, metavar="CSV", help="when hand-ins came: columns submission, received")
    group.add_argument(
        "--format", default="csv", metavar="LIST", help="files to write, with commas: csv, json, junit, gradescope, "
        "moodle, canvas, html (default: csv)",
    )  # fmt: skip
    group.add_argument(
        "--executor", choices=("local", "dask"), default="local",
        help="judge on this machine, or on the workers of a Dask cluster (needs --scheduler)",
    )  # fmt: skip
    group.add_argument("--scheduler", default="", metavar="ADDRESS", help="the cluster's: tcp://HOST:8786")
    group.add_argument(
        "--regrade", action="store_true",
        help="judge again what a changed check decides, keep the old results, print the difference",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    use_extra_checks(arguments.extra_checks)
    course = find_course()
    wanted = [course.exercise(name) for name in arguments.exercise] if arguments.exercise else list(course.exercises)
    one = arguments.folder.is_dir() and _is_one(arguments.folder, wanted)
    _refuse_mix(arguments, one=one)
    out = arguments.out or course.root / "build" / "grades" / _name(arguments.folder)
    if arguments.executor == "dask":
        # Each worker asks for the level of its own machine; nothing of a class runs on this one.
        return _class(course, arguments, wanted, out)
    level = required(own_work=_is_own(course, arguments.folder), allow_weak=arguments.allow_weak_isolation)
    if one:
        return _one(Grader(course, isolation=level), arguments, wanted, out)
    return _class(course, arguments, wanted, out)


def _refuse_mix(arguments: argparse.Namespace, *, one: bool) -> None:
    """Raises Misuse for options that do not go together."""
    dask, scheduler = arguments.executor == "dask", arguments.scheduler
    if dask != bool(scheduler):
        given, missing = ("--executor dask", "--scheduler ADDRESS") if dask else ("--scheduler", "--executor dask")
        raise Misuse(f"{given} needs {missing} beside it.", "--executor dask --scheduler tcp://HOST:8786")
    if dask and arguments.jobs:
        raise Misuse(
            "--jobs counts processes of this machine; a cluster judges as many at a time as its workers have threads.",
            "dask worker ADDRESS --nworkers N --nthreads 1",
        )
    if dask and one:
        raise Misuse(
            f"--executor dask is for a class, and {str(arguments.folder)!r} is one trainee's folder.",
            "the same command without --executor, or a folder of such folders",
        )


def _name(folder: Path) -> str:
    return folder.resolve().name.removesuffix(".zip")


def _is_one(folder: Path, wanted: list[Exercise]) -> bool:
    return bool(hand_ins(folder, wanted) or hand_ins(folder / "work", wanted))


# -- one trainee ----------------------------------------------------------------------------------------------------
def _is_own(course: Course, folder: Path) -> bool:
    """Whether it lies in this clone's own work folder."""
    work = course.work.resolve()
    return work in (folder.resolve(), *folder.resolve().parents)


def _one(made: Grader, arguments: argparse.Namespace, wanted: list[Exercise], out: Path) -> int:
    found = hand_ins(arguments.folder, wanted) or hand_ins(arguments.folder / "work", wanted)
    journal = Journal(out)
    results = []
    with made as grader, journal.locked():
        for slug in journal.in_flight():
            print(f"{slug}: an earlier run ended before its result; not graded then, judged again now", file=sys.stderr)
        for number, (exercise, folder) in enumerate(found, start=1):
            results.append(_graded(grader, journal, exercise, folder, arguments))
            print(f"[{number} of {len(found)}] {exercise.slug}", file=sys.stderr, flush=True)
    _print(results, arguments)
    print(f"results: {out}", file=sys.stderr)
    return max(result.exit_code for result in results)


def hand_ins(folder: Path, wanted: list[Exercise]) -> list[tuple[Exercise, Path]]:
    """The exercises that a trainee's folder holds; itself, when it is one."""
    own = [(exercise, folder) for exercise in wanted if exercise.slug == folder.resolve().name]
    return own or [(exercise, folder / exercise.slug) for exercise in wanted if (folder / exercise.slug).is_dir()]


def _graded(
    grader: Grader, journal: Journal, exercise: Exercise, folder: Path, arguments: argparse.Namespace
) -> Result:
    key = {
        "exercise": exercise.slug, "submission": collect(exercise, folder).digest, "checks": exercise.checks_digest(),
        "profile": arguments.profile or "", "seed": arguments.seed,
    }  # fmt: skip
    kept = journal.finished(key)
    if kept:
        return kept
    journal.begin(key)
    result = grader.grade(exercise, folder, seed=arguments.seed, profile=arguments.profile)
    journal.finish(key, result)
    return result


def _print(results: list[Result], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps([result.to_dict() for result in results], indent=1))
        return
    for result in results:
        print(as_text(result, color=sys.stdout.isatty()), end="\n\n")
    print(f"total: {sum(r.score for r in results)} of {sum(r.max for r in results)} points")


# -- a class --------------------------------------------------------------------------------------------------------
def _class(course: Course, arguments: argparse.Namespace, wanted: list[Exercise], out: Path) -> int:
    # Only here: one trainee's folder needs none of it.
    from checker.classroom.exports import export, formats_of
    from checker.classroom.exports_to_lms import left_out
    from checker.classroom.progress import Progress
    from checker.classroom.regrade import as_text as changed_text
    from checker.classroom.run import Options, Told, grade_class
    from checker.classroom.table import as_table, exit_code

    formats = formats_of(arguments.format)
    options = Options(
        arguments.folder, out, tuple(one.slug for one in wanted) if arguments.exercise else (),
        arguments.profile or "", arguments.seed, arguments.jobs, arguments.attempt, arguments.deadline,
        arguments.received, arguments.regrade,
    )  # fmt: skip
    bar = Progress(0, sys.stderr)
    told = Told(
        lambda text: print(text, file=sys.stderr), bar.begin, bar.done, bar.close,
        lambda found, again: print(changed_text(found, again), end="\n\n", file=sys.stderr if arguments.json else None),
    )  # fmt: skip
    before = signal.signal(signal.SIGTERM, _interrupted)
    try:
        with _executor(arguments) as execute:
            graded = grade_class(course, options, told, execute)
    except KeyboardInterrupt:
        print("stopped: what was judged is kept; the same command goes on from here", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
    print(json.dumps(graded.to_dict(), indent=1) if arguments.json else as_table(graded))
    for path in export(graded, out, formats):
        print(f"written: {path}", file=sys.stderr)
    for text in left_out(graded, formats):
        print(text, file=sys.stderr)
    print(f"results: {out}\nnext: checker report {out}", file=sys.stderr)
    return exit_code(graded.counted)


@contextlib.contextmanager
def _executor(arguments: argparse.Namespace) -> Iterator[Executor]:
    """Who judges. A cluster is asked first of all, so that a wrong address is known before anything is collected."""
    if arguments.executor == "local":
        from checker.classroom.processes import run_jobs

        yield run_jobs
    else:
        from checker.classroom.cluster import Cluster

        say = partial(print, file=sys.stderr)
        with Cluster(arguments.scheduler, allow_weak=arguments.allow_weak_isolation, say=say) as cluster:
            yield cluster.run_jobs


def _interrupted(signum: int, frame: FrameType | None) -> None:
    """A polite end is Ctrl-C's: the record is written, and says what is not graded."""
    raise KeyboardInterrupt
