"""`checker check`: judge the trainee's files, once or at every save."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

from checker import messages as m
from checker.catalog import stood_on
from checker.collect import STATE_FILE
from checker.course import find_course
from checker.grade import Grader
from checker.next_step import next_step
from checker.report import as_text
from checker.result import Result
from checker.room import tell, wait
from checker.state import load_state
from checker.verbs.target import Target, exercise_here, read_target, work_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", nargs="?", help="exercise (1, 01_prediction_endpoint) or task (1.2); default: the folder you are in"
    )
    parser.add_argument("--task", type=int, help="only this task's checks")
    parser.add_argument(
        "--folder", type=Path, help="judge this folder instead of the one in work/; nothing is remembered"
    )
    parser.add_argument("--profile", help="count the tiers of this profile of the course (default: self)")
    parser.add_argument("--seed", type=int, help="repeat a run with its seed")
    parser.add_argument("--live", action="store_true", help="also the rows that ask a real engine on this machine")
    parser.add_argument("--watch", action="store_true", help="judge again at every save, until Ctrl-C")
    parser.add_argument("--why", action="store_true", help="say of passed rows why they matter")
    parser.add_argument("--json", action="store_true", help="the result as JSON (checker/result.schema.json)")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    target = read_target(course, exercise_here(course, arguments.target))
    folder = arguments.folder or work_folder(course, target.exercise)
    with Grader(course) as grader:
        result, told = _once(grader, target, folder, arguments)
        if arguments.watch:
            _watch(grader, target, folder, arguments)
    wait(told)
    return result.exit_code


def _once(grader: Grader, target: Target, folder: Path, arguments: argparse.Namespace) -> tuple[Result, Thread | None]:
    """The result, and what tells the room of it, where one was joined."""
    task = arguments.task if arguments.task is not None else target.task
    result = grader.grade(
        target.exercise, folder, seed=arguments.seed, task=task, profile=arguments.profile, live=arguments.live
    )
    state = load_state(folder) if arguments.folder is None else None
    if state:
        if not (folder / STATE_FILE).exists():
            result = replace(result, notes=(*result.notes, m.NOTE_STATE_NEW.format(name=STATE_FILE)))
        state.remember(result, stood_on(target.exercise, result.rows))
    if arguments.json:
        print(json.dumps(result.to_dict(), indent=1), flush=True)
    else:
        print(as_text(result, color=sys.stdout.isatty(), why=arguments.why))
        print(next_step(result, grader.course, target.exercise, task), flush=True)
    return result, tell(grader.course, state) if state else None


def _watch(grader: Grader, target: Target, folder: Path, arguments: argparse.Namespace) -> None:
    import watchfiles

    names = set(target.exercise.hand_in)
    try:
        print(f"watching {', '.join(sorted(names))}; Ctrl-C ends it", flush=True)
        for changes in watchfiles.watch(folder, raise_interrupt=False, debounce=50, step=20):
            if any(Path(path).name in names for _, path in changes):
                print()
                _once(grader, target, folder, arguments)
    except KeyboardInterrupt:
        return
