"""Names in expressions: which GitHub knows, which it offers at a key, and what it does with others.

Source: GitHub's "Contexts reference", section "Context availability"; the rules of actionlint, expression, agree.
"""

from __future__ import annotations

import pytest

from checker.workflows.graph import graph_faults
from checker.workflows.reading import read

FILE = """\
on: {push: , workflow_dispatch: {inputs: {to: {type: string}}}}
concurrency: GROUP
env: {A: ENV}
jobs:
  build:
    if: IF
    environment: PLACE
    outputs: {a: "${{ steps.s.outputs.a }}"}
    runs-on: ubuntu-24.04
    steps:
      - id: s
        if: STEP
        run: WORK
        env: {B: "${{ secrets.B }}"}
"""
FINE = {
    "GROUP": "all-${{ github.ref }}", "ENV": "${{ secrets.A }}", "IF": "github.ref_name == 'main' && !cancelled()",
    "PLACE": "${{ inputs.to }}", "STEP": "env.A != '' && hashFiles('a') != ''", "WORK": "work ${{ job.status }}",
}  # fmt: skip


def faults(**changed: str) -> list[tuple[str, str]]:
    text = FILE
    for key, value in (FINE | changed).items():
        text = text.replace(key, f'"{value}"', 1)
    workflow = read("a.yml", text)
    return [(workflow.at(*one.path), one.message) for one in graph_faults(workflow)]


def test_what_github_offers_at_each_key_is_accepted() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("key", "text", "line", "says"),
    [
        ("IF", "gihub.ref == 'a'", 6, "GitHub knows no `gihub` (there is `github`), and refuses the file"),
        ("IF", "succes()", 6, "GitHub knows no function `succes()` (there is `success()`), and refuses the file"),
        (
            "IF", "github.branch == 'main'", 6,
            "`github` has no `branch` (there is `ref_name`): GitHub reads an empty value there, always",
        ),
        (
            "WORK", "${{ github['eventname'] }}", 13,
            "`github` has no `eventname` (there is `event_name`): GitHub reads an empty value there, always",
        ),
        (
            "IF", "env.A == 'a'", 6,
            "`env` cannot be read in `jobs.build.if`, only github, inputs, needs, vars; GitHub refuses the file",
        ),
        (
            "IF", "${{ secrets.A != '' }}", 6,
            "`secrets` cannot be read in `jobs.build.if`, only github, inputs, needs, vars; GitHub refuses the file",
        ),
        (
            "PLACE", "${{ env.STAGE }}", 7,
            "`env` cannot be read in `jobs.build.environment`, only github, inputs, matrix, needs, strategy, vars; "
            "GitHub refuses the file",
        ),
        (
            "GROUP", "${{ env.GROUP }}", 2,
            "`env` cannot be read in `concurrency`, only github, inputs, vars; GitHub refuses the file",
        ),
        (
            "ENV", "${{ needs.a.outputs.b }}", 3,
            "`needs` cannot be read in `env`, only github, inputs, secrets, vars; GitHub refuses the file",
        ),
        (
            "STEP", "secrets.A != ''", 12,
            "`secrets` cannot be read in `jobs.build.steps.if`, only env, github, inputs, job, matrix, needs, runner, "
            "steps, strategy, vars; GitHub refuses the file",
        ),
        ("WORK", "${{ always() }}", 13, "`always()` can be asked in an `if` alone; GitHub refuses the file"),
        ("GROUP", "${{ hashFiles('a') }}", 2, "`hashFiles()` can be asked in a step alone; GitHub refuses the file"),
        ("IF", "github.ref =", 6, "the expression `github.ref =` cannot be read: '=' is not understood"),
    ],
)  # fmt: skip
def test_a_name_is_told_with_its_line_and_with_what_github_does(key: str, text: str, line: int, says: str) -> None:
    assert faults(**{key: text}) == [(f"a.yml:{line}", says)]


@pytest.mark.parametrize(
    ("jobs", "says"),
    [
        ("{a: {needs: b}}", ["job a needs 'b', which is no job of this file"]),
        ("{a: {needs: b}, b: {needs: a}, c: {}}", ["these jobs wait for each other: a, b"]),
        ("{a: {}}", []),
    ],
)
def test_needs_that_never_come_are_told(jobs: str, says: list[str]) -> None:
    assert [one.message for one in graph_faults(read("a.yml", f"on: push\njobs: {jobs}\n"))] == says


def test_an_input_of_no_type_is_told() -> None:
    workflow = read("a.yml", "on:\n  workflow_dispatch:\n    inputs:\n      to: {type: text}\njobs: {}\n")

    (fault,) = graph_faults(workflow)

    assert (workflow.at(*fault.path), fault.message) == ("a.yml:4", "there is no type 'text' of inputs")
