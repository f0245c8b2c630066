"""Workflows on this machine: with stand-ins for actions, and jobs that run or not as the file says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course.engines import act, act_program
from course.engines.found import EngineTrouble
from course.engines.testing import need

WORKFLOW = """name: ci
on: {push: {branches: [main]}, pull_request: {}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with: {python-version: "3.13"}
      - run: test ! -e broken
  build:
    needs: test
    runs-on: ubuntu-latest
    outputs: {digest: "${{ steps.build.outputs.digest }}"}
    steps:
      - uses: actions/checkout@v7
      - {id: build, uses: docker/build-push-action@v7, with: {push: true}}
  deploy:
    needs: build
    if: github.event_name == 'push' && github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    steps: [{run: "echo deploys ${{ needs.build.outputs.digest }}"}]
"""


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "ci.yml").write_text(WORKFLOW)
    return folder


def test_every_action_but_checkout_has_a_folder_whatever_its_ref(repository):
    words = act.local_actions(repository)

    assert words == [
        "--local-repository", f"actions/setup-python@v7={act.ACTIONS / 'actions' / 'setup-python'}",
        "--local-repository", f"docker/build-push-action@v7={act.ACTIONS / 'docker' / 'build-push-action'}",
    ]  # fmt: skip


def test_every_label_of_a_runner_is_this_machine(repository):
    (repository / ".github" / "workflows" / "more.yml").write_text(
        "jobs:\n  a: {runs-on: [self-hosted, linux], steps: []}\n"
        "  b:\n    runs-on: ubuntu-24.04\n  c:\n    runs-on:\n      - big\n    steps: []\n"
    )

    words = act.platforms(repository)

    labels = ["big", "linux", "self-hosted", "ubuntu-24.04", "ubuntu-latest"]
    assert words == [word for label in labels for word in ("--platform", f"{label}=-self-hosted")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("python -m pytest", 0, "pytest stands in: fine"),
        ("pip install -r requirements.txt pytest", 0, "pip stands in: fine"),
        ("aws ecr get-login-password", 0, "a-password-that-opens-nothing"),
        ("docker build --tag a .", 0, "docker stands in: fine"),
        ("uv run pytest -q", 0, "pytest stands in: fine"),
    ],
)
def test_a_program_says_that_it_stands_in(words, code, said, capsys):
    assert (act_program.main(words.split()), capsys.readouterr().out) == (code, f"{said}\n")


def test_tests_fail_where_they_are_told_to(monkeypatch, capsys):
    monkeypatch.setenv("STAND_IN_FAILS", "pytest")

    assert (act_program.main(["pytest"]), act_program.main(["pytest", "--collect-only"])) == (1, 0)
    assert capsys.readouterr().out == "pytest stands in: a test fails\npytest stands in: fine\n"


def test_digest_and_id_of_an_image_differ(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for template in ("{{index .RepoDigests 0}}", "{{.Id}}"):
        act_program.main(["docker", "inspect", "--format", template, "registry/app:1"])
    act_program.main(["docker", "build", "--metadata-file", "made.json", "--iidfile", "id.txt", "."])

    reference, image_id, _ = capsys.readouterr().out.split("\n", 2)
    metadata = json.loads((tmp_path / "made.json").read_text())
    assert reference == f"registry/app@{metadata['containerimage.digest']}"
    assert image_id == metadata["containerimage.config.digest"] == (tmp_path / "id.txt").read_text()
    assert image_id not in reference


def test_an_action_without_a_stand_in_is_named(repository):
    (repository / ".github" / "workflows" / "more.yaml").write_text(
        'steps: [{"uses": "x/y@v1"}]\n- uses: some/thing@v1\n'
    )

    with pytest.raises(EngineTrouble) as trouble:
        act.local_actions(repository)

    assert str(trouble.value) == "There is no stand-in for the action x/y."


@pytest.mark.parametrize("path", sorted(act.ACTIONS.rglob("action.yml")), ids=lambda path: path.parent.name)
def test_a_stand_in_says_what_it_stands_for(path):
    action = yaml.safe_load(path.read_text())

    assert action["name"] == path.parent.name
    assert action["description"].startswith(f"Stands in for {path.parents[1].name}/{path.parent.name}; ")
    assert action["runs"]["using"] == "composite"


def jobs(repository: Path, event: str) -> tuple[dict[str, str], str]:
    """Each job's result and everything that was said, by the command that a live check uses."""
    words = need("act").facts["run"].split()
    done = subprocess.run([*words, event], cwd=repository, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {one["jobID"]: one["jobResult"] for one in lines if "jobResult" in one}, done.stdout


@pytest.mark.live
def test_a_push_runs_every_job_and_passes_on_the_digest(repository):
    results, said = jobs(repository, "push")

    assert results == dict.fromkeys(("test", "build", "deploy"), "success")
    assert "deploys sha256:" in said


@pytest.mark.live
def test_a_pull_request_deploys_nothing(repository):
    results, _ = jobs(repository, "pull_request")

    assert results == dict.fromkeys(("test", "build"), "success")


@pytest.mark.live
def test_a_failing_test_gates_what_needs_it(repository):
    (repository / "broken").touch()

    results, said = jobs(repository, "push")

    assert results == {"test": "failure"}
    assert "deploys sha256:" not in said


@pytest.mark.live
@pytest.mark.parametrize(
    ("words", "due"),
    [
        (["push"], "test        success\nbuild       success\ndeploy      success\n"),
        (["--fail", "pytest", "push"], "test        failure\nbuild       did not run\ndeploy      did not run\n"),
        (["pull_request"], "test        success\nbuild       success\ndeploy      did not run\n"),
    ],
)
def test_the_short_report_names_each_job(repository, words, due):
    workflow = repository / ".github" / "workflows" / "ci.yml"
    workflow.write_text(WORKFLOW.replace("test ! -e broken", "python -m pytest"))
    (repository / "ci.yml").write_text(workflow.read_text())
    shutil.rmtree(repository / ".github")
    command = [*need("act").facts["run"].split(), "--short", *words]

    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    assert done.stdout == due


@pytest.mark.live
def test_the_folder_is_left_as_it_was(repository):
    before = sorted(os.walk(repository))

    jobs(repository, "push")

    assert sorted(os.walk(repository)) == before


def test_an_event_that_is_none(repository):
    done = subprocess.run(
        [sys.executable, act.ACTIONS.parent / "__main__.py", "act", "schedule"], cwd=repository, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "error: There is no " in done.stderr


@pytest.mark.live
def test_actionlint_finds_what_no_schema_finds(repository):
    lint = need("actionlint")
    path = repository / ".github" / "workflows" / "ci.yml"
    clean = subprocess.run([lint.where, str(path)], capture_output=True, text=True, check=False)
    path.write_text(WORKFLOW.replace("needs.build.outputs.digest", "needs.build.outputs.image"))

    wrong = subprocess.run([lint.where, str(path)], capture_output=True, text=True, check=False)

    assert (clean.returncode, clean.stdout) == (0, "")
    assert 'property "image" is not defined' in wrong.stdout
