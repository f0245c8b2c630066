"""What is open: the ports of the machine."""

from __future__ import annotations

from checker import sibling
from checker.compose import Project
from checker.compose.network import Published, published, taken_twice
from checker.errors import Finding

stack = sibling(__file__, "stack")
OPEN = ("api", "prometheus", "grafana")
# The port of the machine that people know the API by.
API = "8080"


def port_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Which port is open to too many, leads nowhere, or is missing."""
    twice = taken_twice(project)
    if twice:
        first, second = twice
        who = "twice" if first.service == second.service else f"as {first.service} does"
        seen = f"{second.service} wants port {second.port.published} of the machine, {who}, and cannot start"
        return _told(seen, second.port.where)
    for one in published(project):
        fault = _of_one(project, one)
        if fault:
            return fault
    there = {one.service for one in published(project)}
    for name in OPEN:
        if name not in there:
            return _told(f"no port of this machine leads to {name}", project.services[name].place("ports"))
    ports = [one.port for one in published(project) if one.service == "api"]
    if API not in [one.published for one in ports]:
        host = f"port {ports[0].published}" if ports[0].published else "any free port"
        return _told(f"{host} of the machine leads to api, and the people ask at {API}", ports[0].where)
    return None


def _of_one(project: Project, one: Published) -> Finding | None:
    service, host = project.services[one.service], one.port.published or "any free port"
    known, where = stack.listens(service), one.port.where
    seen = ""
    if one.service == "redis":
        seen = f"port {host} of the machine leads to redis, though only the API asks it"
    elif known and one.port.target != known:
        seen = f"port {host} leads to port {one.port.target} of {one.service}, where nobody listens"
    elif stack.hears_itself_only(service):
        seen, where = f"port {host} leads to {one.service}, which listens for itself alone", service.place("command")
    elif not one.only_here:
        seen = f"port {host} is open on {one.address}: everybody in the same network reaches {one.service}"
    return _told(seen, where) if seen else None


def _told(seen: str, where: str) -> Finding:
    return Finding(
        tried="looked which ports of the machine the stack opens, and for whom",
        seen=seen,
        expected="api, prometheus and grafana, each at its own port, for this machine alone (127.0.0.1); nothing else",
        where=where,
        next="Who has to reach this port: another container, a browser here, or the whole network?",
    )
