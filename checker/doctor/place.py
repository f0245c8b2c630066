"""What the doctor looks at: the machine and the clone, handed in whole, so that a test can plant any fault."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PORTS = (8000, 8888)


@dataclass(frozen=True)
class Problem:
    """What is wrong and the command that repairs it. A notice is no fault: the course works all the same."""

    wrong: str
    repair: str
    notice: bool = False


@dataclass(frozen=True)
class Place:
    """The clone at `root` and the machine under it."""

    root: Path
    table: Mapping[str, Any]
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    python: tuple[int, ...] = sys.version_info[:3]
    which: Callable[[str], str | None] = shutil.which
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    now: Callable[[], float] = time.time
    temporary: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    ports: tuple[int, ...] = PORTS

    @property
    def make_environment(self) -> str:
        """The command that makes the environment: a clone has make targets, a trainee pack a program of its own."""
        return str(self.table.get("make_environment", "make env"))

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def work(self) -> Path:
        return self.root / str(self.table.get("work", "work"))

    @property
    def exercises(self) -> list[Path]:
        return sorted(
            p.parent for p in (self.root / str(self.table.get("exercises", "exercises"))).glob("*/exercise.toml")
        )

    @property
    def venv_python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def site_packages(self) -> Path | None:
        found = [*self.venv.glob("lib/python3*/site-packages"), *self.venv.glob("Lib/site-packages")]
        return found[0] if found else None

    def shown(self, path: Path) -> str:
        """A path without the folder that the clone lies in: a report holds no name of a person."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name
