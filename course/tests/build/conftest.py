"""A copy of the miniature course for each test to change."""

import shutil
from pathlib import Path

import pytest

MINI = Path(__file__).parents[1] / "data" / "mini_course"


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A course of two exercises in a folder of its own."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))
