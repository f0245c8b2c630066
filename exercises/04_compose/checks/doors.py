"""What is open: ports of the machine, and the secret of the API."""

from __future__ import annotations

from checks_04_compose.stack import EXAMPLE, Stack, listens

from checker.compose import Project
from checker.compose.network import published, taken_twice
from checker.errors import Finding

OPEN = ("api", "prometheus", "grafana")
TOKEN, TOKEN_FILE = "ADMIN_TOKEN", "ADMIN_TOKEN_FILE"
# The token that the starter has in compose.yaml, and that is in the history of the repository by now.
KNOWN = "tok-4711-likes"


def port_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Which port is open to too many, leads nowhere, or is missing."""
    twice = taken_twice(project)
    if twice:
        first, second = twice
        who = "twice" if first.service == second.service else f"as {first.service} does"
        seen = f"{second.service} wants port {second.port.published} of the machine, {who}, and cannot start"
        return _told(seen, second.port.where)
    for one in published(project):
        host = one.port.published or "any free port"
        known = listens(project.services[one.service])
        if one.service == "redis":
            return _told(f"port {host} of the machine leads to redis, though only the API asks it", one.port.where)
        if known and one.port.target != known:
            seen = f"port {host} leads to port {one.port.target} of {one.service}, where nobody listens"
            return _told(seen, one.port.where)
        if not one.only_here:
            seen = f"port {host} is open on {one.address}: everybody in the same network reaches {one.service}"
            return _told(seen, one.port.where)
    there = {one.service for one in published(project)}
    for name in OPEN:
        if name not in there:
            return _told(f"no port of this machine leads to {name}", project.services[name].place("ports"))
    return None


def _told(seen: str, where: str) -> Finding:
    return Finding(
        tried="looked which ports of the machine the stack opens, and for whom",
        seen=seen,
        expected="api, prometheus and grafana, each at its own port, for this machine alone (127.0.0.1); nothing else",
        where=where,
        next="Who has to reach this port: another container, a browser here, or the whole network?",
    )


def secret_fault(stack: Stack, project: Project) -> Finding | None:
    """Where the secret stands that should not stand there, or why the API does not get it."""
    for name, text in stack.files:
        for number, line in enumerate(text.split("\n"), 1):
            if KNOWN in line:
                seen = f"{name} holds the token itself: who may read the repository may add likes"
                return _secret(seen, f"{name}:{number}")
    api = project.services["api"]
    where = api.place("environment", TOKEN)
    given = _value(project, TOKEN)
    path = api.environment.get(TOKEN_FILE)
    if path and path.value:
        if path.value in api.secrets.values():
            return None
        return _secret(f"{TOKEN_FILE} is {path.value}, and no secret is mounted there", path.where)
    if _value(stack.unfilled(project), TOKEN):
        return _secret(f"the files hold a token, {given!r}: nobody has to fill in one", where)
    if not given:
        return _secret(_nothing(stack), f"api.env{EXAMPLE}" if api.table.get("env_file") else where)
    return None


def _value(project: Project, name: str) -> str:
    variable = project.services["api"].environment.get(name)
    return (variable.value if variable else None) or ""


def _nothing(stack: Stack) -> str:
    examples = [name for name in stack.texts if name.endswith(EXAMPLE) and TOKEN in stack.texts[name]]
    if examples:
        return f"{examples[0]} names {TOKEN}, and nothing brings it from there into the container of api"
    return f"the API gets no {TOKEN}, and no {EXAMPLE} file says that one must be filled in"


def _secret(seen: str, where: str) -> Finding:
    return Finding(
        tried=f"read the files as after cloning: each {EXAMPLE} file copied, and {TOKEN} filled in",
        seen=seen,
        expected="the token stands in a file that git ignores, its name in an .example file, and the API gets it",
        where=where,
        next="Which file may travel with the repository, and which one stays on the machine?",
    )
