"""Task 3: one image, by its digest, through staging to production."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints, sibling
from checker.workflows import events
from checker.workflows.results import Fault

HINTS = read_hints(__file__)
reasons = sibling(__file__, "reasons")


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
    job, step = built[0]
    instances = list(dict.fromkeys(one.name for one, _ in built))
    # One build per platform, pushed by digest and joined later, is one image.
    if len(instances) > 1 and "push-by-digest" not in str(job.job.raw):
        seen = f"the matrix of {job.job.id} builds {len(instances)} images, and one output can name one of them"
        return paper.Trouble(seen, job.at("strategy"), "Which of these images do staging and production get?")
    pushed = [step for one, step in images.pushes(outcome) if one == job]
    if len(built) > 1 and len(pushed) > 1:
        seen = f"{job.name} builds and pushes a second image; nobody tested it, and its digest is another"
        return paper.Trouble(seen, job.workflow.at(*built[1][1].step.place), "Which tags can one build have?")
    return None


def _no_digest(paper: Any, images: Any, outcome: Any) -> Any:
    for one in [*images.to(outcome, "staging"), *images.to(outcome, "production")]:
        fault = images.names_digest(outcome, one)
        words = f"the image for {one.environment}"
        if fault:
            link = reasons.empty(paper, one, words) if one.image.endswith(("@", ":")) else None
            return link or paper.Trouble(f"{words} {fault}", one.where)
    versions = images.digests(outcome, ("staging", "production"))
    if len(versions) > 1:
        one = images.to(outcome, "production")[0]
        return paper.Trouble("staging and production get two different images", one.where)
    return _elsewhere(paper, images, outcome)


def _elsewhere(paper: Any, images: Any, outcome: Any) -> Any:
    """A deployment that names another image than the one that was pushed: its registry has no such digest."""
    names, place = images.pushed_as(outcome)
    for one in [*images.to(outcome, "staging"), *images.to(outcome, "production")]:
        name = images.name_of(one.image)
        if names and "‹" not in name and name not in names:
            seen = f"{one.environment} asks {name!r} for the digest, and the image is pushed as {names[0]!r}"
            return paper.Trouble(seen, place, "To which registry does a tag push, and what says so in it?")
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
        lambda outcome: _passed_over(paper, images, outcome) or _early(paper, images, outcome, "failed"),
        tried="ran your workflow on paper, and the deployment to staging failed",
        expected="production is not deployed",
        next="Which job must have succeeded before production begins?",
    )
    plain = pipeline.outcomes(events.push())
    for staging in images.to(plain[0], "staging")[:1]:
        paper.refuse(
            pipeline.outcomes(events.push(), Fault(cancelled_in=staging.job.name)),
            lambda outcome: _early(paper, images, outcome, "was cancelled"),
            tried="ran your workflow on paper, and cancelled it during the deployment to staging",
            expected="production is not deployed",
            next="Which conditions hold for a cancelled run too?",
        )
    skipped = next(filter(None, (_past_skipped(paper, images, one) for one in plain)), None)
    expect(
        skipped is None,
        tried="ran your workflow on paper, and the condition of staging did not hold",
        seen=skipped.seen if skipped else "",
        expected="production is not deployed",
        where=skipped.where if skipped else "",
        next="What does production make of a staging that was skipped: does it count as failed?",
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


def _passed_over(paper: Any, images: Any, outcome: Any) -> Any:
    """A line that makes a failed deployment look like one that succeeded."""
    staging, production = images.to(outcome, "staging"), images.to(outcome, "production")
    for one in staging if production else []:
        if one.step.step.goes_on and one.step.result == "failure" and one.job.result == "success":
            seen = f"staging failed, continue-on-error on its step passed over it, and {production[0].job.name} went on"
            place = one.job.workflow.at(*one.step.step.place, "continue-on-error")
            return paper.Trouble(seen, place, "What does this line make of a step that failed?")
        if one.job.result == "success" and one.step.result == "success":
            seen = "deploy.sh failed for staging, and its step went on as if all were well; production is deployed"
            return paper.Trouble(seen, one.where, "What is the exit code of this whole line when deploy.sh fails?")
    return None


def _early(paper: Any, images: Any, outcome: Any, how: str) -> Any:
    for one in images.to(outcome, "production"):
        staging = images.to(outcome, "staging")
        name = staging[0].job.name if staging else ""
        if not name or (how != "failed" and name == one.job.name):
            continue
        place = one.job.at("if" if one.job.job.condition and one.job.job.needs else "needs")
        return paper.Trouble(f"{name} {how}, and the job {one.job.name} deployed to production all the same", place)
    return None


def _past_skipped(paper: Any, images: Any, outcome: Any) -> Any:
    if images.to(outcome, "staging"):
        return None
    for one in images.to(outcome, "production"):
        seen = f"staging may be skipped, and the job {one.job.name} deployed to production all the same"
        return paper.Trouble(seen, one.job.at("if"))
    return None
