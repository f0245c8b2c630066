"""Writes a project out in Compose's long syntax, whichever the files used."""

from __future__ import annotations

from typing import Any

from checker.compose.merge import keyed, waits
from checker.compose.short import ports, volume
from checker.compose.values import Refused, Row, Table, table


def canonical(project: Table) -> Table:
    """The project with each service's short forms written out. Raises Refused where a form cannot be read."""
    made = _copy(project)
    services = made.get("services")
    if isinstance(services, Table):
        written = _copy(services)
        for name, service in services.items():
            if isinstance(service, Table):
                written.put(name, _service(service), services.place(name))
        made.put("services", written, made.place("services"))
    return made


def _copy(value: Table) -> Table:
    made = Table(value.here)
    for key, item in value.items():
        made.put(key, item, value.place(key))
    return made


def _service(service: Table) -> Table:
    made = _copy(service)
    for key, write in WRITERS.items():
        if key in made:
            at = made.place(key)
            made.put(key, write(made[key], at), at)
    return made


def _ports(value: Any, at: str) -> Row:
    row = Row()
    for item, where in _items(value, at):
        for one in [item] if isinstance(item, Table) else ports(str(item), where):
            row.put(one, where)
    return row


def _volumes(value: Any, at: str) -> Row:
    row = Row()
    for item, where in _items(value, at):
        row.put(item if isinstance(item, Table) else volume(str(item), where), where)
    return row


def _mounts(value: Any, at: str) -> Row:
    row = Row()
    for item, where in _items(value, at):
        row.put(item if isinstance(item, Table) else table(where, source=item), where)
    return row


def _env_files(value: Any, at: str) -> Row:
    row = Row()
    for item, where in _items(value, at):
        one = _copy(item) if isinstance(item, Table) else table(where, path=item)
        if "required" not in one:
            one.put("required", True, where)
        row.put(one, where)
    return row


def _waits(value: Any, at: str) -> Table:
    made = _copy(waits(value))
    for name, one in made.items():
        if not isinstance(one, Table):
            raise Refused(f"depends_on of {name!r} is no mapping", made.place(name), "kind")
        full = _copy(one)
        for key, default in (("condition", "service_started"), ("required", True)):
            if key not in full:
                full.put(key, default, made.place(name))
        made.put(name, full, made.place(name))
    return made


def _networks(value: Any, at: str) -> Table:
    return keyed(value)


def _build(value: Any, at: str) -> Table:
    return value if isinstance(value, Table) else table(at, context=value)


def _items(value: Any, at: str) -> list[tuple[Any, str]]:
    return value.pairs() if isinstance(value, Row) else [] if value is None else [(value, at)]


WRITERS = {
    "ports": _ports,
    "volumes": _volumes,
    "secrets": _mounts,
    "configs": _mounts,
    "env_file": _env_files,
    "depends_on": _waits,
    "networks": _networks,
    "build": _build,
}
