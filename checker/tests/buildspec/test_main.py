"""`python -m checker.buildspec`."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.buildspec.__main__ import main
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


def test_a_file_that_is_refused_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.yml"
    path.write_text("version: 0.2\nphases:\n  build:\n    command: [a]\n    commands: ['true']\n")

    main([str(path)])

    assert capsys.readouterr().out.startswith(
        "warning: b.yml:4: the key 'command' does not belong here. CodeBuild refuses such a file, and nothing runs.\n"
    )
