"""A small world for quick tests, and the full data set for those that judge its totals."""

from __future__ import annotations

import pytest
from hypothesis import settings

from course.training.fit import fit, prepare
from course.training.generate import generate
from course.training.loader import load

# Neither a slow machine nor a noisy neighbor is a fault of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SMALL = {"users": 300, "movies": 320, "ratings": 9_000}


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    """Small, and yet with user 259, movie 267 without a date and movie 298."""
    folder = tmp_path_factory.mktemp("small") / "data"
    generate(folder, **SMALL)
    return folder


@pytest.fixture(scope="session")
def small_data(small_folder):
    return load(small_folder)


@pytest.fixture(scope="session")
def small_model(small_data):
    prepared = prepare(small_data)
    return prepared, fit(prepared)


@pytest.fixture(scope="session")
def full_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("full") / "data"
    generate(folder)
    return folder


@pytest.fixture
def copied(small_folder, tmp_path):
    """A copy of the small folder, for a test that spoils it; its path is as short as `data`."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in small_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder
