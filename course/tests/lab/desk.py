"""A copy of the course in a folder of its own, opened as `make start` opens it: the service and JupyterLab."""

from __future__ import annotations

import contextlib
import io
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from checker.collect import STATE_FILE
from checker.course import find_course
from checker.law.case import read_case
from checker.law.matrix import solution
from checker.nbgrader.room import room
from checker.nbgrader.stage import stage
from checker.observed import observed_answers
from checker.state import load_state
from course.start.console import Console
from course.start.places import Places, this_clone
from course.start.servers import HOST
from course.start.session import Open, copy_starters, open_both

COPIED = ("pyproject.toml", "requirements", "checker", "course", "exercises")
LITTER = shutil.ignore_patterns("__pycache__", "tests", ".*_cache")


def copy_of_the_course(root: Path, data: Path, model: Path) -> Places:
    """What Lab needs of this clone; its environment, data and model are borrowed."""
    source = this_clone()
    root.mkdir(parents=True)
    for name in COPIED:
        path = source.root / name
        if path.is_dir():
            shutil.copytree(path, root / name, ignore=LITTER)
        else:
            shutil.copyfile(path, root / name)
    (root / "build").mkdir()
    for name, made in {"data": data, "model": model}.items():
        (root / "build" / name).symlink_to(made)
    (root / ".venv").symlink_to(source.venv)
    places = Places(root)
    copy_starters(places, Console(io.StringIO()))
    return places


@contextlib.contextmanager
def opened(places: Places) -> Iterator[Open]:
    """Both servers, ended with everything that they started."""
    with contextlib.ExitStack() as stack:
        # Ports of the system's choice: another make start of the same moment wishes for the usual ones.
        ports = (_some_port(), _some_port())
        yield open_both(places, Console(io.StringIO()), stack.callback, ports=ports)


def _some_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def solve(places: Places, number: str, folder: Path | None = None) -> Path:
    """Put the answer of an exercise into a folder, work/'s own unless told, with the answers for that one's seed."""
    course = find_course(places.root)
    exercise = course.exercise(number)
    folder = folder or course.work / exercise.slug
    # A folder without a state is what nbgrader hands out; the checker takes seed 1 for it.
    seed = load_state(folder).seed if (folder / STATE_FILE).exists() else 1
    answers = observed_answers(course, exercise, seed)
    for name, content in solution(read_case(exercise), answers).files.items():
        (folder / name).write_bytes(content)
    return folder


def fetched(places: Places, number: str) -> Path:
    """What nbgrader's source of an exercise is to a trainee who fetched it: a folder below work/."""
    course = find_course(places.root)
    where = room(course)
    stage(where)
    exercise = course.exercise(number)
    return Path(shutil.copytree(where.source(exercise), course.work / "fetched" / exercise.slug))
