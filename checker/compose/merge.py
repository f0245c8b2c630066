"""Lays one Compose file over another as Compose does: each field has a rule of its own.

Mappings are merged key by key, lists are joined, a few fields are replaced whole; then of two list items that mean
the same thing (a mount target, a variable's name) the later one stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.compose.short import volume
from checker.compose.values import Refused, Row, Table, as_text, table

Path = tuple[str, ...]
# Replaced whole.
WHOLE = {("command",), ("entrypoint",), ("healthcheck", "test")}
# Joined as lists of `NAME=value`.
NAMED = {
    ("annotations",), ("build", "args"), ("build", "labels"), ("deploy", "labels"), ("dns",), ("dns_opt",),
    ("dns_search",), ("env_file",), ("environment",), ("extra_hosts",), ("label_file",), ("labels",), ("sysctls",),
    ("tmpfs",),
}  # fmt: skip


def laid(base: Table, over: Table) -> Table:
    """One project laid over another; neither is changed."""
    return _mappings(base, over, ())


def merge(base: Any, over: Any, path: Path) -> Any:
    """What stands at `path` in two projects, laid over each other."""
    field = path[2:] if path[:1] == ("services",) else ()
    if field in WHOLE or (field == ("logging",) and _other_driver(base, over)):
        return over
    if field in NAMED or (len(path) == 3 and path[0] in ("networks", "volumes") and path[2] == "labels"):
        return _joined(listed(base), listed(over))
    as_mapping = MAPPINGS.get(field)
    if as_mapping:
        return _mappings(as_mapping(base), as_mapping(over), path)
    return _by_type(base, over, path)


def _by_type(base: Any, over: Any, path: Path) -> Any:
    if over is None:
        return base
    if isinstance(base, Table):
        return _mappings(base, over, path)
    if isinstance(base, Row):
        if not isinstance(over, Row):
            raise Refused(f"{'.'.join(path)} is a list in one file and none in another", _where(over, base), "kind")
        return _joined(base, over)
    return over


def _mappings(base: Any, over: Any, path: Path) -> Table:
    if not isinstance(base, Table) or not isinstance(over, Table):
        raise Refused(f"{'.'.join(path)} is a mapping in one file and none in another", _where(over, base), "kind")
    made = Table(base.here)
    for key, value in base.items():
        made.put(key, value, base.place(key))
    for key, value in over.items():
        new = merge(base[key], value, (*path, key)) if key in base else value
        made.put(key, new, over.place(key))
    return made


def _where(*values: Any) -> str:
    for value in values:
        if isinstance(value, Table):
            return value.here
        if isinstance(value, Row) and value.at:
            return value.at[0]
    return ""


def _joined(base: Row, over: Row) -> Row:
    row = Row()
    for value, at in (*base.pairs(), *over.pairs()):
        row.put(value, at)
    return row


def listed(value: Any) -> Row:
    """A mapping as `NAME=value` items, a single value as a list of one."""
    if isinstance(value, Row):
        return value
    row = Row()
    if isinstance(value, Table):
        for key in sorted(value):
            item = value[key]
            for one in item if isinstance(item, Row) else [item]:
                row.put(key if one is None else f"{key}={as_text(one)}", value.place(key))
    elif value is not None:
        row.put(value, "")
    return row


def keyed(value: Any) -> Table:
    """A list of names as a mapping without values."""
    if isinstance(value, Row):
        made = Table(value.at[0] if value.at else "")
        for name, at in value.pairs():
            made.put(str(name), None, at)
        return made
    return value if isinstance(value, Table) else Table()


def waits(value: Any) -> Table:
    """The short form of depends_on as the long one: started, and required."""
    if not isinstance(value, Row):
        return value if isinstance(value, Table) else Table()
    made = Table(value.at[0] if value.at else "")
    for name, at in value.pairs():
        made.put(str(name), table(at, condition="service_started", required=True), at)
    return made


def _build(value: Any) -> Table:
    return value if isinstance(value, Table) else table("", context=value)


# Fields whose short forms are brought into a mapping before they are merged.
MAPPINGS: dict[Path, Callable[[Any], Table]] = {
    ("depends_on",): waits,
    ("networks",): keyed,
    ("models",): keyed,
    ("build",): _build,
}


def _other_driver(base: Any, over: Any) -> bool:
    drivers = [one.get("driver") for one in (base, over) if isinstance(one, Table)]
    return None not in drivers and len(set(drivers)) > 1


# -- of two items that mean the same, the later one stays ----------------------------------------------------------
def _name(item: Any) -> Any:
    return item.partition("=")[0] if isinstance(item, str) else item


def _target(item: Any) -> Any:
    if isinstance(item, Table):
        return item.get("target")
    try:
        return volume(item, "")["target"]
    except (Refused, AttributeError, TypeError):
        return item


def _mounted(folder: str) -> Callable[[Any], Any]:
    def key(item: Any) -> Any:
        if isinstance(item, Table):
            return item.get("target") or f"{folder}/{item.get('source')}"
        return f"{folder}/{item}"

    return key


def _port(item: Any) -> Any:
    if not isinstance(item, Table):
        return str(item)
    host, kind = item.get("host_ip", "0.0.0.0"), item.get("protocol", "tcp")
    return f"{host}:{item.get('published')}:{item.get('target')}/{kind}"


def _env_file(item: Any) -> Any:
    return item.get("path") if isinstance(item, Table) else item


KEYS: dict[Path, Callable[[Any], Any]] = {
    **dict.fromkeys([*NAMED, ("cap_add",), ("cap_drop",), ("links",), ("profiles",), ("build", "tags")], _name),
    ("networks", "*", "aliases"): _name,
    ("configs",): _mounted(""),
    ("secrets",): _mounted("/run/secrets"),
    ("env_file",): _env_file,
    ("expose",): str,
    ("ports",): _port,
    ("volumes",): _target,
    ("devices",): _target,
}
del KEYS[("extra_hosts",)]


def unique(value: Any, path: Path = ()) -> Any:
    """The value without list items that a later one redefines."""
    if isinstance(value, Table):
        made = Table(value.here)
        for key, item in value.items():
            made.put(key, unique(item, (*path, key)), value.place(key))
        return made
    field = path[2:] if path[:1] == ("services",) else ()
    key_of = KEYS.get(field) or (KEYS.get((field[0], "*", field[2])) if len(field) == 3 else None)
    if not isinstance(value, Row) or key_of is None:
        return value
    kept: dict[Any, tuple[Any, str]] = {}
    for item, at in value.pairs():
        kept[_hashable(key_of(item))] = (item, at)
    row = Row()
    for item, at in kept.values():
        row.put(item, at)
    return row


def _hashable(key: Any) -> Any:
    return key if isinstance(key, str | int | float | bool | None) else repr(key)
