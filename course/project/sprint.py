"""The prepared start of the room sprint: a service that runs, with the update, the signals and the alert left to do."""

from __future__ import annotations

import shutil
from pathlib import Path

from checker.course import Course
from checker.errors import Misuse
from checker.markers import put_in_place
from checker.release.answers import whole_answer

# What teams need to begin with; the rest of rows 1 and 2 is theirs.
READY = ("inference.py", "metrics.py")
# Of exercise 5's manifest: image, memory and port (1), probes (3), settings (5). The update (4) is the sprint's.
DONE = (1, 3, 5)


def lay(course: Course, folder: Path) -> Path:
    """Write the prepared start to a folder that is not there yet. Raises Misuse in a pack, and for one that is."""
    project = course.project
    if project is None or not (project.folder / "solution").is_dir():
        raise Misuse(
            "A pack has no reference to prepare a start from; the instructor's clone makes the folder.",
            "copy the folder that you were given to work/12_project",
        )
    if folder.exists():
        raise Misuse(f"The folder {str(folder)!r} is there already.", "name another one with --out, or move it away")
    shutil.copytree(project.starter, folder)
    for one in project.whole:
        if one.name in READY:
            (folder / one.name).write_text(whole_answer(project, one, course.exercises), encoding="utf-8")
        elif one.exercise:
            given = course.exercise(one.exercise).starter / one.name
            (folder / one.name).write_text(given.read_text(encoding="utf-8"), encoding="utf-8")
    _half_done(course, folder / "deployment.yaml")
    shutil.copytree(course.resource("model"), folder / "model")
    shutil.copyfile(project.folder / "README.md", folder / "README.md")
    return folder


def _half_done(course: Course, path: Path) -> None:
    solution = course.exercise("05_kubernetes").folder / "solution" / path.name
    text = path.read_text(encoding="utf-8")
    for task in DONE:
        text = put_in_place(text, solution.read_text(encoding="utf-8"), task, source=path.name)
    path.write_text(text, encoding="utf-8")
