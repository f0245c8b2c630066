"""`checker selftest`: proves the exercises of a course. Solutions earn all, starters nothing; more on request.

`--law` asks every rule that needs no grading and grades all variants and sabotage; what needs Lab (running the
notebook) is left to exercises/test_law.py. `--mutants` counts all mutants and writes the lock that `make test`
compares with.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.course import Course, find_course
from checker.errors import CheckerError
from checker.grade import Grader
from checker.law import brief, load, matrix, sabotage, start, verdicts, words
from checker.law.bench import SECOND_SEED, Bench
from checker.law.case import Case, read_case
from checker.law.catching import Catch, catch_all, mutants_are_caught
from checker.law.files import slugs_beside
from checker.law.lock import digest, write_lock
from checker.law.rules import RULES


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exercise", nargs="*", help="number or name; default: all")
    parser.add_argument("--law", action="store_true", help="ask the whole law: variants, sabotage, words, files")
    parser.add_argument("--mutants", action="store_true", help="count all mutants and write the lock")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="checker selftest", description=(__doc__ or "").partition("\n")[0])
    arguments(parser)
    return run(parser.parse_args(argv))


def run(given: argparse.Namespace) -> int:
    """Print one line per exercise and a sentence per fault. 0: all is well, 1: a fault, 3: could not be read."""
    course = find_course()
    chosen = [course.exercise(name) for name in given.exercise] or list(course.exercises)
    counted: dict[str, tuple[str, Catch]] = {}
    worst = 0
    with Grader(course) as grader, tempfile.TemporaryDirectory(prefix="law-") as shared:
        bench = Bench(grader, Path(shared))
        for exercise in chosen:
            started = time.monotonic()
            try:
                case = read_case(exercise)
                said = list(_faults(case, bench, law=given.law))
                if given.mutants:
                    # The digest first: a file that is edited while mutants are counted must not be locked.
                    before = digest(case)
                    counted[case.slug] = (before, catch_all(case, bench, tell=_tell))
                    said += mutants_are_caught(case, counted[case.slug][1])
            except CheckerError as error:
                said, worst = [str(error)], 3
            _report(exercise.slug, said, time.monotonic() - started, counted.get(exercise.slug))
            worst = max(worst, 1 if said else 0)
    if counted:
        print(f"wrote {_written(course, counted)}")
    return worst


def _faults(case: Case, bench: Bench, *, law: bool) -> Iterator[str]:
    # First of all: checks/answers.py may run a file that the starter gives.
    matrix.starter(case)
    targets = bench.targets(case)
    starter, solution = bench.result(case, targets["starter"]), bench.result(case, targets["solution"])
    yield from verdicts.starter_earns_nothing(case, starter)
    yield from verdicts.earns_all(case, "solution", solution)
    if law:
        for rule in RULES.values():
            yield from rule(case)
        yield from _of_starter(case, bench, targets["starter"])
        yield from _of_variants(case, bench, targets)
        yield from _of_sabotage(case, bench)


def _of_starter(case: Case, bench: Bench, starter: matrix.Target) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="law-") as folder:
        yield from start.starter_runs(case, bench, starter, Path(folder))
    yield from load.first_task_earns(case, bench.answers(case), lambda target: bench.grade(case, target))


def _of_variants(case: Case, bench: Bench, targets: dict[str, matrix.Target]) -> Iterator[str]:
    for right in case.variants.right:
        yield from verdicts.earns_all(case, f"right/{right.name}", bench.result(case, targets[f"right/{right.name}"]))
    for wrong in case.variants.wrong:
        name = f"wrong/{wrong.name}"
        first, named = bench.result(case, targets[name]), case.check(wrong.loses)
        task = named.task if named else None
        second = bench.grade(case, targets[name], seed=SECOND_SEED, task=task, until_lost=True)
        yield from verdicts.loses_one(case, wrong, first)
        yield from verdicts.loses_first(case, wrong, second)
        yield from words.messages_are_complete(case, name, first)
        yield from brief.demands_stand_in_brief(case, [(first, second)])


def _of_sabotage(case: Case, bench: Bench) -> Iterator[str]:
    others = tuple(case.folder.parent / slug for slug in slugs_beside(case.folder))
    for name, target in sabotage.sabotages(case, others).items():
        yield from sabotage.earns_what_is_justified(case, name, bench.result(case, target))


def _report(slug: str, said: list[str], seconds: float, counted: tuple[str, Catch] | None) -> None:
    mutants = ""
    if counted:
        catch = counted[1]
        lost = len(catch.code_survivors) + len(catch.leaf_survivors)
        mutants = f", {catch.mutants - lost} of {catch.mutants} mutants caught, {len(catch.free)} free"
    print(f"{slug}: {'ok' if not said else f'{len(said)} fault(s)'}{mutants} ({seconds:.0f} s)")
    for sentence in said:
        print(f"  {sentence}")


def _tell(line: str) -> None:
    if line.startswith("SURVIVED"):
        print(f"  {line}", flush=True)


def _written(course: Course, counted: dict[str, tuple[str, Catch]]) -> str:
    return write_lock(course, counted).relative_to(course.root).as_posix()
