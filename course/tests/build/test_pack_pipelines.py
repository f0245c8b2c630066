"""The two pipelines of the pack that grade at each push: valid, alike, and green when points are missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course.build.sync import ROOT

PACK = ROOT / "course" / "pack"
MINI = ROOT / "checker" / "tests" / "data" / "mini_course"
BIN = Path(sys.executable).parent
GITHUB = PACK / ".github" / "workflows" / "grade.yml"
GITLAB = PACK / ".gitlab-ci.yml"


def github():
    steps = yaml.safe_load(GITHUB.read_text())["jobs"]["grade"]["steps"]
    return next(step["run"] for step in steps if step.get("name") == "Grade")


def gitlab():
    [script] = yaml.safe_load(GITLAB.read_text())["grade"]["script"]
    return script


@pytest.mark.slow
@pytest.mark.parametrize(("schema", "path"), [("github-workflows", GITHUB), ("gitlab-ci", GITLAB)])
def test_both_are_valid(schema, path):
    command = [BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_gitlab_runs_what_github_runs_but_for_the_summary():
    assert gitlab().splitlines() == [line for line in github().splitlines() if "GITHUB_STEP_SUMMARY" not in line]


@pytest.mark.slow
@pytest.mark.parametrize(("script", "kind", "says"), [(github, "starter", "0 of 5"), (gitlab, "none", "")])
def test_missing_points_leave_it_green_and_a_fault_does_not(tmp_path, script, kind, says):
    pack = tmp_path / "pack"
    shutil.copytree(MINI, pack)
    (pack / ".venv").mkdir()
    (pack / ".venv" / "bin").symlink_to(BIN)
    if kind == "starter":
        shutil.copytree(pack / "exercises" / "01_greeting" / "starter", pack / "work" / "01_greeting")
    env = {"PATH": "/usr/bin:/bin", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        ["bash", "-e", "-c", script()], cwd=pack, env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0) == (kind == "starter"), done.stderr
    assert says in done.stdout
