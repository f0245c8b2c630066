"""A trainee's push, run by act: the workflow that the page shows, the reusable one, a real pack, real work.

Real are act, both workflows, the pack with its commit, the files handed in, the grader and its sandbox. Stand-ins:
the actions, this environment in place of the one that `start.py env` makes, and sudo.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.course import find_course
from checker.release.pack import release
from course.benchmarks.made_class import make_class
from course.build.sync import ROOT
from course.engines import act
from course.engines.testing import need
from course.tests.build.test_grade_on_push import CALLER

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]
BIN = Path(sys.executable).parent

# act takes what was pushed from the folder; another repository it would fetch from GitHub.
CHECKOUT = """\
name: checkout
description: Fetches from a folder of this machine.
inputs: {repository: {default: ""}, ref: {default: ""}, path: {default: ""}, persist-credentials: {default: ""}}
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        git clone --quiet --no-checkout "$HUB/${{ inputs.repository }}" "${{ inputs.path }}"
        git -C "${{ inputs.path }}" checkout --quiet --detach "${{ inputs.ref }}"
"""
PYTHON = f"""\
#!/bin/sh
case "$*" in "start.py env") mkdir .venv && ln -s {BIN} .venv/bin;; *) exec {sys.executable} "$@";; esac
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory, data_dir, bundle_dir) -> Path:
    """As `make release` lays it out. That it shows no answer, test_pack.py asks: it takes longer than all of this."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKER_RESOURCE_DATA", str(data_dir))
        patch.setenv("CHECKER_RESOURCE_MODEL", str(bundle_dir))
        patch.setattr("checker.release.pack._prove", lambda *_: None)
        return release(find_course(ROOT), tmp_path_factory.mktemp("release")).pack


@pytest.fixture(scope="module")
def pushed(tmp_path_factory) -> Path:
    """A trainee's repository: exercise 4 solved, 5 as it was given, and checks of their own that ask nothing."""
    folder = tmp_path_factory.mktemp("pushed")
    course = find_course(ROOT)
    [ada] = make_class(course, ["04"], folder / "made", people=1)
    (folder / "made" / ada.name).rename(folder / "work")
    (folder / "made").rmdir()
    shutil.copytree(course.exercise("05").starter, folder / "work" / course.exercise("05").slug)
    cheat = folder / "exercises" / course.exercise("05").slug / "checks"
    cheat.mkdir(parents=True)
    (cheat / "conftest.py").write_text("raise SystemExit(0)\n")
    return folder


def call(folder: Path, pack: Path) -> str:
    """Put the page's own workflow into the push, with the names and the commit of this pack; its `uses`."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=pack, capture_output=True, text=True, check=True)
    commit = head.stdout.strip()
    text = CALLER.replace("0123456789abcdef0123456789abcdef01234567", commit)
    place = folder / ".github" / "workflows"
    place.mkdir(parents=True, exist_ok=True)
    (place / "grade.yml").write_text(text)
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main"], cwd=folder, check=True)
    return f"SCHOOL/pack@{commit}"


def ran(folder: Path, pack: Path, place: Path) -> tuple[int, str]:
    """What act says to a push, and its exit code."""
    programs = place / "bin"
    programs.mkdir()
    for name, text in (("python3", PYTHON), ("sudo", "#!/bin/sh\n")):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (place / "checkout").mkdir()
    (place / "checkout" / "action.yml").write_text(CHECKOUT)
    (place / "hub" / "SCHOOL").mkdir(parents=True)
    (place / "hub" / "SCHOOL" / "pack").symlink_to(pack)
    uses = call(folder, pack)
    # The page's workflow uses no action but the reusable workflow, which uses those of the pack.
    actions = [word for one in act.used(pack) for word in _local(*one, place)]
    argv = [
        need("act").where, "push", *act.platforms(pack), "--local-repository", f"{uses}={pack}", *actions,
        "--env", f"HUB={place / 'hub'}",
    ]  # fmt: skip
    env = os.environ | {"HOME": str(place), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(argv, cwd=folder, env=env, stdout=-1, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def _local(owner: str, name: str, ref: str, place: Path) -> list[str]:
    stand_in = place / "checkout" if name == "checkout" else act.ACTIONS / owner / name
    return ["--local-repository", f"{owner}/{name}@{ref}={stand_in}"]


def test_a_push_is_graded_with_the_checks_of_the_pack(pack, pushed, tmp_path):
    code, said = ran(pushed, pack, tmp_path)

    assert code == 0, said
    artifact = tmp_path / "artifacts" / "grades"
    results = {path.stem[:2]: json.loads(path.read_text())["result"] for path in artifact.glob("grades/*.json")}
    assert {number: one["score"] for number, one in results.items()} == {"04": results["04"]["max"], "05": 0}
    assert results["05"]["max"] > 0
    assert {one["profile"] for one in results.values()} == {"two-days"}
    assert f"total: {results['04']['max']} of " in (artifact / "report.txt").read_text()
    assert f"total: {results['04']['max']} of " in said
