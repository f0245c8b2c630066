"""The health check of the balancer: what it asks, how often, and which answers are a yes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.ecs.task import number, whole

# Seconds of a target group over HTTP when nothing is said. Source: ELB API, CreateTargetGroup, looked up 2026-11-26.
EVERY, WAITS, TIMES = 30, 5, 5
Fault = tuple[str, str, str, str]


def faults(group: Any, contract: Any) -> Iterator[Fault]:
    """What is wrong with the balancer's question, or with what it takes for a yes."""
    yield from _asked(group, contract)
    yield from _believed(group, contract)
    path = str(group.get("HealthCheckPath", default="/"))
    if path != contract.READY:
        told = "says only that the process runs" if path == contract.LIVE else "answers 404"
        if not path.startswith("/"):
            told = "begins with no slash: AWS refuses the target group"
        yield (
            f"the balancer asks {path}, which {told}",
            "the path that says whether the model is loaded, `/health/ready`",
            group.at("HealthCheckPath"),
            "Which path did the readiness probe of kubernetes.yaml ask?",
        )


def _asked(group: Any, contract: Any) -> Iterator[Fault]:
    port = group.get("HealthCheckPort", default="traffic-port")
    if port != "traffic-port" and number(port) != contract.LISTENS:
        yield (
            f"the health check asks port {port}, and nobody listens there",
            "port 8000",
            group.at("HealthCheckPort"),
            "Who answers on that port?",
        )
    if group.get("HealthCheckEnabled", default=True) in (False, "false"):
        yield (
            "the health check is switched off",
            "a health check",
            group.at("HealthCheckEnabled"),
            "Who tells the balancer which task may have requests?",
        )
    every = whole(group.get("HealthCheckIntervalSeconds"), EVERY)
    waits = whole(group.get("HealthCheckTimeoutSeconds"), WAITS)
    if waits >= every:
        key = "HealthCheckTimeoutSeconds" if group.get("HealthCheckTimeoutSeconds") else "HealthCheckIntervalSeconds"
        yield (
            f"the balancer asks every {every} seconds, and waits {waits} for an answer: AWS refuses the target group",
            "a wait that is over before the next question",
            group.at(key),
            "How long does the balancer wait when nothing is said, and how far apart are its questions?",
        )


def _believed(group: Any, contract: Any) -> Iterator[Fault]:
    matcher = group.get("Matcher", "HttpCode", default="200")
    takes = codes(matcher)
    for code, when in ((contract.NOT_THERE, "a wrong path"), (contract.LOADING, "a model that is not loaded")):
        if code in takes:
            yield (
                f"the codes {matcher} hold {code}: {when} counts as healthy",
                "200 and its like",
                group.at("Matcher"),
                "Which answers of the contract mean that a task may have requests?",
            )
    if contract.OK not in takes:
        yield (
            f"the codes {matcher} leave out 200, so no task is ever healthy",
            "200",
            group.at("Matcher"),
            "What does the service answer when all is well?",
        )


def codes(matcher: Any) -> set[int]:
    """The codes of `200`, `200,202` and `200-299`."""
    found: set[int] = set()
    for part in str(matcher).split(","):
        if re.fullmatch("[0-9]{3}(-[0-9]{3})?", part.strip()):
            first, _, last = part.strip().partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    return found
