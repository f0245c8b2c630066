"""The reusable workflow and the GitLab template: an instructor's pack judges what a trainee pushed.

Their own commands are run here, in a miniature course. Nothing here runs on GitHub or GitLab.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import yaml
from jsonschema.validators import validator_for

from checker.readers import read_yaml_12
from checker.workflows.judges import schema_faults, zizmor
from course.build.sync import ROOT
from course.engines.testing import need
from course.prose import FENCE

PACK = ROOT / "course" / "pack"
MINI = ROOT / "checker" / "tests" / "data" / "mini_course"
BIN = Path(sys.executable).parent
GITHUB = PACK / ".github" / "workflows" / "grade-pack.yml"
GITLAB = PACK / ".gitlab" / "grade-pack.yml"
PAGE = ROOT / "docs" / "pages" / "how-to" / "grade-on-push.md"

WORKFLOW = read_yaml_12(GITHUB.name, GITHUB.read_text(encoding="utf-8"))
SPEC, JOBS = yaml.safe_load_all(GITLAB.read_text(encoding="utf-8"))
STEPS = {step.get("name", step.get("uses")): step for step in WORKFLOW["jobs"]["grade"]["steps"]}
CALLER, INCLUDE = (one["body"] for one in FENCE.finditer(PAGE.read_text(encoding="utf-8")) if one["info"] == "yaml")
INPUTS = {"repository": "school/pack", "exercises": "1", "profile": "self"}

# Where the miniature course makes its environment as the pack does: with the tests' own.
START = f"from pathlib import Path\nPath('.venv').mkdir()\nPath('.venv/bin').symlink_to({str(BIN)!r})\n"
# Its answer is long enough that the report breaks the line in front of what a runner takes for a command.
SLY = "def greet(name):\n    return 'x' * 50 + ' ::error::taken'\n"


def gitlab_faults(document: object) -> list[str]:
    source = resources.files("check_jsonschema").joinpath("builtin_schemas/vendor/gitlab-ci.json")
    schema = json.loads(source.read_text(encoding="utf-8"))
    return [error.message for error in validator_for(schema)(schema).iter_errors(document)]


def test_both_and_who_calls_them_keep_their_schemas():
    assert schema_faults(GITHUB.name, GITHUB.read_text(encoding="utf-8")) == []
    assert schema_faults("grade.yml", CALLER) == []
    assert [gitlab_faults(one) for one in (SPEC, JOBS, yaml.safe_load(INCLUDE))] == [[], [], []]


@pytest.mark.parametrize("text", [GITHUB.read_text(encoding="utf-8"), CALLER], ids=["workflow", "caller"])
def test_zizmor_finds_nothing_of_any_severity(text):
    assert zizmor("grade.yml", text, least="Unknown") == []


def test_it_asks_for_no_secret_no_right_and_no_action_that_the_pack_does_not_use():
    practice = (PACK / ".github" / "workflows" / "grade.yml").read_text(encoding="utf-8")
    used = [step["uses"] for step in STEPS.values() if "uses" in step]

    assert (WORKFLOW["permissions"], yaml.safe_load(CALLER)["permissions"]) == ({"contents": "read"},) * 2
    assert "secrets." not in GITHUB.read_text(encoding="utf-8")
    assert [name for name in used if name not in practice] == []
    assert [step["with"]["persist-credentials"] for name, step in STEPS.items() if "Fetch" in name] == [False] * 2
    assert not any("cache" in step.get("with", {}) for step in STEPS.values()) and "cache" not in JOBS["grade-pack"]


def test_the_examples_of_the_page_name_files_and_inputs_that_are_there():
    [job] = yaml.safe_load(CALLER)["jobs"].values()
    repository, _, path = job["uses"].partition("/.github/")
    [include] = yaml.safe_load(INCLUDE)["include"]
    inputs = WORKFLOW["on"]["workflow_call"]["inputs"]

    assert (PACK / ".github" / path.partition("@")[0]) == GITHUB
    assert (repository, path.partition("@")[2]) == (job["with"]["repository"], job["with"]["commit"])
    assert {name for name, one in inputs.items() if one.get("required")} <= set(job["with"]) <= set(inputs)
    assert PACK / include["file"] == GITLAB
    assert (include["project"], include["ref"]) == (include["inputs"]["project"], include["inputs"]["commit"])
    for name, value in include["inputs"].items():
        assert re.search(SPEC["spec"]["inputs"][name]["regex"], value), name


def test_gitlab_runs_what_github_runs_but_for_the_log_and_the_summary():
    said = re.sub(r"::error::", "", STEPS["Grade"]["run"])
    said = re.sub(r"stop=.*\n|echo \"::.*\n|\{\n(.*\n)*\} >>.*\n", "", said)

    assert JOBS["grade-pack"]["script"][-1].splitlines() == said.splitlines()


@pytest.mark.parametrize("commit", ["main", "v1", "0" * 39, "0" * 41, "0" * 40 + "; true", ""])
def test_a_commit_that_could_move_is_refused(tmp_path, commit):
    done = run(STEPS["Look at the commit"], tmp_path, commit=commit)

    assert done.returncode == 1
    assert done.stdout == (
        "::error::The input commit is no commit. Give all 40 digits: a branch or a tag can move between two runs.\n"
    )
    assert run(STEPS["Look at the commit"], tmp_path, commit="0" * 40).returncode == 0
    assert not re.search(SPEC["spec"]["inputs"]["commit"]["regex"], commit)


# -- the commands ---------------------------------------------------------------------------------------------------
def surroundings(folder: Path, **more: str) -> dict[str, str]:
    # CI: whatever this machine can do, it counts as one that is thrown away.
    known = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT), "CI": "true"}
    return known | {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")} | more


def run(step, workspace: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """A step as GitHub runs it: expressions replaced in `env` alone, the default shell of Linux."""
    given = INPUTS | inputs
    env = {key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda name: given[name[1]], value)
           for key, value in step.get("env", {}).items()}  # fmt: skip
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=workspace / step.get("working-directory", "."),
        env=surroundings(workspace, **env), capture_output=True, text=True, check=False,
    )  # fmt: skip


def git(folder: Path, *words: str) -> str:
    env = surroundings(folder)
    who = ("-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *words], cwd=folder, env=env, capture_output=True, text=True, check=True).stdout


def checks_that_give_everything(course: Path) -> None:
    [path] = course.rglob("test_01_greeting.py")
    path.write_text(re.sub(r"(\"\"\"The .*\"\"\"\n)", r"\1    return\n", path.read_text()))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Beside each other: the instructor's pack, and a trainee's push that brings checks of its own."""
    folder = tmp_path_factory.mktemp("runner")
    for name in ("pack", "pushed"):
        shutil.copytree(MINI, folder / name)
    (folder / "pack" / "start.py").write_text(START)
    starter = folder / "pushed" / "exercises" / "01_greeting" / "starter"
    checks_that_give_everything(folder / "pushed")
    shutil.copytree(starter, folder / "pushed" / "work" / "01_greeting")
    (folder / "pushed" / "work" / "01_greeting" / "greeting.py").write_text(SLY)
    return folder


