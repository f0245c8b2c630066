"""A computed rollout: how many pods serve at each step while a Deployment goes to a new version, and where it stops.

It follows the Deployment controller step by step: new pods up to `replicas + maxSurge`, then old pods down as far as
`replicas - maxUnavailable` available ones allow. Time passes only while pods start. Simplified: all pods of one step
need the same time, an old pod is gone from its Service at once, and every pod finds a node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from checker.kube.objects import Object, at
from checker.kube.rounding import ROLLING, surge_and_unavailable

READY_AFTER = 5
DEADLINE = 600


@dataclass(frozen=True)
class Plan:
    """What decides a rollout. `ready_after` is how long a new pod takes; None: it never becomes ready."""

    replicas: int
    surge: int
    unavailable: int
    recreate: bool = False
    ready_after: int | None = READY_AFTER
    min_ready: int = 0
    deadline: int = DEADLINE
    paused: bool = False

    def told(self) -> str:
        how = "Recreate" if self.recreate else f"maxSurge {self.surge}, maxUnavailable {self.unavailable}"
        return f"{counted(self.replicas, 'replica')}, {how}"


@dataclass(frozen=True)
class Step:
    """The state after something happened. `serving` pods are ready and in the Service; `pods` are all."""

    second: int
    says: str
    old: int
    new: int
    pods: int

    @property
    def serving(self) -> int:
        return self.old + self.new


@dataclass(frozen=True)
class Rollout:
    """All steps of a rollout, and how it ends: `done`, `stuck` or `paused`."""

    plan: Plan
    steps: tuple[Step, ...]
    end: str

    @property
    def least_serving(self) -> int:
        return min(step.serving for step in self.steps)

    @property
    def most_pods(self) -> int:
        return max(step.pods for step in self.steps)

    @property
    def new_pods(self) -> int:
        """New pods at the end, ready or not; the old ones that still serve are `steps[-1].old`."""
        return self.steps[-1].pods - self.steps[-1].old


def plan_of(
    deployment: Object,
    *,
    replicas: int | None = None,
    ready_after: int | None = READY_AFTER,
    surge: Any = None,
    unavailable: Any = None,
) -> Plan:
    """Read a Deployment. `replicas` stands in where an autoscaler decides it; `surge` and `unavailable` for a trial."""
    spec = deployment.get("spec")
    written = at(spec, "replicas")
    count = replicas if replicas is not None else 1 if written is None else int(written)
    surge = deployment.get(*ROLLING, "maxSurge") if surge is None else surge
    unavailable = deployment.get(*ROLLING, "maxUnavailable") if unavailable is None else unavailable
    more, fewer = surge_and_unavailable(surge, unavailable, count)
    deadline = at(spec, "progressDeadlineSeconds")
    return Plan(
        count,
        more,
        fewer,
        recreate=at(spec, "strategy", "type") == "Recreate",
        ready_after=ready_after,
        min_ready=at(spec, "minReadySeconds") or 0,
        deadline=DEADLINE if deadline is None else int(deadline),
        paused=at(spec, "paused") is True,
    )


def compute(plan: Plan) -> Rollout:
    """Follow a rollout from `replicas` old pods that all serve to its end."""
    state = _State(plan, old=plan.replicas)
    state.note("before")
    if plan.paused:
        return Rollout(plan, tuple(state.steps), "paused")
    while True:
        while state.act():
            pass
        if state.finished:
            return Rollout(plan, tuple(state.steps), "done")
        if not state.wait():
            state.second += plan.deadline
            state.note(f"no progress for {plan.deadline} s: the deadline is exceeded, and it stays like this")
            return Rollout(plan, tuple(state.steps), "stuck")


@dataclass
class _State:
    plan: Plan
    old: int
    second: int = 0
    # The second in which each new pod was started.
    new: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return self.old == 0 and self.available == self.plan.replicas

    def _after(self, seconds: int) -> int:
        """New pods that have been ready for so many seconds."""
        if self.plan.ready_after is None:
            return 0
        return sum(start + self.plan.ready_after + seconds <= self.second for start in self.new)

    @property
    def ready(self) -> int:
        return self._after(0)

    @property
    def available(self) -> int:
        return self._after(self.plan.min_ready)

    def act(self) -> bool:
        """One deed of the controller, as it does them: new pods first, else old ones down. False: nothing to do."""
        plan = self.plan
        if plan.recreate:
            more = 0 if self.old else plan.replicas - len(self.new)
            fewer = self.old
        else:
            more = min(plan.replicas + plan.surge - self.old - len(self.new), plan.replicas - len(self.new))
            least = plan.replicas - plan.unavailable
            missing = len(self.new) - self.available
            fewer = min(self.old + len(self.new) - least - missing, self.old + self.available - least, self.old)
        if more > 0:
            self.new += [self.second] * more
            self.note(f"{counted(more, 'new pod')} start{'s' if more == 1 else ''}")
        elif fewer > 0:
            self.old -= fewer
            self.note(f"{counted(fewer, 'old pod')} end{'s' if fewer == 1 else ''}")
        return more > 0 or fewer > 0

    def wait(self) -> bool:
        """Let time pass until a pod becomes ready or available. False when none ever will."""
        plan = self.plan
        if plan.ready_after is None:
            return False
        moments = {start + plan.ready_after + extra for start in self.new for extra in (0, plan.min_ready)}
        coming = sorted(moment for moment in moments if moment > self.second)
        # A pod that needs longer than the deadline is given up before.
        if not coming or coming[0] - self.second > plan.deadline:
            return False
        ready, available = self.ready, self.available
        self.second = coming[0]
        if self.ready > ready:
            self.note(f"{counted(self.ready - ready, 'new pod')} serve{'s' if self.ready - ready == 1 else ''}")
        if self.available > available and plan.min_ready:
            held = self.available - available
            self.note(f"{counted(held, 'new pod')} served for {plan.min_ready} s and count{'s' if held == 1 else ''}")
        return True

    def note(self, says: str) -> None:
        self.steps.append(Step(self.second, says, self.old, self.ready, self.old + len(self.new)))


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
