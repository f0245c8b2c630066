"""The schema's and zizmor's verdicts, in sentences."""

from __future__ import annotations

import pytest

from checker.errors import CouldNotCheck
from checker.workflows import judges
from checker.workflows.reading import read

JOB = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (JOB + "      - run: work\n", "", ""),
        # workflow-v1.0.json: one text is as good as a list, and a list of needs may be empty.
        (JOB.replace("push", "{push: {branches: main, paths: '**'}}") + "      - run: work\n", "", ""),
        (JOB.replace("    steps", "    needs: []\n    steps") + "      - run: work\n", "", ""),
        (JOB + "      - run: work\n    run: more\n", "a.yml:7", "the key 'run' does not belong here"),
        (JOB + "      - runs: work\n", "a.yml:6", "the key 'runs' does not belong here; GitHub knows 'run'"),
        ("on: push\njobs:\n  a:\n    steps:\n      - run: work\n", "a.yml:3", "'runs-on' is missing"),
        ("jobs:\n  a:\n    runs-on: x\n    steps: []\n", "a.yml:1", "'on' is missing"),
        ("on: pushes\n" + JOB.partition("\n")[2] + "      - run: work\n", "a.yml:1", None),
    ],
)
def test_the_schema_names_key_and_line(text: str, where: str, says: str | None) -> None:
    faults = judges.schema_faults("a.yml", text)

    assert bool(faults) == bool(where)
    for fault in faults:
        assert read("a.yml", text).at(*fault.path) == where
        assert says is None or fault.message == says


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (JOB + "      - runs: work\n", judges.ASK_OWNER),
        (JOB.replace("  a:\n", "  a:\n    permissions: {id-token: read}\n") + "      - run: work\n", judges.ASK_VALUE),
    ],
)
def test_a_wrong_value_is_no_question_of_indentation(text: str, asks: str) -> None:
    (fault,) = judges.schema_faults("a.yml", text)

    assert fault.next == asks


def test_zizmor_names_rule_and_line() -> None:
    text = JOB + '      - run: echo "${{ github.event.issue.title }}"\npermissions: {}\n'

    (found,) = judges.zizmor("a.yml", text)

    assert (found.rule, found.severity, found.line) == ("template-injection", "High", 6)


def test_a_comment_hides_no_finding() -> None:
    line = '      - run: echo "${{ github.event.issue.title }}"'
    text = f"{JOB}{line} # zizmor: ignore[template-injection]\n{line}\npermissions: {{}}\n"

    found = judges.zizmor("a.yml", text)

    assert [(one.rule, one.line, one.hidden) for one in found] == [
        ("template-injection", 6, True),
        ("template-injection", 7, False),
    ]


def test_a_missing_program_is_not_the_trainees_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges.sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CouldNotCheck) as caught:
        judges.zizmor("a.yml", JOB)

    assert caught.value.finding.seen == "The program zizmor is not installed; it comes with requirements/learn.txt."


def test_a_file_that_zizmor_does_not_read_could_not_be_checked() -> None:
    with pytest.raises(CouldNotCheck) as caught:
        judges.zizmor("a.yml", "on: push\njobs: nothing\n")

    assert caught.value.finding.seen.startswith("zizmor ended with exit code ")