@pytest.fixture(scope="module")
def on_github(place):
    """What the run said, and the folder of the runner after it."""
    folder = Path(shutil.copytree(place, place.with_name("github")))
    made = run(STEPS["Make the environment"], folder)
    assert made.returncode == 0, made.stderr
    return run(STEPS["Grade"], folder, commit="0" * 40), folder


@pytest.mark.slow
def test_the_instructors_checks_count_and_missing_points_are_no_fault(on_github):
    done, folder = on_github
    result = json.loads((folder / "grades" / "01_greeting.json").read_text())["result"]

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().splitlines()[-2] == "total: 0 of 5 points"
    assert (result["score"], result["max"]) == (0, 5)
    assert result["isolation"] in ("namespace", "container")


@pytest.mark.slow
def test_what_a_trainee_wrote_is_no_command_of_the_runner(on_github):
    done, _ = on_github
    first, *report, last = done.stdout.splitlines()
    word = first.removeprefix("::stop-commands::")

    assert re.fullmatch("[0-9a-f]{32}", word) and last == f"::{word}::"
    assert any(line.lstrip().startswith("::error::taken") for line in report), done.stdout


@pytest.mark.slow
def test_the_summary_says_who_judged_and_shows_the_report_as_text(on_github):
    _, folder = on_github
    said, empty, *report = (folder / "summary.md").read_text().splitlines()

    assert said == f"Exercises 1, profile self, graded with the checks of school/pack at {'0' * 40}."
    assert empty == ""
    assert report == [f"    {line}" for line in (folder / "report.txt").read_text().splitlines()]


