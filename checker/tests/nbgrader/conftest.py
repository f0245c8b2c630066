"""A room for nbgrader in the miniature course, with a gradebook made by nbgrader's own means."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from checker.course import Course
from checker.nbgrader.room import Room, room
from checker.nbgrader.stage import stage

MINI = Path(__file__).parents[1] / "data" / "mini_course"
SLUG = "01_greeting"
RIGHT = {
    "greeting.py": """import json


def greet(name):
    return f"Hello {name}"


async def app(scope, receive, send):
    body = json.dumps({"greeting": greet(scope["path"][1:])}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})
""",
    "answers.toml": "length = 3\n",
}
HALF = {"greeting.py": 'def greet(name):\n    return f"Hello {name}"\n'}
HAND_INS: dict[str, dict[str, str]] = {"right": RIGHT, "half": HALF, "untouched": {}}
POINTS = {"right": (2, 3), "half": (2, 0), "untouched": (0, 0)}


@pytest.fixture
def with_project(mini: Course) -> None:
    """The miniature course gets a final project, whose one file comes from its exercise."""
    folder = mini.root / "project"
    shutil.copytree(mini.exercises_folder / SLUG, folder)
    (folder / "starter" / "greeting.py").unlink()
    manifest = (folder / "exercise.toml").read_text()
    whole = f'[whole]\n"greeting.py" = {{ task = 1, exercise = "{SLUG}" }}\n'
    (folder / "exercise.toml").write_text(f'slug = "02_project"\n{manifest}\n{whole}')
    mini.table["project"] = "project"


@pytest.fixture
def staged(mini: Course) -> Room:
    """A room with what `checker nbgrader stage` writes."""
    made = room(mini)
    stage(made)
    return made


@pytest.fixture
def handed_in(staged: Room) -> Room:
    """Three made trainees have handed in: right, half, untouched."""
    for student, files in HAND_INS.items():
        hand_in_of(staged, student, files)
    return staged


def hand_in_of(where: Room, student: str, files: dict[str, str]) -> Path:
    folder = where.root / "submitted" / student / SLUG
    folder.mkdir(parents=True)
    for path in (where.root / "source" / SLUG).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="session")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that knows the assignment, as after generate_assignment."""
    from nbgrader.api import Base, Gradebook
    from sqlalchemy import create_engine

    url = f"sqlite:///{tmp_path_factory.mktemp('nbgrader') / 'gradebook.db'}"
    # With tables there nbgrader does not start alembic, which takes longer than all these tests.
    engine = create_engine(url)
    Base.metadata.create_all(bind=engine)
    engine.dispose()
    with Gradebook(url, "course") as book:
        book.add_assignment(SLUG)
        book.add_notebook(SLUG, SLUG)
        for name, points in (("task-1", 2), ("task-2", 3)):
            book.add_grade_cell(name, SLUG, SLUG, max_score=points, cell_type="code")
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def booked(handed_in: Room, gradebook: Path) -> Room:
    shutil.copyfile(gradebook, handed_in.gradebook)
    return handed_in


def autograded(where: Room, student: str, outputs: dict[str, object]) -> None:
    """Lay out a notebook as nbgrader leaves it: graded cells with the outputs of a run."""
    book = nbformat.read(where.root / "source" / SLUG / f"{SLUG}.ipynb", as_version=4)
    book.cells = [cell for cell in book.cells if cell.metadata.nbgrader.grade_id in outputs]
    for cell in book.cells:
        cell.outputs = [_output(outputs[cell.metadata.nbgrader.grade_id])]
    path = where.autograded(student, where.course.exercise(1))
    path.parent.mkdir(parents=True)
    nbformat.write(book, path)


def _output(value: object) -> nbformat.NotebookNode:
    if value == "stderr":
        return nbformat.v4.new_output("stream", name="stderr", text="a warning\n")
    if value == "error":
        return nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    return nbformat.v4.new_output("execute_result", {"text/plain": str(value)}, execution_count=1)
