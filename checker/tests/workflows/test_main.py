"""`python -m checker.workflows`: what a person at a terminal reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.workflows.__main__ import main

FILE = """
on: {push: , pull_request: , workflow_dispatch: {inputs: {tag: {default: v1}}}}
permissions: {contents: read}
concurrency: {group: all, cancel-in-progress: true}
jobs:
  test: {runs-on: x, steps: [{run: pytest}]}
  deploy:
    needs: test
    if: github.event_name != 'pull_request'
    environment: production
    runs-on: x
    permissions: {contents: read, id-token: write}
    steps: [{run: "./deploy.sh ${{ inputs.tag }}"}]
"""
PUSH = """\
Computed from a.yml, not executed: a push to main.
  test    runs          at once; token: contents read
  deploy  runs          after test; when environment production lets it; token: contents read, id-token write
  concurrency group 'all', which cancels a running one
"""
FAILED = """\
Computed from a.yml, not executed: a push to main, and job test fails.
  test    FAILS         at once; token: contents read
  deploy  is skipped    it needs test, which failed
  concurrency group 'all', which cancels a running one
"""
FORK = """\
Computed from a.yml, not executed: a pull request from a fork.
  test    runs          at once; token: contents read
  deploy  is skipped    its `if` is false: github.event_name != 'pull_request'
  concurrency group 'all', which cancels a running one
"""
DISPATCH = """\
Computed from a.yml, not executed: somebody presses Run workflow.
  test    runs          at once; token: contents read
            $ pytest
  deploy  runs          after test; when environment production lets it; token: contents read, id-token write
            $ ./deploy.sh v9
  concurrency group 'all', which cancels a running one
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        ([], 0, PUSH),
        (["--fail", "test"], 1, FAILED),
        (["fork"], 0, FORK),
        (["dispatch", "--input", "tag=v9", "--commands"], 0, DISPATCH),
        (
            ["--fail", "tests"], 2,
            "error: There is no job 'tests'. There are: test, deploy.\ntry: python -m checker.workflows a.yml\n",
        ),
        (
            ["target"], 0,
            "Computed from a.yml, not executed: a fork's pull request, by pull_request_target.\n"
            "  Nothing runs: `on` does not name pull_request_target; it names push, pull_request, workflow_dispatch.\n",
        ),
    ],
)  # fmt: skip
def test_a_computed_run_is_printed(
    arguments: list[str], code: int, printed: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yml").write_text(FILE, encoding="utf-8")

    assert main(["a.yml", *arguments]) == code
    assert capsys.readouterr().out == printed


def test_a_file_that_is_not_there_and_one_that_is_no_yaml_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.yml").write_text("on: [push\njobs:\n", encoding="utf-8")

    assert (main(["a.yml"]), main(["b.yml"])) == (3, 3)
    assert capsys.readouterr().out == (
        "error: There is no file 'a.yml' here.\ntry: ls *.yml\n"
        "error: b.yml, line 2: expected ',' or ']', but got ':'.\ntry: open the line in an editor\n"
    )


def test_a_file_that_breaks_the_schema_is_computed_with_a_warning(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yml").write_text(FILE.replace("    needs: test\n", "    need: test\n"), encoding="utf-8")

    main(["a.yml"])

    assert capsys.readouterr().out.startswith(
        "warning: a.yml:8: the key 'need' does not belong here; GitHub knows 'needs'. "
        "GitHub refuses such a file, and nothing runs.\n"
    )
