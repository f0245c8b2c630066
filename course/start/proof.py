"""Grades exercise 1's starter and solution once, to prove that this machine can do the whole course."""

from __future__ import annotations

import json
from pathlib import Path

from course.start import stamps
from course.start.console import Console, Step, Trouble
from course.start.logged import run
from course.start.places import Places

EXERCISE = Path("exercises/01_prediction_endpoint")


def ensure(places: Places, console: Console) -> None:
    """Grade both, unless that was done with the same checker, exercise, service and environment."""
    with console.step("proof", "looking") as step:
        folder = places.root / EXERCISE
        if not (folder / "starter").is_dir():
            step.done("exercise 1 is not in this clone, so nothing was graded")
            return
        stamp = places.build / "stamps" / "proof.json"
        known = stamps.read(stamp)
        if known is not None and known.sources == _sources(places):
            step.done(f"{known.note}, graded before")
            return
        note = _grade(places, step)
        stamps.write(stamp, stamps.Stamp(_sources(places), {}, note))
        step.done(note)


def _sources(places: Places) -> str:
    folder = places.root / EXERCISE
    files = stamps.python_files(places.root / "checker", places.root / "course" / "service" / "src", folder)
    return stamps.digest([*files, *folder.glob("*.toml"), places.venv / "course-stamp.json"])


def _grade(places: Places, step: Step) -> str:
    step.doing("grading exercise 1's starter and solution")
    argv: list[str | Path] = [places.python, "-m", "course.start.grading"]
    done = run(argv, step, log=places.logs / "proof.log", cwd=places.root, env=places.surroundings())
    try:
        points = json.loads(done.said.splitlines()[-1])
    except (ValueError, IndexError):
        raise Trouble(
            f"exercise 1 could not be graded (exit code {done.code}):\n{done.tail}", "checker doctor"
        ) from None
    return verdict(points["starter"], points["solution"])


def verdict(starter: list[int], solution: list[int]) -> str:
    """The line to show. Raises Trouble when a checker that works would have said something else."""
    for which, (score, most), due in (("starter", starter, 0), ("solution", solution, solution[1])):
        if score != due:
            raise Trouble(
                f"the {which} of exercise 1 got {score} of {most} points and must get {due}.",
                f"checker check 1 --folder {EXERCISE / which}, then checker doctor",
                code=1,
            )
    return f"exercise 1: starter 0 of {starter[1]} points, solution {solution[0]} of {solution[1]}"
