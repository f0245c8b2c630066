"""`checker nbgrader`: stage what nbgrader works on, run it, and write the checker's grades to its gradebook."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from checker.course import find_course
from checker.errors import CheckerError, Misuse
from checker.nbgrader.room import Room, room


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in {
        "stage": "write nbgrader's source and settings from the exercises",
        "run": "run nbgrader there: checker nbgrader run autograde 01_prediction_endpoint",
        "lab": "open JupyterLab there, with nbgrader's formgrader",
        "grade": "judge what was handed in with the checker and write the grades to nbgrader's gradebook",
    }.items():
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--root", type=Path, help="nbgrader's folder (default: build/nbgrader)")
        if name == "run":
            action.add_argument("words", nargs=argparse.REMAINDER, help="nbgrader's own command and options")
        if name == "lab":
            action.add_argument("--port", type=int, default=8888, help="where it answers, on this machine alone")
            action.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
        if name == "grade":
            action.add_argument("--seed", type=int, help="the same inputs for every run; default: fresh, recorded")


def run(arguments: argparse.Namespace) -> int:
    where = room(find_course(), arguments.root)
    if arguments.action == "stage":
        return _stage(where)
    if arguments.action == "grade":
        return _grade(where, arguments.seed)
    if arguments.action == "lab":
        return _lab(where, arguments.port, browser=not arguments.no_browser)
    return _run(where, arguments.words)


def _stage(where: Room) -> int:
    from checker.nbgrader.stage import stage

    staged = stage(where)
    print(f"staged {len(staged)} exercise(s) in {where.root}: {', '.join(staged)}")
    print(f"next: checker nbgrader run generate_assignment {staged[0]}")
    return 0


def _grade(where: Room, seed: int | None) -> int:
    from checker.nbgrader.record import grade_all

    worst = 0
    for graded in grade_all(where, seed=seed):
        said = f"{graded.result.score} of {graded.result.max}" if graded.result else graded.problem
        print(f"{graded.student}  {graded.exercise.slug}  {said}", flush=True)
        for note in graded.notes:
            print(f"    note: {note}")
        worst = max(worst, 0 if graded.result else 1)
    print("next: checker verify, then checker nbgrader run export")
    return worst


def _run(where: Room, words: list[str]) -> int:
    if not words:
        raise Misuse("What shall nbgrader do? No command was given.", "checker nbgrader run --help")
    _refuse_unstaged(where)
    return _started(where, "nbgrader", words)


def _lab(where: Room, port: int, *, browser: bool) -> int:
    """JupyterLab in nbgrader's folder: formgrader looks for its settings where the server was started."""
    _refuse_unstaged(where)
    # The panel of assignments shows nothing but errors without it.
    where.exchange.mkdir(parents=True, exist_ok=True)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return _started(where, "jupyterlab", [f"--port={port}", *root, *([] if browser else ["--no-browser"])])


def _refuse_unstaged(where: Room) -> None:
    if not (where.root / "nbgrader_config.py").is_file():
        raise Misuse(f"Nothing is staged in {str(where.root)!r}.", "checker nbgrader stage")


def _started(where: Room, module: str, words: list[str]) -> int:
    try:
        argv = [sys.executable, "-m", module, *words]
        return subprocess.run(argv, cwd=where.root, env=surroundings(where), check=False).returncode
    except OSError as error:
        raise CheckerError(f"{module} could not be run: {error}.", "make env") from None


def surroundings(where: Room) -> dict[str, str]:
    """What nbgrader and its kernels need of the environment.

    It calls `alembic` by bare name, so this environment's programs come first; without that the first
    generate_assignment leaves a half-made gradebook. A graded cell that warns on stderr gets 0 points.
    """
    programs = str(Path(sys.executable).parent)
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore", "CHECKER_COURSE": str(where.course.root)}
