"""Faults of .venv: each is planted, and sentence and repair are read."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace

import pytest

from checker.doctor import environment

SITE = ".venv/lib/python3.11/site-packages"


def told(problem):
    assert problem is not None
    return problem.wrong, problem.repair


def remove(place, name):
    path = place.root / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()


ENVIRONMENT = [
    (environment.there, ".venv", "There is no environment yet (.venv)."),
    (environment.half_made, ".venv/course-stamp.json", "The environment is half made: its installation was cut off."),
    (
        environment.packages,
        f"{SITE}/numpy-2.4.6.dist-info",
        "The package numpy 2.4.6 is missing from the environment.",
    ),
    (
        environment.own_packages,
        f"{SITE}/course_checker-1.0.0.dist-info",
        "The course's own package course-checker is not installed in the environment.",
    ),
]


@pytest.mark.parametrize(("probe", "missing", "wrong"), ENVIRONMENT, ids=lambda v: getattr(v, "__name__", ""))
def test_a_fault_of_the_environment(place, probe, missing, wrong):
    remove(place, missing)

    assert told(probe(place)) == (wrong, "make env")


def test_another_version_than_the_lock(place):
    site = place.root / SITE
    (site / "numpy-2.4.6.dist-info").rename(site / "numpy-2.0.0.dist-info")

    assert told(environment.packages(place))[0] == "The package numpy has version 2.0.0; the lock says 2.4.6."


def test_an_environment_that_was_moved(place):
    (place.venv / "bin" / "pip").write_text("#!/elsewhere/.venv/bin/python\n")

    wrong = "The environment was made in another folder: its programs start a Python that is not there."
    assert told(environment.moved(place)) == (wrong, "make env")


@pytest.mark.parametrize(
    ("error", "wrong", "repair"),
    [
        (
            "libgomp.so.1: cannot open shared object file",
            "LightGBM needs libgomp.so.1, which is not on this machine.",
            "apt-get install libgomp1",
        ),
        ("x: invalid ELF header", "LightGBM cannot be loaded: invalid ELF header.", "make env"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="the sentence names Linux's library")
def test_lightgbm_that_cannot_be_loaded(place, monkeypatch, error, wrong, repair):
    (place.root / SITE / "lightgbm/lib/lib_lightgbm.so").write_text("")

    def refuse(path):
        raise OSError(error)

    monkeypatch.setattr("ctypes.CDLL", refuse)
    assert told(environment.openmp(place)) == (wrong, repair)


def test_nbgrader_without_alembic(place):
    (place.root / SITE / "nbgrader-0.9.6.dist-info").mkdir()

    problem = environment.alembic(replace(place, which=lambda name: None))
    assert told(problem) == ("nbgrader calls the program alembic, which is not in the environment.", "make env")
