"""Reads variants.toml: which right and wrong variants an exercise has, what may stay free, what sabotage may keep."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.errors import ExerciseFault

KEYS = {"wrong": {"says", "loses", "source"}, "right": {"says", "differs"}}
# A variant may also leave files of the solution out: `without = ["service.yaml"]`.
WITHOUT = "without"


@dataclass(frozen=True)
class Wrong:
    """A mistake that people make, as files laid over the solution, and the one check that it loses."""

    name: str
    says: str
    loses: str
    source: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Right:
    """Another good answer, and the design choice in which it differs from the solution."""

    name: str
    says: str
    differs: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variants:
    """variants.toml. `free` maps a mutant's name (or a pattern of names) to the reason why it may survive."""

    wrong: tuple[Wrong, ...] = ()
    right: tuple[Right, ...] = ()
    free: dict[str, str] = field(default_factory=dict)
    sabotage: dict[str, Any] = field(default_factory=dict)

    def may_keep(self, sabotage: str, row: str) -> bool:
        """Say whether `sabotage` may earn `row`: listed for every sabotage, or in a table of that one's name."""
        own = self.sabotage.get(sabotage)
        return isinstance(self.sabotage.get(row), str) or (isinstance(own, dict) and isinstance(own.get(row), str))


def read_variants(folder: Path) -> Variants:
    """Read the variants.toml of an exercise folder. Raises ExerciseFault naming the entry that must change."""
    where = f"{folder.name}/variants.toml"
    try:
        table = tomllib.loads((folder / "variants.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExerciseFault(f"{where} is not there. Write it; checker/API.md shows its form.") from None
    except tomllib.TOMLDecodeError as error:
        raise ExerciseFault(f"{where} is not TOML: {error}.") from None
    for key in table:
        if key not in ("wrong", "right", "free", "sabotage"):
            raise ExerciseFault(f"{where} has an unknown table {key!r}. It may hold wrong, right, free and sabotage.")
    return Variants(
        wrong=tuple(Wrong(name, **_entry(where, "wrong", name, one)) for name, one in table.get("wrong", {}).items()),
        right=tuple(Right(name, **_entry(where, "right", name, one)) for name, one in table.get("right", {}).items()),
        free=table.get("free", {}),
        sabotage=table.get("sabotage", {}),
    )


def _entry(where: str, kind: str, name: str, one: Any) -> dict[str, Any]:
    wanted = KEYS[kind]
    if not isinstance(one, dict) or set(one) - {WITHOUT} != wanted:
        listed = ", ".join(sorted(wanted))
        raise ExerciseFault(f"{where}: [{kind}.{name}] needs exactly {listed}, and may have {WITHOUT}.")
    for key in sorted(wanted):
        if not isinstance(one[key], str) or not one[key].strip():
            raise ExerciseFault(f"{where}: [{kind}.{name}] has an empty {key!r}. Say it in one sentence.")
    return {**one, WITHOUT: tuple(one.get(WITHOUT, ()))}
