"""The drills of the live rows, told once: what is done, what is seen, what holds. A carrier carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from checker import expect, sibling
from checker.kube.rollout import compute, plan_of

stand_in = sibling(__file__, "stand_in")
FILE = "deployment.yaml"


@dataclass(frozen=True)
class Drill:
    """A row of the brief's table; `play` carries it out."""

    name: str
    done: str
    seen: str
    holds: str


BAD_DEPLOY = Drill(
    "a bad deploy",
    "an update to a release that runs and never gets ready",
    "new replicas that are not ready, beside old ones; none of them once the update is taken back",
    "the old release answers, and no request fails",
)
KILLED = Drill(
    "a killed replica",
    "the process of one replica is killed",
    "one replica is missing, and then there are as many as before",
    "the others answer; what fails was under way in it, or sent to it before it was missed",
)
# The bad deploy first: it may lose nothing, so what fails later has the reason of the kill.
DRILLS = (BAD_DEPLOY, KILLED)


@dataclass(frozen=True)
class Shown:
    """What the engine shows in the middle of an update."""

    old: int
    new: int
    ready: int

    def __str__(self) -> str:
        return f"{self.old} old and {self.new} new replicas, {self.ready} of the new count as ready"


class Carrier(Protocol):
    """The replicas on one engine, and somebody who asks them; it starts both when it is made."""

    asks: str
    starts: str
    may_lose: int
    lost_are: str

    def until_told(self, answered: int, *, lost: int = 0) -> Any:
        """What who asks says after so many answers, or after more failures than may be lost."""

    def update(self) -> Shown:
        """Begin the update, and wait until it stands still or has gone through."""

    def take_back(self) -> None:
        """End the update, and wait for the old replicas."""

    def kill(self) -> str:
        """Kill one, and wait until the engine shows it: in its words."""

    def bring_back(self) -> None:
        """Wait until all are there again, by a command where it takes one."""


def still(wanted: Any) -> tuple[int, int]:
    """How many old and new replicas there are when an update stands still, by the trainee's update rules."""
    rollout = compute(plan_of(wanted.deployment, ready_after=None))
    return rollout.steps[-1].old, rollout.new_pods


def expect_own_port(wanted: Any) -> None:
    """Refuse a probe that no engine would ever see answered, before one is asked."""
    expect(
        not wanted.asks_elsewhere,
        tried="read the readiness probe, before an engine waits three minutes for it",
        seen=wanted.asks_elsewhere,
        expected="the port that the service listens on",
        where=wanted.probe.where(wanted.probe.handler or "httpGet", "port"),
        next="Which number has the port that the container opens?",
    )


def play(carrier: Carrier, wanted: Any) -> None:
    """Both drills, in one life of the replicas."""
    before = carrier.until_told(stand_in.ENOUGH)
    expect(
        not before.failed,
        tried=f"started {wanted.plan.replicas} replicas {carrier.starts}, and asked them from {carrier.asks}",
        seen=f"{before.answered} requests answered, {before.failed} failed: {before.why}",
        expected="an answer to each",
        where=wanted.api.where("readinessProbe"),
        next="From which moment on does a replica get requests, and what tells the engine so?",
    )
    after = _bad_deploy(carrier, wanted, before)
    _killed(carrier, wanted, after)


def _bad_deploy(carrier: Carrier, wanted: Any, before: Any) -> Any:
    shown = carrier.update()
    told = carrier.until_told(before.answered + stand_in.ENOUGH)
    if not told.failed:
        carrier.take_back()
        told = carrier.until_told(told.answered + stand_in.ENOUGH)
    expect(
        not told.failed,
        tried=f"updated to a release that never gets ready, while {carrier.asks} asked 40 times a second",
        seen=f"{shown}; {told.failed} of {told.answered + told.failed} requests failed: {told.why}",
        expected="no request fails: old replicas go on answering while the new one does not get ready",
        where=wanted.api.where("readinessProbe") if shown.ready else wanted.deployment.where("spec", "strategy"),
        next="What tells the engine that a replica can answer?"
        if shown.ready
        else "How many old replicas may be gone while not one new one is ready?",
    )
    return told


def _killed(carrier: Carrier, wanted: Any, before: Any) -> None:
    shown = carrier.kill()
    told = carrier.until_told(before.answered + stand_in.ENOUGH, lost=carrier.may_lose)
    expect(
        told.failed <= carrier.may_lose,
        tried=f"killed one of {wanted.plan.replicas} replicas, while {carrier.asks} asked 40 times a second",
        seen=f"{shown}; {told.failed} requests failed: {told.why}",
        expected=f"the others answer; at most {carrier.may_lose} requests are lost, {carrier.lost_are}",
        where=wanted.deployment.where("spec"),
        next="How many replicas are there in the moment after one of them is gone?",
    )
    carrier.bring_back()
