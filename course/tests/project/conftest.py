"""A small data set with its model, and the service as replicas of it."""

from __future__ import annotations

import pytest

from course.project.platform.replica import Release
from course.project.system import System
from course.training.generate import generate
from course.training.train import train


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project") / "data"
    generate(folder, users=300, movies=320, ratings=9_000)
    return folder


@pytest.fixture(scope="session")
def bundle(data_folder):
    train(data_folder, data_folder.parent / "model")
    return data_folder.parent / "model"


@pytest.fixture
def release(bundle, tmp_path):
    """The service with that model; more settings by keyword."""

    def make(name="v1", **more):
        settings = {
            "model_dir": str(bundle),
            "access_log": "off",
            "drain_seconds": "0.5",
            "prediction_log": "required",
            "spool_dir": str(tmp_path / "spool"),
        }
        return Release(name, settings | more)

    return make


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """Folders of the whole data set and its model: figures of quality need as many ratings."""
    folder = tmp_path_factory.mktemp("whole")
    generate(folder / "data")
    train(folder / "data", folder / "model")
    return folder


@pytest.fixture
def system_of(full, tmp_path):
    """Makes a system that is not started yet."""

    def make(**options):
        return System(tmp_path / "system", full / "data", full / "model", **options)

    return make