@pytest.mark.slow
def test_on_gitlab_neither_a_pushed_result_nor_a_later_commit_counts(on_github, place):
    """The push brings the very result that a resumed run would keep, with full points; the pack's branch went on."""
    _, graded = on_github
    project = place / "pushed"
    kept = json.loads((graded / "grades" / "01_greeting.json").read_text())
    kept["result"]["score"] = 5
    (project / "grades").mkdir()
    (project / "grades" / "01_greeting.json").write_text(json.dumps(kept))
    server = Path(shutil.copytree(place / "pack", place / "server" / "school" / "pack.git"))
    git(server, "init", "--quiet")
    commit = ""
    for name in ("as it was given", "gone on"):
        git(server, "add", "--all")
        git(server, "commit", "--quiet", "--message", name)
        commit = commit or git(server, "rev-parse", "HEAD").strip()
        checks_that_give_everything(server)

    done = run_on_gitlab(project, place / "server", commit)

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().splitlines()[-1] == "total: 0 of 5 points"
    assert json.loads((project / "grades" / "01_greeting.json").read_text())["result"]["score"] == 0


def run_on_gitlab(project: Path, server: Path, commit: str) -> subprocess.CompletedProcess[str]:
    """The job's script as a runner runs it: inputs put in as text, one shell for all lines."""
    given = {"project": "school/pack", "commit": commit, "exercises": "all", "profile": "self"}
    script = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda name: given[name[1]], "\n".join(JOBS["grade-pack"]["script"]))
    known = {"CI_PROJECT_DIR": str(project), "CI_SERVER_URL": str(server), "TMPDIR": str(server)}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=project, env=surroundings(server, **known),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_link_is_refused_before_anything_is_graded(place, tmp_path):
    """In an instructor's clone of the course, a link could lead to the answers."""
    folder = Path(shutil.copytree(place, tmp_path / "runner"))
    (folder / "pushed" / "work" / "02_other").symlink_to(folder / "pack")

    done = run(STEPS["Grade"], folder, commit="0" * 40)

    assert done.returncode == 1
    assert done.stdout == (
        "::error::work/ or a folder in it is a link, which is not followed. Push the folder itself.\n"
    )
    assert not (folder / "grades").exists()


@pytest.mark.slow
def test_a_push_without_work_turns_it_red_with_a_sentence(on_github):
    _, graded = on_github
    (graded / "pushed" / "work").rename(graded / "pushed" / "elsewhere")
    done = run(STEPS["Grade"], graded, commit="0" * 40)
    (graded / "pushed" / "elsewhere").rename(graded / "pushed" / "work")

    assert done.returncode == 1
    assert "error: There is no folder '../pushed/work'." in done.stderr


@pytest.mark.live
def test_actionlint_finds_nothing_in_them():
    lint = need("actionlint")
    paths = [GITHUB, GITHUB.with_name("grade.yml")]
    done = subprocess.run([lint.where, *map(os.fspath, paths)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
