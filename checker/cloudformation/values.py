"""What stays open in a template until it is deployed: references, texts with references, other functions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ref:
    """A resource, a parameter without default, or a pseudo parameter such as AWS::Region."""

    id: str
    file: str = ""

    def __str__(self) -> str:
        return f"${{{self.id}}}"


@dataclass(frozen=True)
class GetAtt:
    """An attribute that a resource has once it exists, such as its Arn."""

    id: str
    attribute: str
    file: str = ""

    def __str__(self) -> str:
        return f"${{{self.id}.{self.attribute}}}"


@dataclass(frozen=True)
class Call:
    """A function whose value is not known before deployment; its argument is resolved as far as it goes."""

    name: str
    argument: Any

    def __str__(self) -> str:
        return f"{self.name}({said(self.argument)})"

    def __hash__(self) -> int:
        return hash((self.name, said(self.argument)))


@dataclass(frozen=True)
class Text:
    """A text with at least one part that is not known before deployment."""

    parts: tuple[str | Ref | GetAtt | Call, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


# A template of CloudFormation has at most a million bytes; no text of one comes near.
LONGEST = 100_000
OPEN = (Ref, GetAtt, Call, Text)


def said(value: Any) -> str:
    """The value as a person writes it: `${Repository}`, `${Role.Arn}`; a mapping or list as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, default=said)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)


def mentioned(value: Any) -> set[Ref | GetAtt]:
    """Every reference inside a value."""
    if isinstance(value, Ref | GetAtt):
        return {value}
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    elif isinstance(value, Text):
        inner = value.parts
    elif isinstance(value, Call):
        inner = (value.argument,)
    return {one for part in inner for one in mentioned(part)}


def joined(parts: Iterable[Any]) -> Any:
    """One text of these parts: a plain str when all is known, the part itself when it is the only one."""
    flat: list[Any] = []
    length = 0
    for part in parts:
        length += len(said(part))
        if length > LONGEST:
            return Call("too long", None)
        for one in part.parts if isinstance(part, Text) else (part,):
            if isinstance(one, OPEN):
                flat.append(one)
            elif said(one) and flat and isinstance(flat[-1], str):
                flat[-1] += said(one)
            elif said(one):
                flat.append(said(one))
    if len(flat) < 2:
        return flat[0] if flat else ""
    return Text(tuple(flat))
