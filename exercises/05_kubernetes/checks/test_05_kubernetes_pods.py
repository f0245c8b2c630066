"""The checks of tasks 3 and 4: a pod that hangs, a pod that starts slowly, and an update that nobody notices."""

from __future__ import annotations

from typing import Any

from checker import check, expect, partial, read_hints
from checker.kube import quantity
from checker.kube.hooks import pause
from checker.kube.pods import POD, Container
from checker.kube.probes import Probe
from checker.kube.rollout import compute, plan_of

HINTS = read_hints(__file__)


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="liveness",
    task=3,
    points=1,
    tier="full",
    after=("accepted",),
    hints=HINTS["liveness"],
    why="A failed liveness probe kills the pod, so it may ask only for what a restart repairs.",
)
def test_liveness_asks_the_process_alone(handed_in, contract):
    """The liveness probe asks whether the process answers, and nothing else."""
    probe = Probe(handed_in.api, "liveness")
    expect(
        probe.asks(contract.LIVE, contract.LISTENS),
        tried="asked what makes Kubernetes start a container anew",
        seen=_of_liveness(probe, contract),
        expected="a liveness probe that asks GET /health/live on port 8000",
        where=probe.where(probe.handler),
        next="What is repaired by a restart: a process that hangs, or a neighbor that is away?",
    )
    least, most = contract.SILENCE
    silence = (probe.setting("failureThreshold") - 1) * probe.setting("periodSeconds")
    expect(
        least <= silence <= most,
        tried="let a container hang, and counted the failed tries",
        seen=f"it is killed {silence} seconds after the first try that failed",
        expected="10 to 120 seconds of silence before a pod is killed",
        where=probe.where("failureThreshold"),
        next="How many tries may fail, and how far are they apart?",
    )


def _of_liveness(probe: Probe, contract: Any) -> str:
    if not probe.there:
        return "there is no livenessProbe: a process that hangs stays for ever"
    told = f"it asks for {probe.told()}"
    if probe.handler == "httpGet" and probe.port == contract.LISTENS and probe.path == contract.READY:
        return f"{told}: when the model cannot be used, all pods are killed again and again, and no restart helps"
    if probe.handler == "exec":
        return f"{told}: when that fails, all pods are killed, whatever state they are in"
    return f"{told}, which does not tell whether the process answers"


@check(
    id="startup",
    task=3,
    points=1,
    tier="full",
    after=("liveness",),
    hints=HINTS["startup"],
    why="Without patience at the start, a slow start becomes an endless row of restarts.",
)
def test_slow_start_is_survived(handed_in, contract):
    """A pod that needs 40 seconds to start is not killed meanwhile."""
    startup, liveness = Probe(handed_in.api, "startup"), Probe(handed_in.api, "liveness")
    deciding = startup if startup.there else liveness
    asks = startup.asks(contract.LIVE, contract.LISTENS)
    opens = startup.handler == "tcpSocket" and startup.port == contract.LISTENS
    expect(
        not startup.there or asks or opens,
        tried="followed the startup probe to the container",
        seen=_of_startup(startup, contract),
        expected="a startup probe that asks GET /health/live, or for a connection, on port 8000",
        where=startup.where(startup.handler),
        next="Which of the service's addresses answers as soon as the process does?",
    )
    last = deciding.last_try
    expect(
        contract.STARTS_WITHIN <= last <= contract.PATIENCE,
        tried="started a pod that gives its first answer after 40 seconds",
        seen=f"the last try of the {deciding.field} is {last} seconds after the start; what fails then is killed",
        expected="a last try 40 to 300 seconds after the start",
        where=deciding.where("failureThreshold"),
        next="How far apart are the tries, and how many may fail? The first one counts too.",
    )


def _of_startup(probe: Probe, contract: Any) -> str:
    told = f"it asks for {probe.told()}"
    if probe.asks(contract.READY, contract.LISTENS):
        return f"{told}: a pod whose model cannot be used is killed again and again, and no restart helps"
    return f"{told}; it never succeeds, so every pod is killed"


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="requests",
    task=4,
    points=1,
    tier="full",
    after=("starts",),
    hints=HINTS["requests"],
    why="The scheduler counts requests and nothing else; autoscaling is a share of them.",
)
def test_requests_are_stated(handed_in, contract):
    """The pods state what they need, and all of them find a place on the nodes."""
    api, deployment = handed_in.api, handed_in.deployment
    cpu, memory = api.amount("requests", "cpu"), api.amount("requests", "memory")
    least, most = contract.CPU_REQUEST
    expect(
        cpu is not None and least <= cpu <= most,
        tried="read what a pod asks for in CPU",
        seen=_of_cpu(cpu),
        expected="a CPU request from 100m to 500m",
        where=api.where("resources", "requests", "cpu"),
        next="How much CPU does the brief name for an evening hour, and in which unit?",
    )
    expect(
        memory is not None and memory >= contract.MEMORY_USED,
        tried="read what a pod asks for in memory",
        seen=_of_memory(memory),
        expected="a memory request of at least 80Mi",
        where=api.where("resources", "requests", "memory"),
        next="How much does a pod hold at any time?",
    )
    limit = api.amount("limits", "cpu")
    expect(
        limit is None or limit >= contract.CPU_USED,
        tried="held the CPU limit against what a pod needs in an evening hour",
        seen=limit is not None
        and f"the limit is {quantity.cores_text(limit)}: a pod that uses more is slowed down, its probes too",
        expected="no CPU limit, or one of at least 250m",
        where=api.where("resources", "limits", "cpu"),
        next="What becomes of a container at its CPU limit, and how much does the brief name for an evening hour?",
    )
    plan = plan_of(deployment, replicas=handed_in.replicas)
    pods, found = compute(plan).most_pods, handed_in.room
    quota, line = next(iter(handed_in.quotas), (None, None))
    expect(
        line is None or line.most[0] >= pods,
        tried=f"made the {pods} pods that an update needs at once",
        seen=line and f"{line.says}: {line.most[0]} of them are made, and the server refuses the next",
        expected="quotas that let all pods of an update be made, or none",
        where=quota and quota.where(*line.path),
        next="How much do all pods of an update ask for together, and what must each state that a quota counts?",
    )
    bar = min(handed_in.bars, key=lambda one: sum(one.most), default=None)
    bar = bar if bar and sum(bar.most) < pods else None
    expect(
        found >= pods,
        tried=f"put the {pods} pods that an update needs at once on the two nodes",
        seen=f"{found} find a place, the others stay Pending" + (f": {bar.says}" if bar else ""),
        expected="a place for all pods of an update",
        where=deployment.where(*bar.path) if bar else api.where("resources", "requests"),
        next="Which nodes are left by this rule, and how many pods may each of them take?"
        if bar
        else "How often do the requests fit into one node?",
    )


