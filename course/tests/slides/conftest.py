"""The decks, read and laid out once; and all their files, built once into a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.build.slides.command import ROOT, Built, ready, write
from course.build.slides.values import Values, load_values


@pytest.fixture(scope="session")
def values() -> Values:
    return load_values(ROOT, "day")


@pytest.fixture(scope="session")
def decks(values: Values) -> list[Built]:
    return ready(values)


@pytest.fixture(scope="session")
def files(decks: list[Built], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the five files of every deck."""
    folder = tmp_path_factory.mktemp("slides")
    for built in decks:
        write(built, folder)
    return folder
