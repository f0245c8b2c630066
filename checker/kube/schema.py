"""Asks the schemas of the supported Kubernetes versions whether a server would take an object, in plain words.

The schemas are those of kubernetes-validate, strict: a field that no version knows is an error. Its own function reads
the definitions anew for each object (0.1 s for three versions), so they are kept here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

VERSIONS = ("1.35", "1.36", "1.37")
KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "object": "a table of keys",
    "array": "a list",
}


@dataclass(frozen=True)
class Refusal:
    """Why a version refuses an object, and the path of the field."""

    version: str
    says: str
    path: tuple[str | int, ...] = ()
    # Whether all supported versions say the same, and whether it is a rule beyond the schema that says it.
    every: bool = False
    rule: bool = False

    @property
    def who(self) -> str:
        return "every version" if self.every else f"version {self.version}"


def refusal(value: dict[str, Any], versions: Iterable[str] = VERSIONS) -> Refusal | None:
    """The first refusal of an object by one of the versions; None when all of them take it."""
    asked = list(versions)
    found = [_refused(value, version) for version in asked]
    first = next((one for one in found if one), None)
    every = len(asked) > 1 and first is not None and all(one and one.says == first.says for one in found)
    return replace(first, every=every) if first else None


def _refused(value: dict[str, Any], version: str) -> Refusal | None:
    kind, api_version = value.get("kind"), value.get("apiVersion")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return Refusal(version, "it has no apiVersion", ("kind",))
    validator = _validator(version, kind, api_version)
    if validator is None:
        return Refusal(version, f"there is no kind {kind!r} in apiVersion {api_version!r}", ("apiVersion",))
    errors = sorted(validator.iter_errors(value), key=_depth)
    return _worded(version, errors[0]) if errors else None


def _depth(error: Any) -> tuple[int, list[str]]:
    """The outermost error first: what is wrong below it may follow from it."""
    path = list(map(str, error.absolute_path))
    return len(path), path


def _worded(version: str, error: Any) -> Refusal:
    path, asked = tuple(error.absolute_path), error.validator_value
    field, held = ".".join(map(str, path)) or "the object", _short(error.instance)
    match error.validator:
        case "additionalProperties":
            unknown = _unknown(error)
            return Refusal(version, f"{field} has no field {unknown!r}", (*path, unknown))
        case "required":
            return Refusal(version, f"{field} lacks {_missing(error)!r}", path)
        case "type":
            kinds = [KINDS.get(one, one) for one in _listed(asked) if one != "null"]
            return Refusal(version, f"{field} is {held}, and {' or '.join(kinds)} is asked", path)
        case "enum":
            values = ", ".join(str(one) for one in asked if one is not None)
            return Refusal(version, f"{field} is {held}, and one of {values} is asked", path)
        case "oneOf" | "anyOf":
            return Refusal(version, f"{field} is {held}, which has none of the kinds that it may have", path)
    return Refusal(version, f"{field}: {error.message[:120]}", path)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _unknown(error: Any) -> str:
    known = error.schema.get("properties", {})
    return next((str(key) for key in error.instance if key not in known), "")


def _missing(error: Any) -> str:
    return next((str(key) for key in error.validator_value if key not in error.instance), "")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


@cache
def _validator(version: str, kind: str, api_version: str) -> Any:
    if not re.fullmatch(r"[A-Za-z]+", kind):
        return None
    # rbac.authorization.k8s.io/v1 -> rbac-v1, apps/v1 -> apps-v1, v1 -> v1: the names of the schema files.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    path = _folder(version) / f"{kind.lower()}-{group}.json"
    if "/" in group or not path.is_file():
        return None
    schema = json.loads(path.read_text("utf-8"))
    named = schema.get("properties", {}).get("kind", {}).get("enum", [kind])
    if kind not in named:
        return None
    import jsonschema

    return jsonschema.Draft202012Validator(schema, registry=_registry(version))


@cache
def _registry(version: str) -> Any:
    from referencing import Registry, Resource

    definitions = json.loads((_folder(version) / "_definitions.json").read_text("utf-8"))
    return Resource.from_contents(definitions) @ Registry()


@cache
def _folder(version: str) -> Path:
    spec = find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("kubernetes-validate is not installed: run `make env`.")
    return Path(spec.submodule_search_locations[0]) / "kubernetes-json-schema" / f"v{version}.0-local-strict"
