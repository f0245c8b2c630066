"""Faults of the clone: each is planted, and sentence and repair are read."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker.doctor import clone


def told(problem):
    assert problem is not None
    return problem.wrong, problem.repair


def remove(place, name):
    path = place.root / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def write(place, name, content):
    (place.root / name).write_bytes(content)


CLONE = [
    (
        clone.line_ends,
        ("Makefile", b"all:\r\n"),
        "Makefile has Windows line ends (CRLF).",
        "git config core.autocrlf input && git checkout -- .",
    ),
    (
        clone.given_files,
        ("work/01_greeting/given.py", b"y = 2\n"),
        "work/01_greeting/given.py was changed; it is a given file, and grading uses its own.",
        "rm work/01_greeting/given.py && checker start 1",
    ),
    (
        clone.states,
        ("work/01_greeting/.checker.json", b"{"),
        "work/01_greeting/.checker.json cannot be read: tries and predictions are lost.",
        "checker start 1",
    ),
    (
        clone.shadows,
        ("work/01_greeting/random.py", b""),
        "work/01_greeting/random.py hides Python's own module 'random'.",
        "mv work/01_greeting/random.py 01_greeting_random.py",
    ),
    (
        clone.resources,
        ("build/model/model.txt", b"other\n"),
        "build/model/model.txt is not the file that its manifest describes.",
        "make train",
    ),
]


@pytest.mark.parametrize(("probe", "file", "wrong", "repair"), CLONE, ids=lambda v: getattr(v, "__name__", ""))
def test_a_fault_of_the_clone(place, probe, file, wrong, repair):
    write(place, *file)

    assert told(probe(place)) == (wrong, repair)


@pytest.mark.parametrize(
    ("probe", "missing", "wrong", "repair"),
    [
        (
            clone.given_files,
            "work/01_greeting/greeting.py",
            "work/01_greeting/greeting.py is missing.",
            "checker start 1",
        ),
        (
            clone.resources,
            "build/model",
            "build/model is not there; exercises that use it cannot be checked.",
            "make train",
        ),
        (clone.resources, "build/model/manifest.json", "build/model has no manifest.json.", "make train"),
    ],
)
def test_something_missing_from_the_clone(place, probe, missing, wrong, repair):
    remove(place, missing)

    assert told(probe(place)) == (wrong, repair)


def test_a_folder_that_cannot_be_written(place, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != place.work)

    assert told(clone.writable(place)) == ("The folder work cannot be written.", "chmod -R u+w work")


def test_a_path_with_a_space_and_a_letter_beyond_ascii(place, tmp_path):
    problem = clone.plain_path(replace(place, root=Path("/opt/José Maria/course")))

    assert told(problem)[0] == "The path of the clone has a space, 'é'; some tools stumble there."
    assert problem.notice


def test_the_course_s_own_probe(place):
    place.venv_python.symlink_to(sys.executable)
    probe = {"command": ["-c", "raise SystemExit(1)"], "wrong": "Generated files are stale.", "repair": "make sync"}

    assert told(clone.commands(replace(place, table=dict(place.table) | {"probe": [probe]}))) == (
        "Generated files are stale.",
        "make sync",
    )


def test_a_probe_that_only_notices_comes_last_and_says_itself_what_it_saw(place):
    place.venv_python.symlink_to(sys.executable)
    noticing = {"command": ["-c", "print('No engine.'); raise SystemExit(1)"], "repair": "engines", "notice": True}
    wrong = {"command": ["-c", "raise SystemExit(1)"], "wrong": "Stale.", "repair": "make sync"}

    both = clone.commands(replace(place, table=dict(place.table) | {"probe": [noticing, wrong]}))
    one = clone.commands(replace(place, table=dict(place.table) | {"probe": [noticing]}))

    assert told(both) == ("Stale.", "make sync")
    assert (told(one), one.notice) == (("No engine.", "engines"), True)
