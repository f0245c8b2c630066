"""All objects of a hand-in, from one file or many, YAML or JSON, several documents or a `List`, each with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from checker.errors import Finding, NotYet
from checker.places import Places

PATTERNS = ("*.yaml", "*.yml", "*.json")
Step = str | int


class Source(Protocol):
    """What is needed of `submission`: names of files, their text, and what a parser makes of it."""

    def files(self, *patterns: str) -> list[str]: ...
    def text(self, name: str) -> str: ...
    def documents(self, name: str) -> list[Any]: ...
    def json(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Object:
    """One Kubernetes object, and where it stands."""

    value: dict[str, Any]
    places: Places
    path: tuple[Step, ...]

    @property
    def kind(self) -> str:
        return str(self.value.get("kind") or "")

    @property
    def api_version(self) -> str:
        return str(self.value.get("apiVersion") or "")

    @property
    def name(self) -> str:
        return str(self.get("metadata", "name") or "")

    @property
    def namespace(self) -> str:
        return str(self.get("metadata", "namespace") or "default")

    @property
    def file(self) -> str:
        return self.places.name

    def get(self, *path: Step) -> Any:
        """The value at a path, None where a part of it is missing or of another kind."""
        return at(self.value, *path)

    def where(self, *path: Step) -> str:
        """`deployment.yaml:31`: the line of a value, or of the deepest part of its path that is there."""
        return self.places.at(*self.path, *path)


def at(value: Any, *path: Step) -> Any:
    """The value at a path below `value`, None where a part of it is missing or of another kind."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def table(value: Any) -> dict[str, Any]:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The mappings of a list; nothing when it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class Objects:
    """The objects of a hand-in in order, and the findings of files that cannot be read."""

    objects: tuple[Object, ...]
    files: tuple[str, ...] = ()
    faults: dict[str, Finding] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Object]:
        return [one for one in self.objects if one.kind in kinds]

    def named(self, kind: str, name: str, namespace: str) -> Object | None:
        return next((one for one in self.of(kind) if (one.name, one.namespace) == (name, namespace)), None)

    def one(self, kind: str, *, name: str = "", where: str, next: str) -> Object:
        """The object of this kind, and of this name where several are there. A finding when there is none.

        A file that cannot be read is the likely reason, so its own finding comes first.
        """
        found = self.of(kind)
        called = [one for one in found if one.name == name] or found
        if called:
            # Of two with the same name the later one stays in a cluster.
            return called[-1]
        if self.faults:
            raise NotYet(next_fault(self.faults))
        kinds = ", ".join(dict.fromkeys(one.kind for one in self.objects)) or "no object at all"
        seen = f"in {len(self.files)} files there is: {kinds}"
        raise NotYet(Finding(f"looked for a {kind} in your files", seen, f"one object of kind {kind}", where, next))


def next_fault(faults: dict[str, Finding]) -> Finding:
    return next(iter(faults.values()))


def read(source: Source) -> Objects:
    """Read every file of a hand-in. A file that cannot be read spoils only what stands in it."""
    found: list[Object] = []
    faults: dict[str, Finding] = {}
    names = source.files(*PATTERNS)
    for name in names:
        try:
            # YAML takes most of JSON, but no tabs.
            documents = [source.json(name)] if name.endswith(".json") else source.documents(name)
            found += in_text(name, source.text(name), documents)
        except NotYet as unreadable:
            faults[name] = unreadable.finding
    return Objects(tuple(found), tuple(names), faults)


def in_text(name: str, text: str, documents: Iterable[Any]) -> list[Object]:
    """The objects of one file."""
    places = Places.of(name, text)
    return [one for number, document in enumerate(documents) for one in _flat(document, places, (number,))]


def _flat(value: Any, places: Places, path: tuple[Step, ...]) -> Iterator[Object]:
    if not isinstance(value, dict):
        return
    if str(value.get("kind") or "").endswith("List") and isinstance(value.get("items"), list):
        for number, item in enumerate(value["items"]):
            yield from _flat(item, places, (*path, "items", number))
    elif "kind" in value:
        yield Object(value, places, path)
