"""The arithmetic of a rolling deployment: which tasks may be stopped and started, and when a breaker steps in.

Percents are of the desired count; the lower bound is rounded up, the upper one down. Source: Amazon ECS API reference,
DeploymentConfiguration and ThresholdConfiguration, looked up 2026-11-25.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_FAILURES, MOST_FAILURES = 3, 200
# Rounds are shown, not seconds; a deployment whose tasks never turn healthy has no end of its own.
MAX_ROUNDS = 60


@dataclass(frozen=True)
class Rules:
    """How many tasks a service wants, and the bounds of a deployment."""

    desired: int
    minimum_percent: int = 100
    maximum_percent: int = 200

    @property
    def lowest(self) -> int:
        """The fewest tasks that must be running and healthy."""
        return math.ceil(self.desired * self.minimum_percent / 100)

    @property
    def highest(self) -> int:
        """The most tasks that may be there, those that start included."""
        return self.desired * self.maximum_percent // 100

    @property
    def rounded(self) -> dict[str, str]:
        """How lowest and highest come about where the percent is no whole number of tasks, by their names."""
        bounds = {
            "lowest": (self.minimum_percent, "up", self.lowest),
            "highest": (self.maximum_percent, "down", self.highest),
        }
        return {
            name: f"{percent} % of {self.desired} is {self.desired * percent / 100:g}, rounded {way} to {bound}"
            for name, (percent, way, bound) in bounds.items()
            if self.desired * percent % 100
        }

    @property
    def moves(self) -> bool:
        """Whether a deployment can do anything at all: stop a task, or start one."""
        return self.desired == 0 or self.lowest < self.desired or self.highest > self.desired


@dataclass(frozen=True)
class Breaker:
    """The circuit breaker of a deployment."""

    enabled: bool = False
    rollback: bool = False
    kind: str = "BOUNDED_PERCENT"
    value: int = 50

    def threshold(self, desired: int) -> int:
        """How many failed tasks end the deployment."""
        if self.kind == "COUNT":
            return self.value
        counted = math.ceil(desired * self.value / 100)
        return min(max(counted, LEAST_FAILURES), MOST_FAILURES) if self.kind == "BOUNDED_PERCENT" else counted


@dataclass(frozen=True)
class Round:
    """What ECS does in one round, and how many tasks there are then."""

    says: str
    old: int
    new: int
    healthy: int
    failed: int

    @property
    def serving(self) -> int:
        """Tasks that the balancer sends requests to."""
        return self.old + self.healthy


@dataclass(frozen=True)
class Course:
    """How a deployment went: `end` is done, stuck, failed, rolled back or never."""

    rounds: tuple[Round, ...]
    end: str

    @property
    def least_serving(self) -> int:
        return min(one.serving for one in self.rounds)

    @property
    def failed(self) -> int:
        """Tasks of the new version that failed."""
        return self.rounds[-1].failed


def deploy(rules: Rules, breaker: Breaker, *, healthy: bool) -> Course:
    """The course of a deployment when ECS stops as many old tasks as it may; its new tasks turn healthy or never do."""
    rounds = [Round("before", rules.desired, 0, 0, 0)]
    if not rules.moves:
        return Course((*rounds, Round("nothing can be stopped, nothing started", rules.desired, 0, 0, 0)), "stuck")
    old, ready, failed = rules.desired, 0, 0
    for _ in range(MAX_ROUNDS):
        stopped = min(old, max(0, old + ready - rules.lowest))
        old -= stopped
        started = max(0, min(rules.highest - old - ready, rules.desired - ready))
        if not stopped and not started:
            return Course(tuple(rounds), "stuck" if old else "done")
        rounds.append(Round(_told(stopped, started), old, ready + started, ready, failed))
        if healthy:
            ready += started
            rounds.append(Round(f"{started} new turn healthy", old, ready, ready, failed))
            continue
        failed += started
        rounds.append(Round(f"{started} new never turn healthy and are stopped", old, 0, 0, failed))
        if breaker.enabled and failed >= breaker.threshold(rules.desired):
            return Course((*rounds, *_broken(rules, breaker, old, failed)), _end(breaker))
        if not breaker.enabled and len(rounds) > 4:
            return Course((*rounds, Round("and so on, without an end", old, 0, 0, failed)), "never")
    return Course((*rounds, Round("and so on", old, ready, ready, failed)), "done" if healthy else "never")


def _broken(rules: Rules, breaker: Breaker, old: int, failed: int) -> tuple[Round, ...]:
    limit = breaker.threshold(rules.desired)
    stopped = Round(f"{failed} failed, the limit is {limit}: the deployment fails", old, 0, 0, failed)
    if not breaker.rollback:
        return (stopped,)
    return (stopped, Round("the last good version gets its tasks back", rules.desired, 0, 0, failed))


def _end(breaker: Breaker) -> str:
    return "rolled back" if breaker.rollback else "failed"


def _told(stopped: int, started: int) -> str:
    parts = [f"{count} {word}" for count, word in ((stopped, "old stopped"), (started, "new started")) if count]
    return ", ".join(parts) or "nothing to do"
