"""The miniature course with a pack of its own: what `checker release` is tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.course import Course, find_course

PACK = """
profiles = "outline.toml"
[tool.checker.resources]
data = "build/data"
[tool.checker.pack]
template = "pack"
copy = ["build/data"]
exercise = ["README.md", "exercise.toml", "starter", "checks"]
given = ["build/data"]
made = { "work/START_HERE.txt" = "made_by_course --out {out}" }
"""
MADE = "import pathlib, sys\npathlib.Path(sys.argv[2]).write_text('Start here.\\n')\n"


@pytest.fixture
def packed(mini: Course) -> Course:
    """The miniature course with everything that its pack needs. Its wheels are left out: they take seconds."""
    root = mini.root
    settings = root / "pyproject.toml"
    settings.write_text(settings.read_text() + PACK)
    for name, text in {
        "outline.toml": '[profiles.self]\ntiers = ["room", "full"]\nminutes = 5\n[profiles.day]\ntiers = ["room"]\n',
        "pack/README.md": "Your copy.\n",
        "pack/.gitignore": "/.venv/\n",
        "build/data/u.data": "1\t2\t3\n",
        "made_by_course.py": MADE,
        "exercises/01_greeting/README.md": "# Greeting\n\nGreet a person by name.\n",
        "exercises/01_greeting/walkthrough.md": "An f-string is the shortest way to put a value into a text.\n",
        "exercises/01_greeting/wrong/shouts/greeting.py": "def greet(name):\n    return name.upper().join(GREETINGS)\n",
    }.items():
        put(root / name, text)
    return find_course(root)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
