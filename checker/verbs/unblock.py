"""`checker unblock 5.2`: the answer of one task, so that the rest can go on."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from checker.blanks import BlankError, fill
from checker.catalog import declared_checks
from checker.course import Course, find_course
from checker.errors import Misuse
from checker.exercise import Exercise
from checker.markers import MarkerError, put_in_place, regions
from checker.observed import fill_in, observed_answers
from checker.release.answers import whole_answer
from checker.state import HONEST_TRIES, State, load_state, write_atomically
from checker.verbs.target import Target, read_target, work_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", help="task, e.g. 1.2")
    parser.add_argument("--code", default="", help="the instructor's code; opens the answer at once")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    target = read_target(course, arguments.target)
    number = int(target.exercise.number)
    if target.task is None:
        raise Misuse("Which task? An answer is put in place one task at a time.", f"checker unblock {number}.1")
    folder = work_folder(course, target.exercise)
    state = load_state(folder)
    read_answer = answers_of(course, target, state, arguments.code)
    changed = put_answer(course, target, state, read_answer)
    state.helped[str(target.task)] = "unblocked"
    state.save()
    for name in changed:
        print(f"task {number}.{target.task}: the answer stands in {name}; the file as it was is {name}.before")
    print(f"This task earns no points now. next: checker check {number}")
    return 0


def answers_of(course: Course, target: Target, state: State, code: str) -> Callable[[str], str | None]:
    """How to read one solution file: from the clone after honest tries, or from the pack's sealed pieces by code."""
    sealed = course.root / str(course.table.get("sealed", "sealed"))
    if sealed.is_dir():
        from checker.seal import opened

        pieces = opened(sealed / f"{target.exercise.slug}.json", target.task or 0, code)
        return pieces.get
    ids = [c.id for c in declared_checks(target.exercise).values() if c.task == target.task]
    tries = state.honest_tries(ids)
    if tries < HONEST_TRIES:
        name = f"{int(target.exercise.number)}.{target.task}"
        raise Misuse(
            f"The answer of task {name} opens after {HONEST_TRIES} honest tries; there were {tries}. "
            "A try is honest when the file was changed and its check was run.",
            f"checker hint {name}",
        )
    whole = {one.name: one for one in target.exercise.whole}
    return lambda name: (
        whole_answer(target.exercise, whole[name], course.exercises)
        if name in whole
        else _read(target.exercise.folder / "solution" / name)
    )


def put_answer(course: Course, target: Target, state: State, read_answer: Callable[[str], str | None]) -> list[str]:
    """Put one task's answer between its anchors, or as a whole file. Keeps a copy of each file that was there."""
    texts = {one.name: read_answer(one.name) or "" for one in target.exercise.whole_of(target.task or 0)}
    for name in (name for name in target.exercise.hand_in if name not in {one.name for one in target.exercise.whole}):
        solution = read_answer(name)
        if solution is not None and target.exercise.places(name, target.task or 0):
            texts[name] = _with_answer(state.folder, name, target, _filled(solution))
        elif solution is not None and target.task in regions(solution, name):
            if name == "answers.toml":
                # Into the solution, of which one region is taken: the answers of other tasks stay the trainee's.
                solution = fill_in(solution, observed_answers(course, target.exercise, state.seed))
            texts[name] = _with_answer(state.folder, name, target, _placed(solution))
    for name, text in texts.items():
        path = state.folder / name
        if path.exists():
            shutil.copyfile(path, path.with_name(f"{name}.before"))
        write_atomically(path, text)
    return list(texts)


Put = Callable[[str, str, Target], str]


def _with_answer(folder: Path, name: str, target: Target, put: Put) -> str:
    current = folder / name if (folder / name).exists() else target.exercise.starter / name
    try:
        return put(current.read_text(encoding="utf-8"), name, target)
    except (MarkerError, BlankError) as error:
        number = int(target.exercise.number)
        raise Misuse(f"{error} Nothing was changed.", f"checker reset {number}") from None


def _placed(solution: str) -> Put:
    """Puts the answer between the anchors of the task."""
    return lambda text, name, target: put_in_place(text, solution, target.task or 0, source=name)


def _filled(solution: str) -> Put:
    """Puts the values of the task's blanks into a JSON file."""
    return lambda text, name, target: fill(text, solution, target.exercise.places(name, target.task or 0), source=name)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def is_open(exercise: Exercise, state: State) -> bool:
    """Whether the walkthrough and solution of an exercise may be shown: full marks or honest tries."""
    last = state.last
    full = bool(last) and last.get("score") == last.get("max")
    return full or state.honest_tries(list(declared_checks(exercise))) >= HONEST_TRIES
