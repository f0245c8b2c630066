"""Live rows: the files on an emulated AWS, whose tasks are real containers behind a balancer. They have no points.

A stand-in runs in place of the image. The emulator asks no health check, no role and no size; the other rows do.
"""

from __future__ import annotations

from typing import Any

from checker import check, expect
from checker.errors import CouldNotCheck, Finding


def ran(submission: Any, *words: str) -> Any:
    """Deploy the files, ask, and remove all. Where the emulator itself fails, nothing is judged."""
    submission.engine("docker")
    aws = submission.engine("ministack")
    run = aws.run([*aws.facts["ecs"].split(), *words], timeout=400)
    if run.exit_code not in (0, 1) or "error: " in run.output:
        raise CouldNotCheck(Finding(seen=f"The emulator did not get through: {run.last(1)}"))
    return run


@check(id="aws-answers", task=3, after=("agreement",), why="The road that was computed, walked by a request.")
def test_tasks_run_and_answer(submission):
    """An emulated AWS runs the tasks as containers, and they answer through the balancer."""
    run = ran(submission)
    expect(
        run.said("GET /health/ready").startswith("200"),
        tried="deployed your files to an emulated AWS, with a stand-in for the image, and asked the balancer",
        seen=run.last(5),
        expected="the stack is made, all tasks run, and GET /health/ready answers 200",
        where="service.yaml",
        next="Which line is the first one that is not as expected?",
    )


@check(id="aws-goes-back", task=4, after=("rollback",), why="The breaker that was computed, at work.")
def test_broken_image_goes_back(submission):
    """An emulated AWS takes an image that nobody built back, and the service answers."""
    run = ran(submission, "--broken")
    expect(
        "the version before is wanted again" in run.said("an image nobody built") and " 200 " in run.said("afterwards"),
        tried="deployed your files to an emulated AWS, and then an image that nobody built",
        seen=run.last(4),
        expected="the deployment fails, the version before is wanted again, and answers",
        where="service.yaml",
        next="Who ends a deployment without an end, and which version does the service want then?",
    )