def _of_cpu(cpu: Any) -> str:
    if cpu is None:
        return "nothing: for the scheduler a pod takes no CPU, and a share of nothing cannot be computed"
    return quantity.cores_text(cpu)


def _of_memory(memory: Any) -> str:
    if memory is None:
        return "nothing: for the scheduler a pod takes no memory"
    return f"{quantity.memory_text(memory)}; it holds 80Mi, so a full node evicts it first"


@check(
    id="rollout",
    task=4,
    points=2,
    tier="full",
    after=("readiness",),
    hints=HINTS["rollout"],
    why="Users notice an update by the pods that are missing and by the requests that are cut off.",
)
def test_update_is_not_noticed(handed_in, contract):
    """During an update at least three pods serve, and none is cut off."""
    deployment = handed_in.deployment
    plan = plan_of(deployment, replicas=handed_in.replicas, ready_after=contract.STARTS_WITHIN)
    rollout = compute(plan)
    expect(
        rollout.end == "done",
        tried="computed the update of your Deployment, with pods that need 40 seconds to start",
        seen=f"it is {rollout.end} after {rollout.steps[-1].second} seconds: {rollout.steps[-1].says}",
        expected="an update that comes to its end",
        where=deployment.where("spec", "progressDeadlineSeconds"),
        next="What does the rollout wait for, and for how long?",
    )
    first = next((step for step in rollout.steps if step.serving < contract.SERVING), rollout.steps[0])
    expect(
        rollout.least_serving >= contract.SERVING,
        tried=f"computed the update of your Deployment ({plan.told()})",
        seen=f"at second {first.second}, when {first.says}: {first.serving} of {plan.replicas} serve",
        expected="at each step at least 3 pods that serve",
        where=deployment.where("spec", "strategy", "rollingUpdate", "maxUnavailable"),
        next="Which comes first: a new pod more, or an old one fewer? Which two numbers decide it?",
    )
    _ends_in_peace(handed_in.api, contract)


def _ends_in_peace(api: Container, contract: Any) -> None:
    """Ending pods get requests for a moment, until every node has heard of it."""
    paused = pause(api)
    seconds = paused.seconds
    least, most = contract.GOES_ON
    expect(
        least <= seconds <= most,
        tried="ended a pod while clients went on calling",
        seen=f"it goes on answering for {seconds} seconds after it is told to end; "
        + (paused.fault or "nodes hear of it later than that")
        if seconds < least
        else f"it waits for {seconds} seconds before it ends",
        expected="a pause of 2 to 20 seconds before the process is told to end",
        where=api.where("lifecycle", "preStop"),
        next="What may run in a container before it gets its signal to end?",
    )
    grace = api.owner.get(*POD, "terminationGracePeriodSeconds")
    grace = 30 if grace is None else grace
    expect(
        seconds + contract.LAST_REQUESTS <= grace,
        tried="added the pause and the 10 seconds that last requests may take",
        seen=f"{seconds} + 10 seconds, and the pod is killed after {grace}",
        expected="a grace period in which both have room",
        where=api.owner.where(*POD, "terminationGracePeriodSeconds"),
        next="When does the clock of the grace period begin: before or after the pause?",
    )


@check(
    id="serving",
    task=4,
    points=2,
    tier="full",
    hints=HINTS["serving"],
    why="A surge is rounded up, the pods that may be missing are rounded down.",
)
def test_rollout_table_is_read(submission, truth):
    """The two numbers of the drawn rollout are read from its table."""
    right = truth.rollout(submission.seed)
    answers = submission.answers()
    given = {key: answers.values.get(key, "?") for key in right}
    if set(given.values()) == {"?"}:
        answers.get("least_serving", int)
    wrong = [key for key in right if given[key] != right[key] or isinstance(given[key], bool)]
    if not wrong:
        return
    drawn = truth.DRAW["rollout"](submission.seed)
    finding = {
        "tried": "computed {replicas} replicas, maxSurge {surge}, maxUnavailable {unavailable}".format(**drawn),
        "seen": f"{wrong[0]} = {given[wrong[0]]!r}",
        "expected": "what the table of this rollout shows",
        "where": f"answers.toml, {wrong[0]}",
        "next": NEXT[wrong[0]],
    }
    if len(wrong) == 1:
        partial(1, **finding)
    expect(False, **finding)


NEXT = {
    "least_serving": "Which column counts pods that serve, and what is its smallest number?",
    "stuck_new": "In the last row of the stuck rollout: how many pods are there, and how many of them are old?",
}
