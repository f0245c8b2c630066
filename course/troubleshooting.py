"""Reads course/troubleshooting.toml: error texts as they are printed, what they mean, and what to do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from course.tables import TableError, listed, record

PATH = Path(__file__).parent / "troubleshooting.toml"
# What proves that a text is real: the file that says it, the exercise with a recorded run, code to try, documentation.
PROOFS = ("found", "recorded", "tried", "source")
CHANGES = "…"


class TroubleshootingError(ValueError):
    """An entry lacks what makes it one."""


@dataclass(frozen=True)
class Entry:
    """One error text. In `says`, … stands for what changes from case to case."""

    area: str
    says: str
    means: str
    do: str
    found: str = ""
    recorded: str = ""
    tried: str = ""
    source: str = ""

    @property
    def fixed(self) -> tuple[str, ...]:
        """The parts of the text that are always the same."""
        return tuple(part.strip() for part in self.says.split(CHANGES) if part.strip())


def load(path: Path = PATH) -> tuple[Entry, ...]:
    """Every entry in order. Raises TroubleshootingError naming the entry and what to change."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = tuple(record(Entry, f"entry {n}", one) for n, one in enumerate(listed(table, "entry"), start=1))
    except (TableError, tomllib.TOMLDecodeError) as error:
        raise TroubleshootingError(f"{path.name}: {error}") from error
    seen: set[str] = set()
    for entry in entries:
        proofs = [name for name in PROOFS if getattr(entry, name)]
        if len(proofs) != 1:
            raise TroubleshootingError(
                f"{path.name}: {entry.says!r} has {len(proofs)} proofs. Give one of: {', '.join(PROOFS)}."
            )
        if entry.says in seen:
            raise TroubleshootingError(f"{path.name}: {entry.says!r} is there twice. Keep one.")
        seen.add(entry.says)
    return entries
