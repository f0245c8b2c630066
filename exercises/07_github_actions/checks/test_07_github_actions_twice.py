"""Tasks 5 and 6: each commit once, one deployment at a time, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import check, expect, read_hints, sibling
from checker.workflows import events
from checker.workflows.results import Fault

HINTS = read_hints(__file__)
# Events that the checks look at in ways of their own.
JUDGED = ("push", "pull_request", "pull_request_target", "workflow_dispatch")
by_hand, groups, reasons = (sibling(__file__, name) for name in ("by_hand", "groups", "reasons"))


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="once",
    task=5,
    points=2,
    tier="full",
    after=("forks",),
    hints=HINTS["once"],
    why="Two runs that deploy at the same time leave the older one's image when it happens to end last.",
)
def test_each_commit_is_deployed_once(pipeline, paper, images):
    """Only a push to main deploys, each commit once, and two deployments never overlap."""
    for event, words in (
        (events.tag(), "the tag v1.4.0 on a commit that main has deployed"),
        (events.push("patch-1"), "a push to another branch"),
    ):
        paper.refuse(
            pipeline.outcomes(event),
            lambda outcome: _published(paper, images, outcome),
            tried=f"ran your workflow on paper: {words}",
            expected="nothing is built, pushed or deployed",
            next="Which pushes does `on` let in, and which of them land on main?",
        )
    for event, words, question in _other_events(pipeline):
        paper.refuse(
            pipeline.outcomes(event),
            lambda outcome: _published(paper, images, outcome),
            tried=f"ran your workflow on paper: {words}",
            expected="nothing is built, pushed or deployed",
            next=question,
        )
    trouble = groups.overlap(paper, images, pipeline)
    expect(
        trouble is None,
        tried="pushed two commits to main, one minute apart",
        seen=paper.short(trouble.seen) if trouble else "",
        expected="the second deployment waits until the first has ended; none is stopped half way",
        where=trouble.where if trouble else "",
        next=trouble.next if trouble else "",
    )
    trouble = groups.disturbed(paper, images, pipeline, by_hand.inputs_for(pipeline, f"sha256:{'0' * 64}"))
    expect(
        trouble is None,
        tried="let a push to main deploy, and meanwhile opened a pull request and pressed Run workflow",
        seen=paper.short(trouble.seen) if trouble else "",
        expected="the deployment goes on to its end, and production gets one deployment at a time",
        where=trouble.where if trouble else "",
        next=trouble.next if trouble else "",
    )


def _other_events(pipeline: Any) -> Iterator[tuple[Any, str, str]]:
    """Whatever else the files let in: branches and tags that they name, releases, the clock."""
    for workflow in pipeline.files.values():
        for event in events.other_pushes(workflow):
            kind, _, name = event.ref.removeprefix("refs/").partition("/")
            words = f"a push of the {'tag' if kind == 'tags' else 'branch'} {name}"
            yield event, words, "Which pushes does `on` let in, and which of them land on main?"
        for name in workflow.on:
            if name not in (*JUDGED, "workflow_call"):
                yield events.happening(name), f"the event {name}", "Which of the events in `on` may deploy?"


def _published(paper: Any, images: Any, outcome: Any) -> Any:
    for job, _, what in images.publishing(outcome):
        return paper.Trouble(f"{job.name} ran: {what}", job.workflow.at("on", outcome.runs[0].event.name))
    return None


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="rollback",
    task=6,
    points=2,
    tier="full",
    after=("forks", "promotion"),
    hints=HINTS["rollback"],
    why="At 03:00 the way back must not depend on a build, nor on tests that are red.",
)
def test_person_can_go_back(submission, pipeline, paper, images, rights):
    """Run workflow with a digest deploys that digest to production, without a build or a test before it."""
    digest = f"sha256:{submission.random.getrandbits(256):064x}"
    inputs = by_hand.inputs_for(pipeline, digest)
    expected = "`./deploy.sh production IMAGE@DIGEST` with the digest that was given, in the environment `production`"
    next_ = "What starts a run by hand, and how does a job read what the person typed?"
    expect(
        bool(inputs),
        tried="pressed Run workflow",
        seen="no workflow can be started by hand with a value, so there is nowhere to name a digest",
        expected=expected,
        where=pipeline.main.at("on"),
        next=next_,
    )
    for fault, words in ((Fault(), ""), (images.red(), ", while the tests are red")):
        paper.refuse(
            pipeline.outcomes(events.dispatch(inputs), fault),
            lambda outcome: (
                _not_back(paper, images, outcome, digest, pipeline.main) or rights.no_login(paper, images, outcome)
            ),
            tried=f"pressed Run workflow and gave {digest[:19]}…{words}",
            expected=expected,
            next=next_,
        )


def _not_back(paper: Any, images: Any, outcome: Any, digest: str, main: Any) -> Any:
    built = images.builds(outcome)
    if built:
        job = built[0][0]
        return paper.Trouble(f"{job.name} builds an image first", job.at("if"), reasons.OF_EVENT)
    found = images.to(outcome, "production")
    if not found:
        skipped = next((job for job in outcome.jobs() if job.result == "skipped" and reasons.by_hand(job)), None)
        nothing = "nothing is deployed to production"
        if own := reasons.own_action(paper, images, outcome, nothing):
            return own
        seen = f"{skipped.name} is skipped: {skipped.why}" if skipped else nothing
        return paper.Trouble(seen, skipped.at() if skipped else main.at("jobs"))
    wrong = next((one for one in found if not one.image.endswith(f"@{digest}")), None)
    if wrong:
        link = reasons.empty(paper, wrong, "the image for production") if wrong.image.endswith(("@", ":")) else None
        return link or paper.Trouble(f"production gets an image that ends with {wrong.version!r}", wrong.where)
    return next((images.unasked(paper, one) for one in found if images.unasked(paper, one)), None)


@check(
    id="rollback-to",
    task=6,
    points=2,
    tier="full",
    hints=HINTS["rollback-to"],
    why="The last deployment is often not the last good one.",
)
def test_digest_to_go_back_to_is_named(submission, observed):
    """The answer names the newest digest that production ran well."""
    named = submission.answers().get("rollback_to", str).strip()
    seen = f"{named!r} is not in the table"
    for place, (_, digest, percent) in enumerate(observed.HISTORY["deployments"](submission.seed), 1):
        if observed.is_deployment(named, digest):
            seen = f"that is deployment {place} of 6, with {percent:.2f} % failed requests"
    expect(
        observed.is_deployment(named, observed.right_digest(submission.seed)),
        tried="looked for your digest in the table of `python history.py production`",
        seen=seen,
        expected="the newest digest below the limit of 1 %, as the table shows it",
        where="answers.toml, rollback_to",
        next="Read the table from its end. Which row is the first that may stay?",
    )
