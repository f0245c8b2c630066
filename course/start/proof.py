"""Grades exercise 1's starter and solution once, to prove that this machine can do the whole course."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from course.start import stamps
from course.start.console import Console, Step, Trouble
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
    step.doing("grading exercise 1's starter")
    starter = _points(places, "starter")
    step.doing("grading exercise 1's solution")
    solution = _points(places, "solution")
    if starter[0] != 0 or solution[0] != solution[1]:
        raise Trouble(
            f"exercise 1's starter got {starter[0]} of {starter[1]} points where it must get 0, "
            f"its solution {solution[0]} of {solution[1]} where it must get all.",
            "checker check 1 --folder exercises/01_prediction_endpoint/solution, then checker doctor.",
            code=1,
        )
    return f"exercise 1: starter 0 of {starter[1]} points, solution {solution[0]} of {solution[1]}"


def _points(places: Places, which: str) -> tuple[int, int]:
    argv: list[str | Path] = [places.program("checker"), "check", "1", "--folder", EXERCISE / which, "--json"]
    asked = subprocess.run(
        argv, cwd=places.root, env=places.surroundings(), capture_output=True, text=True, check=False
    )
    try:
        result = json.loads(asked.stdout)
        return result["score"], result["max"]
    except (ValueError, KeyError, TypeError):
        said = "\n".join(f"  | {line}" for line in (asked.stderr or asked.stdout).splitlines()[-12:])
        raise Trouble(
            f"the {which} of exercise 1 could not be graded (exit code {asked.returncode}):\n{said}",
            "checker doctor",
        ) from None
