"""What Compose refuses: keys and types that its schema does not have, and parts that name what is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.compose.values import Refused, Table, place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DURATION = re.compile(r"0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w))+")
UNKNOWN = ("additionalProperties", "unevaluatedProperties")
KINDS = {
    "object": "a mapping", "array": "a list", "string": "a text", "number": "a number", "integer": "a whole number",
    "boolean": "true or false", "null": "nothing",
}  # fmt: skip


@cache
def _validator() -> Any:
    # The schema that compose-spec publishes, as check-jsonschema ships it: data, read without any network, and without
    # importing that package, which takes a second.
    spec = find_spec("check_jsonschema")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("check-jsonschema is not installed: run `make env`.")
    import jsonschema

    path = Path(spec.submodule_search_locations[0]) / "builtin_schemas" / "vendor" / "compose-spec.json"
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def follow_schema(project: Table) -> None:
    """Raise Refused for the first place where the merged files leave the schema of Compose."""
    errors: list[ValidationError] = list(_validator().iter_errors(project))
    # Where one key has a wrong value, the schema calls every other key of that service unknown as well.
    errors = [one for one in errors if one.validator != UNKNOWN[1]] or errors
    if not errors:
        return
    from jsonschema.exceptions import relevance

    error = _inmost(max(errors, key=relevance))
    path = list(error.absolute_path)
    key = _unknown(error)
    where = place(project, *path, *([key] if key else []))
    raise Refused(f"{_dotted(path) or 'the top level'}: {_told(error, key)}", where, "key" if key else "kind")


def _inmost(error: ValidationError) -> ValidationError:
    """Where several forms are allowed, the fault within the form that was meant: the one whose type fits."""
    while error.context:
        forms: dict[Any, list[ValidationError]] = {}
        for one in error.context:
            forms.setdefault(one.schema_path[0], []).append(one)
        fitting = [faults for faults in forms.values() if not any(map(_of_other_type, faults))]
        if not fitting:
            break
        # A key that the form does not have tells more than one that it misses.
        error = next((one for one in fitting[0] if one.validator in UNKNOWN), fitting[0][0])
    return error


def _of_other_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.relative_path


def _unknown(error: ValidationError) -> str:
    """The key that the schema does not have at this place."""
    if error.validator not in UNKNOWN:
        return ""
    # Which key it is stands in jsonschema's sentence only.
    instance: Any = error.instance
    return next((str(key) for key in instance if f"'{key}'" in error.message), "")


def _told(error: ValidationError, key: str) -> str:
    if key:
        return f"Compose knows no key {key!r} here"
    if error.validator == "type":
        wanted: Any = error.validator_value
        expected = _kinds(wanted if isinstance(wanted, list) else [wanted])
        return f"{_short(error.instance)} stands where {expected} is expected"
    if error.context:
        return f"{_short(error.instance)} stands where {_kinds(_types(error))} is expected"
    if error.validator == "enum":
        allowed: Any = error.validator_value
        return f"{_short(error.instance)} is none of {', '.join(map(str, allowed))}"
    return f"{_short(error.instance)} is not allowed here ({error.validator})"


def _types(error: ValidationError) -> list[str]:
    return list(dict.fromkeys(str(one.validator_value) for one in error.context if _of_other_type(one)))


def _kinds(names: Iterable[Any]) -> str:
    return " or ".join(KINDS.get(str(one), str(one)) for one in names)


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else repr(value)[:60]


def _dotted(path: Iterable[Any]) -> str:
    return ".".join(map(str, path))


def hold_together(project: Table, services: Table) -> None:
    """Raise Refused for the first service that starts and names something which the project does not have."""
    for name, service in services.items():
        found = (("", _itself(name, service)), ("name", _names(name, service, project)))
        for kind, faults in (*found, ("service", _waits(name, service, services))):
            for says, where in faults:
                raise Refused(says, where, kind)
    _no_circle(services)


def _itself(name: str, service: Table) -> Iterator[tuple[str, str]]:
    if not service.get("image") and not service.get("build"):
        yield f"the service {name!r} has neither image nor build", service.here
    if service.get("network_mode") and service.get("networks"):
        yield f"the service {name!r} has both network_mode and networks", service.place("network_mode")
    health = service.get("healthcheck") or {}
    for key in ("interval", "timeout", "start_period", "start_interval"):
        if key in health and not DURATION.fullmatch(str(health[key])):
            says = f"{key} of the healthcheck of {name!r} is {health[key]!r}; a time has a unit, such as 10s or 1m30s"
            yield says, place(service, "healthcheck", key)
    test = health.get("test")
    if isinstance(test, list) and test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        says = f"the healthcheck of {name!r} begins with {test[0]!r}; a list begins with CMD, CMD-SHELL or NONE"
        yield says, place(service, "healthcheck", "test")
    tmpfs = service.get("tmpfs") or ()
    met = {str(one).partition(":")[0] for one in ([tmpfs] if isinstance(tmpfs, str) else tmpfs)}
    for mount, where in (service.get("volumes") or _NOTHING).pairs():
        if mount.get("target") in met:
            yield f"{name!r} mounts two things at {mount['target']}", where
        met.add(str(mount.get("target")))


class _Nothing:
    def pairs(self) -> list[tuple[Any, str]]:
        return []


_NOTHING = _Nothing()


def _names(name: str, service: Table, project: Table) -> Iterator[tuple[str, str]]:
    for mount, where in (service.get("volumes") or _NOTHING).pairs():
        source = mount.get("source")
        if mount.get("type") == "volume" and source and source not in (project.get("volumes") or {}):
            yield f"the service {name!r} mounts the volume {source!r}, which volumes: does not list", where
    networks = service.get("networks") or {}
    for network in networks:
        if network != "default" and network not in (project.get("networks") or {}):
            says = f"the service {name!r} joins the network {network!r}, which networks: does not list"
            yield says, place(service, "networks", network)
    for section in ("secrets", "configs"):
        for mount, where in (service.get(section) or _NOTHING).pairs():
            if mount.get("source") not in (project.get(section) or {}):
                yield f"the service {name!r} asks for {section} {mount.get('source')!r}, which is not defined", where


def _waits(name: str, service: Table, services: Table) -> Iterator[tuple[str, str]]:
    for other, wait in (service.get("depends_on") or {}).items():
        where = place(service, "depends_on", other)
        if other not in services and wait.get("required", True):
            yield f"the service {name!r} depends on {other!r}, which is not defined or not started", where


def _no_circle(services: Table) -> None:
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            circle = " -> ".join((*way[way.index(name) :], name))
            raise Refused(f"the services wait for each other: {circle}", place(services[name], "depends_on"), "circle")
        if name in done or name not in services:
            return
        for other in services[name].get("depends_on") or {}:
            visit(str(other), (*way, name))
        done.add(name)

    for name in services:
        visit(name, ())
