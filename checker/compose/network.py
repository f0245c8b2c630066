"""Who reaches whom: which container answers a name that is asked inside another one, or on the host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.compose.model import Port, Project, Service
from checker.compose.values import Row, Table

# The machine on which Compose runs, as a caller beside the services.
HOST = "host"
GATEWAYS = ("host.docker.internal", "gateway.docker.internal")
ANYWHERE = ("", "0.0.0.0", "::")


@dataclass(frozen=True)
class Reached:
    """Who answers. `service` is empty where nobody of the project does; `why` is a clause for a message."""

    service: str
    why: str

    @property
    def host(self) -> bool:
        return self.service == HOST


def is_local(name: str) -> bool:
    """Say whether a name always means the one who asks."""
    bare = name.strip("[]").lower()
    return bare in ("localhost", "::1", "0.0.0.0", "::") or bare.startswith("127.")


def reached(project: Project, caller: str, name: str) -> Reached:
    """Who answers `name` when the service `caller` asks for it."""
    service = project.services[caller]
    mode = str(service.table.get("network_mode") or "")
    if mode.startswith("service:") and mode[8:] in project.services:
        shared = reached(project, mode[8:], name)
        return shared if shared.service != mode[8:] or not is_local(name) else Reached(caller, shared.why)
    if mode == "host":
        return Reached(HOST if is_local(name) else "", f"{caller} runs in the host's network, without Compose's names")
    if is_local(name):
        return Reached(caller, f"inside a container {name} is that container itself")
    mapped = _extra_hosts(service).get(name)
    if mapped:
        host = mapped == "host-gateway"
        return Reached(HOST if host else "", f"extra_hosts of {caller} sends {name} to {mapped}")
    if name in GATEWAYS:
        return Reached(HOST, f"{name} is the host that Docker runs on")
    return _by_name(project, service, name)


def _by_name(project: Project, service: Service, name: str) -> Reached:
    for other in project.services.values():
        if not other.scale and any(name in names_of(other, network) for network in other.networks):
            return Reached("", f"no container of {other.name} starts: it is scaled to 0")
        shared = set(service.networks) & set(other.networks)
        if any(name in names_of(other, network) for network in shared):
            return Reached(other.name, f"{name} is a name of {other.name} in the network {sorted(shared)[0]}")
        if shared and name in _links(service, other.name):
            return Reached(other.name, f"links of {service.name} call {other.name} so")
    for other in project.services.values():
        if any(name in names_of(other, network) for network in other.networks):
            theirs, ours = ", ".join(sorted(other.networks)), ", ".join(sorted(service.networks)) or "none"
            return Reached("", f"{other.name} is in the network {theirs}, {service.name} in {ours}")
    if name in project.others:
        profiles = ", ".join(project.others[name].profiles)
        return Reached("", f"{name} starts only with the profile {profiles}")
    return Reached("", f"no container has the name {name}")


def names_of(service: Service, network: str) -> tuple[str, ...]:
    """The names under which others in this network find a service; Docker's DNS knows its hostname too."""
    own = [str(name) for key in ("container_name", "hostname") if (name := service.table.get(key))]
    return (service.name, *own, *service.networks.get(network, ()))


def _links(service: Service, other: str) -> list[str]:
    links = service.table.get("links") or ()
    return [str(link).partition(":")[2] or str(link) for link in links if str(link).partition(":")[0] == other]


def _extra_hosts(service: Service) -> dict[str, str]:
    found = service.table.get("extra_hosts")
    if isinstance(found, Table):
        return {name: str(address) for name, address in found.items()}
    pairs = (str(item).replace("=", ":", 1).partition(":") for item in found or Row())
    return {name: address for name, _, address in pairs}


@dataclass(frozen=True)
class Published:
    """One port of the host, and the container port behind it."""

    service: str
    port: Port

    @property
    def address(self) -> str:
        return "every address" if self.port.address in ANYWHERE else self.port.address

    @property
    def only_here(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return is_local(self.port.address) and self.port.address not in ANYWHERE


def published(project: Project) -> Iterator[Published]:
    """The ports that the host opens for this project."""
    for service in project.services.values():
        if service.table.get("network_mode") == "host":
            continue
        for port in service.ports:
            yield Published(service.name, port)


def on_host(project: Project, port: int) -> Published | None:
    """Who answers localhost:port on the host."""
    for one in published(project):
        first, _, last = one.port.published.partition("-")
        if first and int(first) <= port <= int(last or first):
            return one
    return None


def taken_twice(project: Project) -> tuple[Published, Published] | None:
    """Two publications that want one port of the host, where the second cannot start."""
    seen: list[Published] = []
    for one in published(project):
        for other in seen:
            same = one.port.published and one.port.published == other.port.published
            kind = one.port.protocol == other.port.protocol
            address = one.port.address == other.port.address or _every(one, other)
            if same and kind and address:
                return other, one
        seen.append(one)
    return None


def _every(*several: Published) -> bool:
    return any(one.port.address in ANYWHERE for one in several)
