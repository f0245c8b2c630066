"""Where things lie in the clone, and the surroundings in which its programs run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

# Settings of the caller's shell that would make our Python, pip, uv or Jupyter work on something else.
FOREIGN = (
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "CONDA_PREFIX", "MAKEFLAGS", "MAKELEVEL", "MFLAGS",
    "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV",
    "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET", "UV_PREFIX",
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """The folders and programs of one clone."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def logs(self) -> Path:
        return self.build / "logs"

    @property
    def work(self) -> Path:
        return self.root / "work"

    def program(self, name: str) -> Path:
        return self.venv / "bin" / name

    def named(self, path: Path) -> str:
        """The path as a reader of the terminal knows it: relative to the clone."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def surroundings(self, **more: str) -> dict[str, str]:
        """The environment for a program of the course: .venv first on PATH, nothing foreign."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        kept["PATH"] = f"{self.venv / 'bin'}{os.pathsep}{kept.get('PATH', os.defpath)}"
        kept["VIRTUAL_ENV"] = str(self.venv)
        return {**kept, **more}


def this_clone() -> Places:
    return Places(Path(__file__).resolve().parents[2])
