"""Reads a buildspec: its phases, variables, artifacts and cache, and what CodeBuild would refuse in it.

No JSON schema of buildspecs is kept by anybody we know (check-jsonschema brings none), so schema.json beside this
module is our own, written from AWS's reference; it names its source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from checker.errors import Finding, NotYet
from checker.places import Places
from checker.readers import read_yaml_12

PHASES = ("install", "pre_build", "build", "post_build")
# What to ask about a fault of the schema: a colon and a blank in a command are mended by quotes, not by indentation.
WRITTEN = "How is the key written, and how far is the line indented: what does that make it a part of?"
QUOTES = "Quote the whole command: which kind of quotes does it not hold itself?"
# The text that a buildspec gets in place of a parameter or a secret of the account.
SECRET = "a-secret-of-the-account"


@dataclass(frozen=True)
class Fault:
    """What the schema does not allow: where it is, a sentence, and what to ask about it."""

    path: tuple[str | int, ...]
    message: str
    next: str = WRITTEN


@dataclass(frozen=True)
class Phase:
    """One phase: its commands, those of `finally`, and what a failure leads to."""

    name: str
    commands: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    on_failure: str = ""


@dataclass(frozen=True)
class Buildspec:
    """A buildspec as CodeBuild takes it."""

    name: str
    raw: Mapping[str, Any]
    places: Places
    phases: tuple[Phase, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    exported: tuple[str, ...] = ()
    shell: str = "sh"

    @property
    def keeps_state(self) -> bool:
        """Since version 0.2 a command finds the variables and the folder that the one before it left."""
        return str(self.raw.get("version")) != "0.1"

    @property
    def cached(self) -> tuple[str, ...]:
        return _texts(_table(self.raw.get("cache")).get("paths"))

    def at(self, *path: str | int) -> str:
        """`buildspec.yml:12`: the line of the value at this path."""
        return self.places.at(0, *path)

    def place_of(self, phase: str, command: str, *, last: bool = False) -> str:
        """The line of a command of a phase, the first or the last of this text; the phase's where it is not found."""
        for key in ("commands", "finally"):
            listed = _texts(_table(_table(self.raw.get("phases")).get(phase)).get(key))
            if command in listed:
                place = len(listed) - 1 - listed[::-1].index(command) if last else listed.index(command)
                return self.at("phases", phase, key, place)
        return self.at("phases", phase)


def read(name: str, text: str) -> Buildspec:
    """Read a buildspec. A text that is no YAML, or no table of keys, is a finding."""
    value = read_yaml_12(name, text)
    if not isinstance(value, dict):
        expected, next_ = "keys and values, with version and phases at the top", "What stands at the top of the file?"
        raise NotYet(Finding(f"read {name}", "it is no table of keys and values", expected, name, next_))
    phases, env = _table(value.get("phases")), _table(value.get("env"))
    secret = {str(key): SECRET for kind in ("parameter-store", "secrets-manager") for key in _table(env.get(kind))}
    plain = {str(key): _as_text(one) for key, one in _table(env.get("variables")).items()}
    return Buildspec(
        name,
        value,
        Places.of(name, text),
        tuple(_phase(one, _table(phases[one])) for one in PHASES if one in phases),
        {**secret, **plain},
        _texts(env.get("exported-variables")),
        "bash" if env.get("shell") == "bash" else "sh",
    )


def schema_faults(value: Any) -> list[Fault]:
    """What AWS's reference does not allow, the first in the file's order."""
    errors = sorted(_validator().iter_errors(value), key=lambda one: list(map(str, one.absolute_path)))
    return [_fault(one) for one in errors]


def _phase(name: str, raw: Mapping[str, Any]) -> Phase:
    return Phase(name, _texts(raw.get("commands")), _texts(raw.get("finally")), str(raw.get("on-failure", "")))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def _validator() -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(
        json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
    )


def _fault(error: Any) -> Fault:
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        unknown = next(iter(set(map(str, error.instance)) - set(error.schema.get("properties", {}))), "")
        return Fault((*path, unknown), f"the key {unknown!r} does not belong here")
    if error.validator == "required":
        missing = re.findall(r"'([^']+)'", error.message)[0]
        return Fault(path, f"{missing!r} is missing here")
    if error.validator == "type" and isinstance(error.instance, dict) and path and isinstance(path[-1], int):
        # `- echo a: b` without quotes is a table in YAML.
        message = "this command is read as a key with a value, since a colon and a blank stand in it"
        return Fault(path, message, QUOTES)
    if error.validator == "pattern":
        return Fault(path, f"{error.instance!r} is none of ABORT, CONTINUE and RETRY")
    return Fault(path, f"{str(error.instance)[:40]!r} is not of a kind that belongs here")
