"""What the modules of one folder of checks share: each other, and the hints."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

from checker.errors import ExerciseFault


def sibling(file: str, name: str) -> ModuleType:
    """The module `name` in the folder of `file` (a check's `__file__`): pytest keeps that folder off sys.path.

    It is imported once; the same name in another exercise is another module.
    Raises ExerciseFault when it is not there.
    """
    path = Path(file).with_name(f"{name}.py")
    full = f"{path.parents[1].name}.checks.{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, path)
        if not path.is_file() or spec is None or spec.loader is None:
            raise ExerciseFault(f"{path.parent.name}/{Path(file).name} asks for {path.name}, which is not beside it.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[full]
            raise
    return sys.modules[full]


def read_hints(file: str) -> dict[str, tuple[str, ...]]:
    """hints.toml beside a check's `__file__`: by id of the check its nudge, pointer and example."""
    table = tomllib.loads(Path(file).with_name("hints.toml").read_text(encoding="utf-8"))
    return {name: tuple(layers.values()) for name, layers in table.items()}
