"""Live rows: the buildspec beside a real Docker, and a registry on loopback in the place of ECR. They have no points.

aws, the login, the test runner and installers stay stand-ins; images are built, started and pushed for real.
"""

from __future__ import annotations

from typing import Any

from checker import check, expect
from checker.errors import CouldNotCheck, Finding


def ran(submission: Any, *words: str) -> Any:
    """One build of the hand-in's buildspec. Where the engines themselves fail, nothing is judged."""
    submission.engine("docker")
    registry = submission.engine("registry")
    run = registry.run([*registry.facts["codebuild"].split(), *words], timeout=600)
    if run.exit_code not in (0, 1) or "error: " in run.output:
        raise CouldNotCheck(Finding(seen=f"The build did not get through: {run.last(1)}"))
    return run


@check(
    id="registry-stays-empty",
    task=2,
    after=("failed-build",),
    why="A guard that was computed, closed for real.",
)
def test_failed_build_leaves_nothing(submission):
    """A real registry gets nothing from a build whose tests or whose docker build fail."""
    for fault in ("tests", "docker-build"):
        run = ran(submission, "--fail", fault)
        expect(
            run.said("pushed") == "nothing",
            tried=f"ran your phases with a real Docker and a registry on this machine; what failed: {fault}",
            seen=run.last(6),
            expected="the build FAILED, and the registry has nothing of it",
            where="buildspec.yml",
            next="Which command pushed, and what did it know of the failure?",
        )


@check(id="registry-has-it", task=3, tier="full", after=("by-digest",), why="The registry's own word on the digest.")
def test_registry_has_the_digest(submission):
    """A real registry has the image under the digest that imagedefinitions.json names."""
    run = ran(submission)
    expect(
        run.said("deployment").endswith("by its digest"),
        tried="ran your phases with a real Docker, and looked in the registry for what imagedefinitions.json names",
        seen=run.last(6),
        expected="the image that was pushed, by its digest",
        where="buildspec.yml",
        next="Who computed the digest that stands in the file, and does the registry know it?",
    )
