"""`extends` and `include`: parts of a project that come from elsewhere."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from checker.compose.merge import merge
from checker.compose.source import Path
from checker.compose.values import Refused, Row, Table

Open = Callable[[str, str], Table]
SECTIONS = ("services", "volumes", "networks", "secrets", "configs")


def without(value: Table, paths: list[Path], path: Path = ()) -> Table:
    """The value without what !reset and !override of a later file take out."""
    made = Table(value.here)
    for key, item in value.items():
        if (*path, key) not in paths:
            kept = without(item, paths, (*path, key)) if isinstance(item, Table) else item
            made.put(key, kept, value.place(key))
    return made


@dataclass(frozen=True)
class Extends:
    """The services of one file, and how to read another. `replaced` are the paths that the file's tags take out."""

    name: str
    services: Table
    opened: Open
    replaced: list[Path]
    met: tuple[tuple[str, str], ...] = ()

    def service(self, key: str) -> Any:
        """A service laid over the one that it extends, and that over its own."""
        service = self.services[key]
        asked = service.get("extends") if isinstance(service, Table) else None
        if asked is None:
            return service
        base = self._base(key, asked, service.place("extends"))
        if not isinstance(base, Table):
            return service
        # Paths of tags begin with services.NAME; of the base only that service is asked.
        base = without(base, [path[2:] for path in self.replaced if path[:2] == ("services", key)])
        return merge(base, without(service, [("extends",)]), ("services", key))

    def _base(self, key: str, asked: Any, where: str) -> Any:
        file, other = (asked.get("file"), asked.get("service")) if isinstance(asked, Table) else (None, asked)
        if (self.name, key) in self.met:
            raise Refused(f"{key!r} extends itself in the end", where, "circle")
        name = _beside(self.name, str(file)) if file else self.name
        among = self.opened(name, where).get("services") if file else self.services
        if not isinstance(among, Table) or other not in among:
            raise Refused(f"{key!r} extends {other!r}, which is not in {name}", where, "service")
        met = (*self.met, (self.name, key))
        return Extends(name, among, self.opened, [] if file else self.replaced, met).service(str(other))


def extended(content: Table, name: str, opened: Open, replaced: list[Path]) -> Table:
    """The content with each service laid over the one that it extends. `opened` reads another file."""
    services = content.get("services")
    if not isinstance(services, Table):
        return content
    extends = Extends(name, services, opened, replaced)
    made = Table(services.here)
    for key in services:
        made.put(key, extends.service(key), services.place(key))
    whole = without(content, [("services",)])
    whole.put("services", made, content.place("services"))
    return whole


def included(content: Table, name: str, load: Callable[[list[str], str], Table]) -> Table:
    """The content with the projects that it includes. `load` builds one from its files' names."""
    listed = content.get("include")
    if not isinstance(listed, Row):
        return content
    made = without(content, [("include",)])
    for item, where in listed.pairs():
        paths = item.get("path") if isinstance(item, Table) else item
        names = [_beside(name, str(one)) for one in (paths if isinstance(paths, Row) else [paths])]
        _import(made, load(names, where), where)
    return made


def _import(made: Table, other: Table, where: str) -> None:
    for section in SECTIONS:
        theirs = other.get(section)
        if not isinstance(theirs, Table):
            continue
        ours = made.get(section)
        if not isinstance(ours, Table):
            ours = Table(theirs.here)
            made.put(section, ours, where)
        for key, value in theirs.items():
            if key in ours and ours[key] != value:
                raise Refused(f"the included file defines {section}.{key} too, and differently", where)
            ours.put(key, value, theirs.place(key))


def _beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def text_of(files: Mapping[str, str], name: str, where: str) -> str:
    """The text of a file that another one names."""
    if name not in files:
        raise Refused(f"there is no file {name}", where, "file")
    return files[name]
