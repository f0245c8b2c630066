"""From files to the project that Compose would build: read, fill in, extend, include, merge, check, write out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.compose.canonical import canonical
from checker.compose.merge import laid, listed, unique
from checker.compose.model import Project, Service, Variable, service_of
from checker.compose.parts import extended, included, text_of, without
from checker.compose.rules import follow_schema, hold_together
from checker.compose.source import Source
from checker.compose.values import Refused, Row, Table, as_text
from checker.compose.variables import Variables, interpolate, read_env

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = (
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml",
)  # fmt: skip
DEEPEST = 10


def found(files: Mapping[str, str]) -> list[str]:
    """The files that `docker compose` takes when none is named: the first of its names, and an override."""
    base = next((name for name in NAMES if name in files), "")
    over = next((name for name in OVERRIDES if name in files), "")
    return [name for name in (base, over) if base and name]


def load(
    files: Mapping[str, str], names: Sequence[str] = (), *, profiles: Sequence[str] = (), folder: str = "project",
    env: Mapping[str, str] | None = None, strict: bool = True,
) -> Project:  # fmt: skip
    """Build the project of these files as `docker compose -f … --profile …` does in their folder.

    `files` maps paths below the folder to texts; nothing else is read. Without `strict`, env files that are not there
    and variables that `${NAME:?…}` demands are taken for empty, as on a fresh clone. Raises Refused with the place
    where Compose would stop, and the finding of `checker.readers` for a file that is no YAML.
    """
    chosen = list(names) or found(files)
    if not chosen:
        raise Refused(f"there is no Compose file; it is named {NAMES[0]}", NAMES[0])
    values = {key: value for key, (value, _) in read_env(".env", files.get(".env", ""), dict(env or {})).items()}
    loader = _Loader(files, Variables(values | dict(env or {}), strict=strict))
    table = loader.project(chosen)
    services = _services(table)
    enabled = Table(services.here)
    for name, service in services.items():
        wanted = service.get("profiles") or ()
        if not wanted or "*" in profiles or set(map(str, wanted)) & set(profiles):
            enabled.put(name, service, services.place(name))
    hold_together(table, enabled)
    built = {name: loader.service(name, service, strict) for name, service in enabled.items()}
    others = {name: loader.service(name, one, False) for name, one in services.items() if name not in enabled}
    blank = tuple(sorted(loader.variables.blank))
    return Project(_name(table, folder), built, others, table, blank)


def _services(table: Table) -> Table:
    services = table.get("services")
    if not isinstance(services, Table):
        return Table(table.here)
    for name, service in services.items():
        if not isinstance(service, Table):
            raise Refused(f"the service {name!r} is empty", services.place(name))
    return services


def _name(table: Table, folder: str) -> str:
    given = str(table.get("name") or folder)
    return re.sub(r"[^a-z0-9_-]", "", given.lower()).lstrip("_-")


@dataclass
class _Loader:
    files: Mapping[str, str]
    variables: Variables
    depth: int = 0

    def project(self, names: Sequence[str], where: str = "") -> Table:
        """The merged and canonical project of some files, before profiles."""
        merged = Table(names[0])
        for name in names:
            for source in self._documents(name, where or name):
                merged = self._over(merged, source)
        return merged

    def _documents(self, name: str, where: str) -> list[Source]:
        return Source.documents(name, text_of(self.files, name, where))

    def _over(self, merged: Table, source: Source) -> Table:
        content = interpolate(source.content, self.variables, source.name)
        content = extended(content, source.name, self._opened, source.replaced)
        merged = without(merged, source.replaced)
        content = included(content, source.name, self._included)
        merged = unique(laid(merged, content))
        follow_schema(merged)
        written: Table = unique(canonical(without(merged, [("version",)])))
        return written

    def _opened(self, name: str, where: str) -> Table:
        """Another file, for `extends`."""
        made = Table(name)
        for source in self._documents(name, where):
            made = laid(without(made, source.replaced), interpolate(source.content, self.variables, name))
        return made

    def _included(self, names: list[str], where: str) -> Table:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused("the files include each other without end", where)
        made = self.project(names, where)
        self.depth -= 1
        return made

    def service(self, name: str, table: Table, strict: bool) -> Service:
        return service_of(name, table, self._environment(table, strict))

    def _environment(self, table: Table, strict: bool) -> dict[str, Variable]:
        """What the container sees: the env files in their order, and `environment` over them."""
        seen: dict[str, Variable] = {}
        own = dict(self._own(table))
        outer = {key: one.value for key, one in own.items() if one.value is not None} | self.variables.values
        for entry, where in table["env_file"].pairs() if table.get("env_file") else ():
            name = posixpath.normpath(str(entry.get("path")))
            if name in self.files:
                values = read_env(name, self.files[name], outer)
                seen |= {key: Variable(value, at, name) for key, (value, at) in values.items()}
            elif strict and str(entry.get("required", True)).lower() == "true":
                example = f"cp {name}.example {name}, and fill in its values" if f"{name}.example" in self.files else ""
                raise Refused(f"there is no env file {name}", where, "file", next=example)
        return seen | own

    def _own(self, table: Table) -> list[tuple[str, Variable]]:
        given: Any = table.get("environment")
        made = []
        for item, at in listed(given).pairs() if isinstance(given, Table | Row) else ():
            key, sign, value = as_text(item).partition("=")
            passed = value if sign else self.variables.values.get(key)
            made.append((key, Variable(passed, at)))
        return made
