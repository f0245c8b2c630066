"""A pack or clone takes its packages from a classroom and from nowhere else; one that will not do says so at once."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from course.classroom.folder import Listed, Served, listing
from course.classroom.server import Server
from course.start import source, stamps
from course.start.console import Trouble
from course.start.places import Places
from course.start.source import INDEX, Source, this_platform, this_python
from course.tests.classroom.conftest import lock_of, wheel

ROOT = Path(__file__).parents[3]
LOCK = Path("requirements/learn.txt")
AGAIN = "python3 start.py"
NETWORK = "COURSE_CLASSROOM= python3 start.py, which asks the network"


@pytest.fixture
def classroom(tmp_path):
    """A classroom with two packages for this machine, and a pack beside its list."""
    folder = tmp_path / "classroom"
    wheels = [wheel(folder / "wheelhouse", name) for name in ("one", "two")]
    lock = folder / "pack" / LOCK
    lock.parent.mkdir(parents=True)
    lock.write_text(lock_of(*wheels))
    served = Served(this_platform(), this_python(), 2, 1)
    Listed({LOCK.name: stamps.file_digest(lock)}, (served,), listing(folder)).write(folder)
    return folder


def pack(classroom):
    return Places(classroom / "pack")


def changed(classroom, **keys):
    path = classroom / "classroom.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def refusal(classroom, environ):
    with pytest.raises(Trouble) as raised:
        source.find(pack(classroom), LOCK, AGAIN, environ)
    return str(raised.value)


def test_one_that_lies_beside_is_found_and_an_empty_setting_asks_the_network(classroom):
    assert source.find(pack(classroom), LOCK, AGAIN, {}) == Source(str(classroom))
    assert source.find(pack(classroom), LOCK, AGAIN, {"COURSE_CLASSROOM": ""}) == INDEX


def test_one_that_is_named_is_taken_from_anywhere(classroom, tmp_path):
    elsewhere = Path(shutil.copytree(classroom / "pack", tmp_path / "elsewhere" / "pack"))

    assert source.find(Places(elsewhere), LOCK, AGAIN, {}) == INDEX
    named = {"COURSE_CLASSROOM": str(classroom)}
    assert source.find(Places(elsewhere), LOCK, AGAIN, named) == Source(str(classroom))


def test_a_folder_without_a_list_is_named(classroom, tmp_path):
    assert refusal(classroom, {"COURSE_CLASSROOM": str(tmp_path / "none")}) == (
        f"error: {str(tmp_path / 'none')!r} holds no classroom.json, so it is no classroom.\n"
        "try: COURSE_CLASSROOM= with the folder that holds it, or with the address that your instructor shows; "
        f"or {NETWORK}"
    )


def test_an_address_where_nobody_answers_is_named(classroom):
    assert refusal(classroom, {"COURSE_CLASSROOM": "http://127.0.0.1:9/"}) == (
        "error: no classroom answers at 'http://127.0.0.1:9'.\n"
        f"try: ask for the address, and whether both machines share a network; or {NETWORK}"
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"targets": []}'])
def test_a_list_that_is_none_is_named(classroom, text):
    (classroom / "classroom.json").write_text(text)

    assert refusal(classroom, {}) == (
        f"error: classroom.json in {str(classroom)!r} is not the list of a classroom.\n"
        f"try: ask for another copy of the classroom; or {NETWORK}"
    )


def test_another_lock_is_told(classroom):
    with (classroom / "pack" / LOCK).open("a") as lock:
        lock.write("# newer\n")

    assert refusal(classroom, {}) == (
        f"error: the classroom {str(classroom)!r} was made for other packages than those of "
        f"'requirements/learn.txt'.\ntry: take pack and classroom from one place; or {NETWORK}"
    )


def test_another_machine_is_told(classroom):
    changed(classroom, targets=[{"platform": "plan9", "python": "3.99", "missing": []}])

    assert refusal(classroom, {}) == (
        f"error: the classroom {str(classroom)!r} is for plan9 with Python 3.99; "
        f"this is {this_platform()} with Python {this_python()}.\n"
        f"try: use one of those Pythons, as in python3.12 start.py; or {NETWORK}"
    )


def test_packages_that_nobody_had_are_told(classroom):
    changed(classroom, targets=[{"platform": this_platform(), "python": this_python(), "missing": ["two 1.0"]}])

    assert refusal(classroom, {}) == (
        f"error: the classroom {str(classroom)!r} lacks packages for this machine: two 1.0.\ntry: {NETWORK}"
    )


def installs(tool, packages, lock, trap, target):
    """Run pip or uv as the environment's module does, with every setting pointing at the trap."""
    env = packages.surroundings(os.environ | trap.settings())
    return subprocess.run(
        [*tool, "install", *(packages.uv if "uv" in tool[0] else packages.pip), "--require-hashes", "-r", lock,
         "--target", target],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def served(classroom):
    from course.classroom.folder import read

    with Server(classroom, read(classroom), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


PIP = (sys.executable, "-m", "pip")
# pip takes a second for each run, uv a blink.
AT_TEST, AT_FULL = pytest.param(PIP, marks=pytest.mark.slow), pytest.param(PIP, marks=pytest.mark.full)
UV = (str(Path(sys.executable).with_name("uv")), "pip")


@pytest.mark.parametrize("tool", [AT_TEST, UV], ids=["pip", "uv"])
def test_packages_come_from_the_folder_and_nobody_else_is_asked(classroom, trap, tmp_path, tool):
    done = installs(tool, Source(str(classroom)), classroom / "pack" / LOCK, trap, tmp_path / "in")

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "in").glob("*.py")} == {"one.py", "two.py"}
    assert trap.asked == []


