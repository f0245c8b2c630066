"""Who waits for whom when a project starts, and what for."""

from __future__ import annotations

from checker.compose.model import Project

NOT, STARTED, HEALTHY, DONE = "", "service_started", "service_healthy", "service_completed_successfully"
STRENGTH = {NOT: 0, STARTED: 1, HEALTHY: 2, DONE: 2}


def waits_for(project: Project, service: str, other: str) -> str:
    """The condition that surely holds for `other` when `service` starts; empty when they start in any order.

    Also by way of a third one: who waits for the third starts after everything that the third waited for.
    """
    return _waits_for(project, service, other, frozenset())


def _waits_for(project: Project, service: str, other: str, met: frozenset[str]) -> str:
    best = NOT
    for name, wait in project.services[service].waits.items():
        if name not in project.services or name in met:
            continue
        found = wait.condition if name == other else _waits_for(project, name, other, met | {service})
        best = max(best, found, key=lambda one: STRENGTH.get(one, 0))
    return best


def waves(project: Project) -> list[list[str]]:
    """The services in the order of their starts; those of one list start at the same time."""
    left = dict(project.services)
    order: list[list[str]] = []
    while left:
        ready = [name for name, one in left.items() if not any(other in left for other in one.waits)]
        # The loader refuses a circle, so one is always ready.
        order.append(sorted(ready))
        for name in ready:
            del left[name]
    return order
