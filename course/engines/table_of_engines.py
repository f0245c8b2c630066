"""The engines by name, in the order in which they are brought up."""

from __future__ import annotations

from typing import Protocol

from course.engines import docker, kubernetes
from course.engines.emulators import EMULATORS
from course.engines.found import Found, Say
from course.engines.install import Part
from course.engines.programs import PROGRAMS
from course.engines.registry import REGISTRY
from course.engines.servers import Server
from course.engines.trino import TRINO


class Engine(Protocol):
    """What every engine has: a module or an object."""

    def find(self) -> Found: ...

    def up(self, say: Say) -> None: ...

    def down(self, say: Say) -> None: ...

    def parts(self) -> list[Part]: ...


SERVERS: tuple[Server, ...] = (REGISTRY, *EMULATORS, TRINO)
ENGINES: dict[str, Engine] = {
    "docker": docker,
    "kubernetes": kubernetes,
    **{server.name: server for server in SERVERS},
    **{program.name: program for program in PROGRAMS},
}
ENABLES = {
    "docker": docker.ENABLES,
    "kubernetes": kubernetes.ENABLES,
    **{server.name: server.enables for server in SERVERS},
    **{program.name: program.enables for program in PROGRAMS},
}
