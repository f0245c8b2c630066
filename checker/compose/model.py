"""The project that Compose builds: services with their ports, mounts, variables and waits, each with its place."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from checker.compose.values import Table, as_text, place

DEFAULT_NETWORK = "default"
# What one service may share with another, which must then be there first.
NAMESPACES = ("network_mode", "ipc", "pid")


@dataclass(frozen=True)
class Port:
    """A container port that the host publishes. An empty `published` is any free port, an empty address every one."""

    target: int
    published: str
    address: str
    protocol: str
    where: str


@dataclass(frozen=True)
class Mount:
    """What stands at a path of the container. `kind` is volume, bind, tmpfs or another that Compose knows."""

    kind: str
    source: str
    target: str
    read_only: bool
    where: str


@dataclass(frozen=True)
class Wait:
    """What one service waits for before it starts."""

    service: str
    condition: str
    required: bool
    where: str


@dataclass(frozen=True)
class Variable:
    """An environment variable as the container sees it. `origin` is the env file, or empty for `environment:`."""

    value: str | None
    where: str
    origin: str = ""


@dataclass(frozen=True)
class Healthcheck:
    """`test` begins with CMD or CMD-SHELL; it is empty when only times are set, so the image's own test stays."""

    test: tuple[str, ...]
    disabled: bool
    where: str


@dataclass(frozen=True)
class Service:
    """One service of the merged project. `table` is all that the files say of it, in long syntax."""

    name: str
    table: Table
    ports: tuple[Port, ...]
    mounts: tuple[Mount, ...]
    waits: dict[str, Wait]
    environment: dict[str, Variable]
    networks: dict[str, tuple[str, ...]]
    healthcheck: Healthcheck | None
    secrets: dict[str, str]
    configs: dict[str, str]

    @property
    def image(self) -> str:
        return str(self.table.get("image") or "")

    @property
    def build(self) -> Table | None:
        found = self.table.get("build")
        return found if isinstance(found, Table) else None

    @property
    def profiles(self) -> tuple[str, ...]:
        return tuple(map(str, self.table.get("profiles") or ()))

    @property
    def scale(self) -> int:
        """How many containers start."""
        found = self.table.get("scale")
        deployed = (self.table.get("deploy") or {}).get("replicas")
        count = str(next((one for one in (found, deployed) if one is not None), 1))
        return int(count) if count.isdigit() else 1

    def place(self, *path: str | int) -> str:
        """Where a part of this service was written: `service.place("ports", 0)`."""
        return place(self.table, *path)

    def command(self) -> tuple[str, ...]:
        """The words of the command; empty when the image's own runs."""
        return self._words("command")

    def entrypoint(self) -> tuple[str, ...]:
        """The words of the entrypoint; empty when the image's own runs."""
        return self._words("entrypoint")

    def _words(self, key: str) -> tuple[str, ...]:
        found = self.table.get(key)
        return tuple(shlex.split(found)) if isinstance(found, str) else tuple(map(str, found or ()))


@dataclass(frozen=True)
class Project:
    """What `docker compose up` starts from these files, and in `others` what other profiles would start."""

    name: str
    services: dict[str, Service]
    others: dict[str, Service]
    table: Table
    blank: tuple[str, ...]

    def section(self, name: str) -> Table:
        """`volumes`, `networks`, `secrets` or `configs` of the project."""
        found = self.table.get(name)
        return found if isinstance(found, Table) else Table(self.table.here)

    def place(self, *path: str | int) -> str:
        return place(self.table, *path)


def service_of(name: str, table: Table, environment: dict[str, Variable]) -> Service:
    """One service of the canonical project."""
    return Service(
        name=name,
        table=table,
        ports=tuple(_port(one, at) for one, at in _pairs(table.get("ports"))),
        mounts=(*(_mount(one, at) for one, at in _pairs(table.get("volumes"))), *_tmpfs(table)),
        waits=_all_waits(table),
        environment=environment,
        networks=_networks(table),
        healthcheck=_healthcheck(table),
        secrets=_files(table.get("secrets"), "/run/secrets"),
        configs=_files(table.get("configs"), ""),
    )


def _pairs(value: Any) -> list[tuple[Any, str]]:
    return value.pairs() if value else []


def _port(one: Table, at: str) -> Port:
    published = one.get("published")
    return Port(
        target=int(one.get("target") or 0),
        published="" if published is None else as_text(published),
        address=str(one.get("host_ip") or ""),
        protocol=str(one.get("protocol") or "tcp"),
        where=at,
    )


def _mount(one: Table, at: str) -> Mount:
    return Mount(
        kind=str(one.get("type") or "volume"),
        source=str(one.get("source") or ""),
        target=str(one.get("target") or "").rstrip("/") or "/",
        read_only=bool(one.get("read_only")),
        where=at,
    )


def _tmpfs(table: Table) -> list[Mount]:
    found = table.get("tmpfs")
    paths = [found] if isinstance(found, str) else found or ()
    at = table.place("tmpfs")
    return [Mount("tmpfs", "", str(path).partition(":")[0].rstrip("/"), False, at) for path in paths]


def _all_waits(table: Table) -> dict[str, Wait]:
    """What depends_on says, and who must be there because of links, shared namespaces and shared volumes."""
    waits = {other: _wait(table, other, one) for other, one in (table.get("depends_on") or {}).items()}
    implied = [(str(table.get(key)).removeprefix("service:"), key) for key in NAMESPACES if _of_service(table, key)]
    for key in ("links", "volumes_from"):
        names = (str(one) for one in table.get(key) or ())
        implied += [(one.partition(":")[0], key) for one in names if not one.startswith("container:")]
    for other, key in implied:
        waits.setdefault(other, Wait(other, "service_started", True, table.place(key)))
    return waits


def _of_service(table: Table, key: str) -> bool:
    return str(table.get(key)).startswith("service:")


def _wait(table: Table, other: str, one: Table) -> Wait:
    where = place(table, "depends_on", other)
    return Wait(other, str(one.get("condition")), bool(one.get("required", True)), where)


def _networks(table: Table) -> dict[str, tuple[str, ...]]:
    if table.get("network_mode"):
        return {}
    found = table.get("networks") or {DEFAULT_NETWORK: None}
    return {str(name): tuple(map(str, (one or {}).get("aliases") or ())) for name, one in found.items()}


def _healthcheck(table: Table) -> Healthcheck | None:
    found = table.get("healthcheck")
    if not isinstance(found, Table):
        return None
    test = found.get("test")
    words = ("CMD-SHELL", test) if isinstance(test, str) else tuple(map(str, test or ()))
    disabled = str(found.get("disable")).lower() == "true" or words[:1] == ("NONE",)
    return Healthcheck(() if disabled else words, disabled, place(table, "healthcheck"))


def _files(value: Any, folder: str) -> dict[str, str]:
    """The path in the container of each secret or config that a service asks for."""
    paths = {str(one["source"]): str(one.get("target") or one["source"]) for one, _ in _pairs(value)}
    return {source: path if path.startswith("/") else f"{folder}/{path}" for source, path in paths.items()}
