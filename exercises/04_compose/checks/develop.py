"""The development stack: what the override changes, and what it must leave alone."""

from __future__ import annotations

import posixpath
from typing import Any

from checker import sibling
from checker.compose import Project, Service
from checker.errors import Finding

stack = sibling(__file__, "stack")
BASE, OVERRIDE, beside = stack.BASE, stack.OVERRIDE, stack.beside

CODE = "/app/app.py"
SOURCE = "api/app.py"
WANTED = {"LOG_LEVEL": "debug", "RELOAD": "1"}
ARRIVES = ("sync", "sync+restart", "sync+exec", "rebuild")


def edits_fault(base: Project, both: Project) -> Finding | None:
    """Why an edit of api/app.py does not reach the API, or reaches the server too."""
    server, here = base.services["api"], both.services["api"]
    leaked = [f"{name} {value}" for name, value in WANTED.items() if _value(server, name) == value]
    if _value(server, "LOG_LEVEL") not in ("", "info", "debug"):
        leaked.append(f"LOG_LEVEL {_value(server, 'LOG_LEVEL')}, which is neither info nor debug")
    if _mounted(server):
        leaked.append(f"the files of {_mounted(server)}")
    if leaked:
        return _told(f"{BASE} alone has {', '.join(leaked)}: so has the server", server.place("volumes"))
    missing = [_is(here, name) for name, value in WANTED.items() if _value(here, name) != value]
    if missing:
        return _told(f"in development {' and '.join(missing)}", _in_override(here.place("environment")))
    if not _mounted(here) and not _watched(here):
        return _told(_instead(here), _in_override(here.place("volumes")))
    return None


def _in_override(where: str) -> str:
    return where if where.startswith(OVERRIDE) else OVERRIDE


def _is(service: Service, name: str) -> str:
    value = _value(service, name)
    return f"{name} is {value}" if value else f"{name} is not set"


def _told(seen: str, where: str) -> Finding:
    return Finding(
        tried=f"laid {OVERRIDE} over {BASE}, and looked what each of the two starts",
        seen=seen,
        expected="with the override api/app.py runs as it is edited, LOG_LEVEL debug, RELOAD 1; without it none",
        where=where,
        next="At which path does the image keep app.py, and which file of the two does the server never read?",
    )


def _value(service: Service, name: str) -> str:
    variable = service.environment.get(name)
    return (variable.value if variable else None) or ""


def _mounted(service: Service) -> str:
    """The folder or file of the host that is the API's code."""
    for mount in service.mounts:
        if mount.kind == "bind" and (mount.target == CODE or CODE.startswith(mount.target.rstrip("/") + "/")):
            rest = posixpath.relpath(CODE, mount.target)
            if beside(mount.source if rest == "." else f"{mount.source}/{rest}") == SOURCE:
                return mount.source
    return ""


def _watched(service: Service) -> bool:
    develop: Any = service.table.get("develop") or {}
    for rule in develop.get("watch") or ():
        path, target = beside(str(rule.get("path"))), str(rule.get("target") or "/app").rstrip("/")
        arrives = rule.get("action") == "rebuild" or target in ("/app", CODE)
        if path in ("api", SOURCE) and rule.get("action") in ARRIVES and arrives:
            return True
    return False


def _instead(service: Service) -> str:
    at = [f"{mount.source} at {mount.target}" for mount in service.mounts if mount.kind == "bind"]
    return f"the API runs {CODE} of its image; mounted is {', '.join(at) or 'nothing'}"
