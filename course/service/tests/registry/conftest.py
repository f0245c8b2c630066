"""A database of MLflow, shared by the tests of the registry."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import warnings
from pathlib import Path

import pytest
from movie_service.registry.catalog import Registry
from movie_service.registry.outside import place_at
from movie_service.registry.places import Folder


@pytest.fixture(scope="session")
def _mlflow_made(tmp_path_factory: pytest.TempPathFactory, bundle: Path, second_bundle: Path) -> Path:
    """MLflow's database with two versions and no alias. Its migrations take seconds, so one serves all workers."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    made = root / "mlflow"
    with (root / "mlflow.lock").open("w") as lock, warnings.catch_warnings():
        # Of what MLflow imports.
        warnings.simplefilter("ignore")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            from movie_service.registry.mlflow_place import MlflowPlace

            half = tmp_path_factory.mktemp("half")
            registry = Registry(MlflowPlace.at(f"sqlite:///{half / 'mlflow.db'}", new=True))
            for one in (bundle, second_bundle):
                registry.add(one)
            half.rename(made)
    return made


@pytest.fixture(scope="session")
def _mlflow_own(tmp_path_factory: pytest.TempPathFactory, _mlflow_made: Path) -> Path:
    """A copy of it, with the addresses of its own artifacts."""
    own = tmp_path_factory.mktemp("mlflow")
    shutil.copy(_mlflow_made / "mlflow.db", own / "made.db")
    with contextlib.closing(sqlite3.connect(own / "made.db")) as database:
        (was,) = database.execute("SELECT artifact_location FROM experiments WHERE name = 'likes-it'").fetchone()
        places = {
            "experiments": ["artifact_location"],
            "runs": ["artifact_uri"],
            "model_versions": ["source", "storage_location"],
        }
        for table, columns in places.items():
            for column in columns:
                words = (was, (own / "mlflow-artifacts").as_uri())
                database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", words)
        database.commit()
    return own


@pytest.fixture
def mlflow_database(_mlflow_made: Path, _mlflow_own: Path) -> str:
    """The address of a database with two versions and no alias, which the test may change."""
    artifacts = _mlflow_own / "mlflow-artifacts"
    shutil.rmtree(artifacts, ignore_errors=True)
    shutil.copytree(_mlflow_made / "mlflow-artifacts", artifacts)
    # By SQLite itself, because MLflow keeps the file open from one test to the next.
    with (
        contextlib.closing(sqlite3.connect(_mlflow_own / "made.db")) as made,
        contextlib.closing(sqlite3.connect(_mlflow_own / "mlflow.db")) as used,
    ):
        made.backup(used)
    return f"sqlite:///{_mlflow_own / 'mlflow.db'}"


@pytest.fixture
def in_mlflow(mlflow_database):
    """With two versions; 1.0.0 is champion."""
    registry = Registry(place_at(mlflow_database))
    registry.promote("1.0.0")
    return registry


@pytest.fixture
def client(mlflow_database, in_mlflow):
    """MLflow's own client of the same database: another team's tool."""
    from mlflow import MlflowClient

    return MlflowClient(mlflow_database, mlflow_database)


@pytest.fixture
def copy(tmp_path):
    """A folder that follows."""
    (tmp_path / "copy").mkdir()
    return Folder(tmp_path / "copy")
