"""`python -m checker.buildspec`."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.buildspec.__main__ import main
from checker.buildspec.programs import NO_MODEL
from checker.tests.buildspec.conftest import spec
from checker.tests.buildspec.test_stand_ins import BUILD, LOGIN, PUSH


def test_it_prints_the_log_and_what_was_pushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("buildspec.yml").write_text(spec(pre_build=[LOGIN, "pytest"], build=[BUILD, PUSH, "touch made"]))

    assert main([]) == 0

    said = capsys.readouterr().out
    assert "[Container] Phase complete: BUILD State: SUCCEEDED" in said
    assert "The build SUCCEEDED. Nothing was built for real; docker and aws are stand-ins." in said
    assert "  pushed    movie-service:1  sha256:" in said
    # The commands ran in a copy.
    assert [one.name for one in tmp_path.iterdir()] == ["buildspec.yml"]


def test_a_failing_test_fails_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("buildspec.yml").write_text(spec(pre_build=["pytest"], build=[BUILD]))

    assert main(["--fail", "tests"]) == 1
    assert capsys.readouterr().out.endswith("  pushed    nothing\n")


@pytest.mark.parametrize(("guard", "end"), [("true", "pushed    movie-service:1"), ("false", "pushed    nothing\n")])
def test_an_image_that_does_not_start_is_pushed_by_whoever_does_not_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], guard: str, end: str
) -> None:
    monkeypatch.chdir(tmp_path)
    start = 'docker run --rm "$REPOSITORY_URI:1" --check'
    Path("buildspec.yml").write_text(spec(pre_build=[LOGIN], build=[BUILD, start], post_build=[guard, PUSH]))

    assert main(["--fail", "start"]) == 1

    said = capsys.readouterr().out
    assert f"\n{NO_MODEL}\n" in said
    assert f"  {end}" in said


DEFINES = "echo '[]' > imagedefinitions.json"


@pytest.mark.parametrize("fails", [True, False])
def test_who_gets_the_artifact_of_a_failed_build_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, fails: bool
) -> None:
    """The artifact of a failed build stood in the summary as if a deployment would read it."""
    monkeypatch.chdir(tmp_path)
    files = "artifacts: {files: [imagedefinitions.json]}\n"
    Path("buildspec.yml").write_text(spec(pre_build=[LOGIN], build=[BUILD], post_build=[DEFINES]) + files)

    main(["--fail", "docker-build"] if fails else [])

    nobody = "  handed on to nobody: after a build that FAILED no later stage of a pipeline begins\n"
    pushed = "  pushed    nothing\n  artifact  imagedefinitions.json: []\n"
    assert capsys.readouterr().out.endswith(f"{pushed}{nobody if fails else ''}")


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.yml"]) == 3
    assert capsys.readouterr().out == "error: There is no file 'nowhere.yml' here.\ntry: ls *.yml\n"


def test_a_file_that_is_no_text_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.yml"
    path.write_bytes(b"version: \xff\n")

    assert main([str(path)]) == 3
    assert capsys.readouterr().out == f"error: The file '{path}' cannot be read as text.\ntry: file b.yml\n"


def test_a_file_of_the_checker_that_is_missing_is_no_fault_of_yours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was called a buildspec that is not there."""
    path = tmp_path / "b.yml"
    path.write_text(spec(build=["true"]))

    def gone(_: object) -> None:
        raise FileNotFoundError("schema.json")

    monkeypatch.setattr("checker.buildspec.__main__.schema_faults", gone)

    with pytest.raises(FileNotFoundError):
        main([str(path)])


REFUSED = "CodeBuild refuses such a file, and nothing runs.\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "- 'true'", "- if false; then echo \"Failed: not pushed\"; exit 1; fi",
            "error: b.yml:5: this command is read as a key with a value, since a colon and a blank stand in it.\n"
            f"{REFUSED}try: put quotes around the whole command\n",
        ),
        (
            "    commands", "    command: [a]\n    commands",
            "error: b.yml:4: the key 'command' does not belong here.\n"
            f"{REFUSED}try: compare the key and its indentation with AWS's reference\n",
        ),
        (
            "version: 0.2", "version: 2\ncaches: {}",
            "error: b.yml:2: the key 'caches' does not belong here.\n"
            "error: b.yml:1: '2' is not of a kind that belongs here.\n"
            f"{REFUSED}try: compare the key and its indentation with AWS's reference\n",
        ),
    ],
)  # fmt: skip
def test_a_file_that_codebuild_refuses_is_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    """A colon in the guard left the guard out of the run, and the push ran on."""
    path = tmp_path / "b.yml"
    path.write_text(spec(build=["true", LOGIN, BUILD, PUSH]).replace(old, new, 1))

    assert main([str(path)]) == 1
    assert capsys.readouterr().out == said
