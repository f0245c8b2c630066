"""Task 3: one image, by its digest, through staging to production."""

from __future__ import annotations

from typing import Any

from checker import check, read_hints
from checker.workflows import events
from checker.workflows.results import Fault

HINTS = read_hints(__file__)


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="one-image",
    task=3,
    points=3,
    tier="full",
    after=("ships",),
    hints=HINTS["one-image"],
    why="What was tested in staging is what runs in production only when both are the same bytes.",
)
def test_one_image_by_digest(pipeline, paper, images):
    """One image is built in a run, and its digest goes to staging and to production."""
    paper.refuse(
        pipeline.outcomes(events.push()),
        lambda outcome: _several_builds(paper, images, outcome) or _no_digest(paper, images, outcome),
        tried="followed the image of a push to main from its build to production",
        expected="one job builds, once a run; staging and production get the digest of that image",
        next="Where is the digest known first, and by which way does a later job learn it?",
    )


def _several_builds(paper: Any, images: Any, outcome: Any) -> Any:
    built = images.builds(outcome)
    if len({job.job.id for job, _ in built}) > 1:
        (first, _), (second, step) = built[0], next(one for one in built if one[0].job.id != built[0][0].job.id)
        seen = f"{first.name} builds an image, and {second.name} builds another; nobody tested the second"
        return paper.Trouble(seen, second.workflow.at(*step.step.place))
    return None


def _no_digest(paper: Any, images: Any, outcome: Any) -> Any:
    for one in [*images.to(outcome, "staging"), *images.to(outcome, "production")]:
        fault = images.names_digest(outcome, one)
        if fault:
            return paper.Trouble(f"the image for {one.environment} {fault}", one.where)
    versions = images.digests(outcome, ("staging", "production"))
    if len(versions) > 1:
        one = images.to(outcome, "production")[0]
        return paper.Trouble("staging and production get two different images", one.where)
    return None


@check(
    id="promotion",
    task=3,
    points=2,
    tier="full",
    after=("ships",),
    hints=HINTS["promotion"],
    why="Staging is only worth its cost when production waits for what it shows.",
)
def test_production_waits(pipeline, paper, images):
    """Production comes after staging succeeded and after a person's yes."""
    paper.refuse(
        pipeline.outcomes(events.push(), Fault(command=lambda one: (images.deploy_call(one) or ("",))[0] == "staging")),
        lambda outcome: _early(paper, images, outcome),
        tried="ran your workflow on paper, and the deployment to staging failed",
        expected="production is not deployed",
        next="Which job must have succeeded before production begins?",
    )
    paper.refuse(
        pipeline.outcomes(events.push()),
        lambda outcome: next(
            (images.unasked(paper, one) for one in images.to(outcome, "production") if images.unasked(paper, one)), None
        ),
        tried="looked who is asked before production is deployed",
        expected="its job runs in the environment `production`, whose rules ask a person",
        next="A reviewer is a rule of an environment of the repository. How does a job say that it is in one?",
    )


def _early(paper: Any, images: Any, outcome: Any) -> Any:
    for one in images.to(outcome, "production"):
        staging = images.to(outcome, "staging")
        name = staging[0].job.name if staging else "staging"
        return paper.Trouble(
            f"{name} failed, and the job {one.job.name} deployed to production all the same", one.job.at("needs")
        )
    return None