@pytest.mark.parametrize("tool", [AT_FULL, UV], ids=["pip", "uv"])
def test_packages_come_over_the_room_s_network_and_nobody_else_is_asked(classroom, served, trap, tmp_path, tool):
    done = installs(tool, Source(served), classroom / "pack" / LOCK, trap, tmp_path / "in")

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "in").glob("*.py")} == {"one.py", "two.py"}
    assert trap.asked == []


@pytest.mark.parametrize("tool", [AT_FULL, UV], ids=["pip", "uv"])
def test_a_package_that_is_gone_is_not_looked_for_elsewhere(classroom, trap, tmp_path, tool):
    next((classroom / "wheelhouse").glob("two*")).unlink()

    done = installs(tool, Source(str(classroom)), classroom / "pack" / LOCK, trap, tmp_path / "in")

    assert done.returncode != 0
    assert trap.asked == []


@pytest.mark.full
def test_start_py_makes_its_environment_from_what_lies_beside(classroom, trap):
    """By pip, since this small lock has no uv."""
    for name in ("course/__init__.py", "course/bootstrap.py"):
        (classroom / "pack" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, classroom / "pack" / name)
    shutil.copytree(ROOT / "course/start", classroom / "pack/course/start")
    shutil.copy(ROOT / "course/pack/start.py", classroom / "pack/start.py")
    (classroom / "pack/build").mkdir()
    shutil.copy(wheel(classroom / "own", "checker"), wheel(classroom / "pack/wheels", "checker"))

    told = subprocess.run(
        [sys.executable, "start.py", "env"], cwd=classroom / "pack", env=os.environ | trap.settings(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    # The program `checker` is not in this small pack, so that is where it ends.
    assert f"made by pip from {classroom}" in told.stdout, told.stdout + told.stderr
    assert told.stderr.startswith("error: the starters could not be copied:")
    assert trap.asked == []
    # pip was told not to: a worker in its sandbox could not keep what it compiles, and would do so at each check.
    compiled = (classroom / "pack").glob(".venv/lib/*/site-packages/__pycache__/*.pyc")
    assert {path.name.split(".")[0] for path in compiled} >= {"one", "two"}
