"""CodeBuild's rules: which phases run, what lasts between commands, what a build hands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.buildspec import Build
from checker.errors import NotYet
from checker.tests.buildspec.conftest import COMMIT, Builder, spec


def names(made: Build) -> list[str]:
    return [one.name for one in made.phases]


def test_post_build_runs_after_a_failed_build(build: Builder) -> None:
    made = build(spec(build=["false"], post_build=["echo late"]))

    assert names(made) == ["build", "post_build"]
    assert made.status == "FAILED"
    assert made.failure is not None and made.failure.why == (
        "Error while executing command: false. Reason: exit status 1"
    )
    assert "late" in made.log


@pytest.mark.parametrize("phase", ["install", "pre_build"])
def test_nothing_follows_a_failure_before_the_build(build: Builder, phase: str) -> None:
    made = build(spec(**{phase: ["false"]}, build=["echo built"], post_build=["echo late"]))

    assert names(made) == [phase]


def test_the_rest_of_a_failed_phase_is_left_out_and_finally_runs(build: Builder) -> None:
    made = build(spec(build=["exit 3", "echo never"]) + "    finally:\n      - echo at last\n")

    assert "Running command echo never" not in made.log
    assert "\nat last\n" in made.log
    assert "exit status 3" in made.log


def test_a_failing_finally_fails_its_phase(build: Builder) -> None:
    made = build("version: 0.2\nphases:\n  build:\n    commands: ['true']\n    finally: ['false']\n")

    assert made.status == "FAILED"


@pytest.mark.parametrize(("action", "run"), [("ABORT", ["build"]), ("CONTINUE", ["build", "post_build"])])
def test_on_failure_says_what_follows(build: Builder, action: str, run: list[str]) -> None:
    text = spec(build=["false"], post_build=["true"]).replace("  build:\n", f"  build:\n    on-failure: {action}\n", 1)

    assert names(build(text)) == run


def test_continue_goes_on_after_a_failed_pre_build_and_the_build_stays_failed(build: Builder) -> None:
    text = spec(pre_build=["false"], build=["echo $CODEBUILD_BUILD_SUCCEEDING"])
    made = build(text.replace("  pre_build:\n", "  pre_build:\n    on-failure: CONTINUE\n"))

    assert names(made) == ["pre_build", "build"]
    assert (made.status, "\n0\n" in made.log) == ("FAILED", True)


def test_retry_runs_the_phase_again(build: Builder) -> None:
    text = spec(build=["test -f there || { touch there; exit 1; }"])
    made = build(text.replace("  build:\n", "  build:\n    on-failure: RETRY-2\n"))

    assert made.status == "SUCCEEDED"


def test_variables_and_folder_last_from_command_to_command_and_phase_to_phase(build: Builder) -> None:
    made = build(spec(pre_build=["mkdir sub", "cd sub", "NAME=movie"], build=["echo $NAME in $(basename $PWD)"]))

    assert "movie in sub" in made.log


@pytest.mark.parametrize("shell", ["bash", "/bin/sh"])
def test_an_option_lasts_too(build: Builder, shell: str) -> None:
    made = build(spec(f"env:\n  shell: {shell}\n", build=["set -o pipefail", "false | cat", "echo never"]))

    assert made.status == "FAILED"
    assert "Running command echo never" not in made.log


def test_in_version_01_each_command_begins_afresh(build: Builder) -> None:
    made = build(spec(build=["NAME=movie", "echo :$NAME:"]).replace("0.2", "0.1"))

    assert "\n::\n" in made.log


def test_exit_0_ends_one_command_only(build: Builder) -> None:
    made = build(spec(build=["exit 0", "echo goes on"]))

    assert "\ngoes on\n" in made.log


def test_the_commit_is_known_and_the_project_wins_over_the_buildspec(build: Builder) -> None:
    env = "env:\n  variables:\n    COLOR: red\n    SIZE: small\n"
    made = build(spec(env, build=["echo $COLOR $SIZE $CODEBUILD_RESOLVED_SOURCE_VERSION"]), variables={"COLOR": "blue"})

    assert f"blue small {COMMIT}" in made.log


def test_exported_variables_are_those_at_the_end(build: Builder) -> None:
    made = build(spec("env:\n  exported-variables: [DIGEST]\n", build=["DIGEST=a"], post_build=["DIGEST=b"]))

    assert made.exported == {"DIGEST": "b"}


def test_artifacts_are_collected_below_their_folder(build: Builder) -> None:
    files = "artifacts:\n  files: ['**/*']\n  base-directory: out\n"
    made = build(spec(files, build=["mkdir -p out/deep", "echo 1 > out/a.json", "echo 2 > out/deep/b.json"]))

    assert made.artifacts == {"a.json": b"1\n", "deep/b.json": b"2\n"}


def test_an_artifact_that_is_not_there_fails_the_build(build: Builder) -> None:
    made = build(spec("artifacts:\n  files: image.json\n", build=["true"]))

    assert made.status == "FAILED"
    assert made.phases[-1].why == "no matching artifact paths found: image.json"


def test_a_link_out_of_the_folder_is_no_artifact(build: Builder, tmp_path: Path) -> None:
    (tmp_path.parent / "secret").write_text("secret")
    made = build(spec("artifacts:\n  files: [a]\n", build=[f"ln -s {tmp_path.parent / 'secret'} a"]))

    assert b"secret" not in made.artifacts.get("a", b"")


def test_a_build_that_ends_its_own_runner_is_a_finding(build: Builder) -> None:
    with pytest.raises(NotYet) as caught:
        build(spec(build=["kill -9 $PPID"]))

    assert caught.value.finding.seen == "the run ended before its phases did"


def test_a_command_that_bash_cannot_read_is_told_without_a_path_of_ours(build: Builder) -> None:
    made = build(spec(build=["if true; then", "echo a", "fi"]))

    assert "\ncommand: line 2: syntax error: unexpected end of file\n" in made.log
