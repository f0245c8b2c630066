"""A healthy clone, into which each test plants one fault."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from checker.doctor.place import Place

TABLE = {"exercises": "exercises", "work": "work", "resources": {"model": "build/model"}, "lock": "lock.txt"}
LOCK = "numpy==2.4.6 \\\n    --hash=sha256:0\nwin==1 ; sys_platform == 'win32' \\\n    --hash=sha256:0\n"


@pytest.fixture
def place(tmp_path) -> Place:
    """A healthy clone: environment, one started exercise, a model."""
    root = tmp_path / "clone"
    site = root / ".venv" / "lib" / "python3.11" / "site-packages"
    for folder in ("numpy-2.4.6.dist-info", "course_checker-1.0.0.dist-info", "lightgbm/lib"):
        (site / folder).mkdir(parents=True)
    (root / ".venv" / "bin").mkdir()
    (root / ".venv" / "bin" / "pip").write_text(f"#!{root}/.venv/bin/python\n")
    (root / ".venv" / "course-stamp.json").write_text("{}")
    (root / "lock.txt").write_text(LOCK)
    (root / "pyproject.toml").write_text("")
    _exercise(root)
    _model(root)
    return Place(
        root,
        TABLE,
        environ={},
        python=(3, 11, 7),
        which=lambda name: f"/bin/{name}",
        free_bytes=lambda path: 10**11,
        temporary=Path("/tmp"),
        ports=(),
    )


def _exercise(root: Path) -> None:
    starter = root / "exercises" / "01_greeting" / "starter"
    starter.mkdir(parents=True)
    (starter / "greeting.py").write_text("x = 1\n")
    (starter / "given.py").write_text("y = 1\n")
    (starter.parent / "exercise.toml").write_text('hand_in = ["greeting.py"]\nresources = ["model"]\n')
    shutil.copytree(starter, root / "work" / "01_greeting")
    (root / "work" / "01_greeting" / ".checker.json").write_text('{"seed": 1}')


def _model(root: Path) -> None:
    (root / "build" / "model").mkdir(parents=True)
    (root / "build" / "model" / "model.txt").write_text("tree\n")
    digest = hashlib.sha256(b"tree\n").hexdigest()
    manifest = {"files": {"model.txt": {"sha256": digest}}}
    (root / "build" / "model" / "manifest.json").write_text(json.dumps(manifest))
