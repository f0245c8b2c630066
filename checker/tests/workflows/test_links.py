"""Links from job to job and step to step: the one that is missing is named, with its line."""

from __future__ import annotations

import pytest

from checker.workflows import links
from checker.workflows.reading import read

FILE = """\
on: {workflow_dispatch: {inputs: {digest: {}}}}
jobs:
  test: {steps: []}
  build:
    needs: test
    outputs: {digest: "${{ steps.push.outputs.digest }}"}
    steps:
      - {id: push, run: 'echo "digest=$D" >> "$GITHUB_OUTPUT"'}
  deploy:
    needs: build
    if: CONDITION
    steps:
      - run: use
        env: {D: "GIVEN"}
"""
GIVEN = "${{ needs.build.outputs.digest }}"


def broken(old: str = "", new: str = "", *, given: str = GIVEN) -> tuple[str, str] | None:
    workflow = read("a.yml", FILE.replace("GIVEN", given).replace(old, new, 1) if old else FILE.replace("GIVEN", given))
    job = workflow.job("deploy")
    assert job
    fault = links.of_step(workflow, job, job.steps[0])
    return (workflow.at(*fault.path), fault.message) if fault else None


@pytest.mark.parametrize("given", [GIVEN, "${{ inputs.digest }}", "${{ needs.build.result }}", "${{ vars.A }}", "a"])
def test_whole_links_are_silent(given: str) -> None:
    assert broken(given=given) is None


@pytest.mark.parametrize(
    ("old", "new", "given", "line", "says"),
    [
        ("", "", "${{ needs.test.result }}", 14, "`needs.test` is empty, since deploy does not name test in its needs"),
        ("", "", "${{ needs.build.output.a }}", 14, "`needs.build.output` is empty; a job has outputs and a result"),
        ("", "", "${{ needs.build.outputs.image }}", 6, "the job build passes on no output 'image'"),
        ("id: push", "id: image", GIVEN, 6, "no step of build has the id `push`; there is `image`"),
        ("push.outputs", "push.output", GIVEN, 6, "`steps.push.output` is empty; a step has outputs"),
        ("echo \"digest=", "echo \"image=", GIVEN, 8, "the step `push` writes no output 'digest'"),
        ("", "", "${{ inputs.image }}", 14, "there is no input `image`; there is `digest`"),
    ],
)  # fmt: skip
def test_the_missing_link_is_named_where_it_is(old: str, new: str, given: str, line: int, says: str) -> None:
    assert broken(old, new, given=given) == (f"a.yml:{line}", says)


def test_a_condition_that_reads_a_job_without_needs_is_told() -> None:
    workflow = read("a.yml", FILE.replace("CONDITION", "needs.test.result == 'success'"))
    job = workflow.job("deploy")
    assert job

    fault = links.of_condition(workflow, job)

    assert fault
    assert fault.message == "`needs.test` is empty, since deploy does not name test in its needs"
    assert workflow.at(*fault.path) == "a.yml:11"
