"""The engines by name, in the order in which they are brought up."""

from __future__ import annotations

from typing import Protocol

from course.engines import docker, kubernetes
from course.engines.emulators import EMULATORS
from course.engines.found import Found, Say
from course.engines.programs import PROGRAMS


class Engine(Protocol):
    """What every engine has: a module or an object."""

    def find(self) -> Found: ...

    def up(self, say: Say) -> None: ...

    def down(self, say: Say) -> None: ...


ENGINES: dict[str, Engine] = {
    "docker": docker,
    "kubernetes": kubernetes,
    **{emulator.name: emulator for emulator in EMULATORS},
    **{program.name: program for program in PROGRAMS},
}
ENABLES = {
    "docker": docker.ENABLES,
    "kubernetes": kubernetes.ENABLES,
    **{emulator.name: emulator.enables for emulator in EMULATORS},
    **{program.name: program.enables for program in PROGRAMS},
}
