"""`checker hint`: one layer of help at a time, for one check."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from checker.catalog import declared_checks
from checker.collect import collect
from checker.course import find_course
from checker.declare import Check
from checker.errors import Misuse
from checker.state import State, broken_guards, load_state
from checker.verbs.target import Target, exercise_here, read_target, work_folder

LAYERS = ("nudge", "pointer", "example")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", nargs="?", help="exercise (1), task (1.2) or check (01.bounds); default: the folder you are in"
    )
    parser.add_argument("--task", type=int, help="only this task's hints")
    parser.add_argument("--all", action="store_true", help="every layer that was shown so far")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    asked = exercise_here(course, arguments.target)
    target = read_target(course, asked if arguments.task is None else f"{asked.partition('.')[0]}.{arguments.task}")
    state = load_state(work_folder(course, target.exercise))
    broken = _broken(target, state)
    if broken:
        print(_of_broken(broken, target, state))
        return 0
    declared = choose(target, state)
    if declared is None:
        print(f"{_all_passed(target)} No hint is needed.\nnext: checker check {int(target.exercise.number)} --why")
        return 0
    if not (arguments.all or target.check):
        files = state.changed_since(declared.id, collect(target.exercise, state.folder).digests)
        if files:
            # The trainee may have mended it by now, and hints are few.
            print(_check_first(f"{int(target.exercise.number)}.{declared.task}", files))
            return 0
    shown = state.hints.get(declared.id, 0)
    if not arguments.all and shown < len(declared.hints):
        shown += 1
        state.hints[declared.id] = shown
        state.save()
    first = 0 if arguments.all else shown - 1
    print(f"{target.exercise.number}.{declared.id}: {declared.title}")
    for number in range(first, shown):
        print(f"\n{LAYERS[number]} ({number + 1} of {len(declared.hints)})")
        print(_wrapped(declared.hints[number]))
    if not arguments.all:
        print(f"\nnext: {after(target, declared, shown)}")
    return 0


def choose(target: Target, state: State) -> Check | None:
    """The check that is named, else the next one that is not passed; None where all are."""
    checks = declared_checks(target.exercise)
    if target.check:
        number = target.exercise.number
        known = ", ".join(f"{number}.{name}" for name, c in checks.items() if c.hints)
        if target.check not in checks:
            raise Misuse(f"There is no check {target.check!r}. There are: {known}.", f"checker hint {number}")
        if not checks[target.check].hints:
            raise Misuse(f"The check {target.check!r} has no hints. These have: {known}.", f"checker hint {number}")
        return checks[target.check]
    verdicts = {row["id"]: row["verdict"] for row in state.last.get("rows", ())}
    wanted = [one for one in checks.values() if one.hints and target.task in (None, one.task)]
    lost = [one for one in wanted if verdicts.get(one.id) not in ("passed", "kept")]
    recent = [checks[name] for name in state.recent if name in checks]
    # Who runs a stretch alone asks for its hint; else what earns nothing comes last.
    stretch_asked = bool(recent) and all(one.hints and not one.points for one in recent)

    def turn(one: Check) -> tuple[bool, bool, bool, int]:
        # What waits comes behind: the hint of what it waits for is the one that helps, while that is still lost.
        # What the last run showed comes first: a check of task 3 must not be answered with a hint for task 1.
        waits = verdicts.get(one.id) == "waits_for"
        return not one.points and not stretch_asked, waits, one not in recent, one.task

    return min(lost, key=turn, default=None)


def _all_passed(target: Target) -> str:
    number = int(target.exercise.number)
    return f"Every check of {f'task {number}.{target.task}' if target.task else f'exercise {number}'} is passed."


def _check_first(task: str, files: list[str]) -> str:
    changed = f"{' and '.join(files)} {'has' if len(files) == 1 else 'have'} changed"
    return (
        f"Since the last check of {task}, {changed}: what was found there may be mended. "
        f"No hint is used up.\nnext: checker check {task}"
    )


def _broken(target: Target, state: State) -> dict[str, Any] | None:
    """The row of what worked in the starter and broke: others wait for it, so a hint for one of them leads astray."""
    rows = broken_guards(state.last, [target.check] if target.check else state.recent)
    return rows[0] if rows else None


def _of_broken(row: dict[str, Any], target: Target, state: State) -> str:
    """A guard has no hints of its own: what helps is what the run saw, and the question to that."""
    number = int(target.exercise.number)
    files = state.changed_since(row["id"], collect(target.exercise, state.folder).digests)
    if files:
        return _check_first(str(number), files)
    found = [f"{name:<6} {row[name]}" for name in ("seen", "where") if row.get(name)]
    asked = [f"\n{_wrapped(row['next'])}"] if row.get("next") else []
    return "\n".join(
        [
            f"{target.exercise.number}.{row['id']}: {row['title']}",
            "\nThis worked in the starter and is broken. Other rows wait for it. No hint is used up.",
            *found,
            *asked,
            f"\nnext: checker check {number}",
        ]
    )


def after(target: Target, declared: Check, shown: int) -> str:
    number = int(target.exercise.number)
    if shown < len(declared.hints):
        return f"try it and run: checker check {number}   (one more hint: checker hint {number})"
    return f"still stuck? checker unblock {number}.{declared.task} puts the answer of task {declared.task} in place"


def _wrapped(text: str) -> str:
    # Lines of an example that are indented are code: they keep their breaks.
    paragraphs = [line if line.startswith("    ") else textwrap.fill(line, 80) for line in text.strip().splitlines()]
    return "\n".join(paragraphs)
