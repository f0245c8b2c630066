"""The result of judging one hand-in: rows, score, and how it was made. Its JSON form is result.schema.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

SCHEMA = 1
VERDICTS = ("passed", "partial", "not_yet", "waits_for", "too_slow", "could_not_check", "kept", "broken")
FINDING = ("tried", "seen", "expected", "where", "next")


@dataclass(frozen=True)
class Row:
    """One check's verdict. `helped` says how its task was helped; a helped task earns nothing.

    `hidden` is a check of the instructor's own: the trainee reads its title and points, and nothing of what it found.
    """

    id: str
    task: int
    title: str
    tier: str
    kind: str
    verdict: str
    earned: int
    max: int
    tried: str = ""
    seen: str = ""
    expected: str = ""
    where: str = ""
    next: str = ""
    waits_for: str = ""
    helped: str = ""
    why: str = ""
    hidden: bool = False

    @property
    def good(self) -> bool:
        return self.verdict in ("passed", "kept")


@dataclass(frozen=True)
class Result:
    """What stands in a gradebook for one exercise and one hand-in."""

    exercise: str
    title: str
    status: str
    profile: str
    seed: int
    isolation: str
    submission: dict[str, Any]
    checks_sha256: str
    versions: dict[str, str]
    started: str
    duration_s: float
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        return sum(row.earned for row in self.rows)

    @property
    def max(self) -> int:
        return sum(row.max for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 when all is passed, 1 when something is missing, 3 when a check could not be run.

        A live row that could not be checked counts nowhere; one that an engine judged and that is lost gives 1.
        """
        if any(row.verdict == "could_not_check" and row.kind != "live" for row in self.rows):
            return 3
        lost = any(not row.good for row in self.rows if row.kind in ("graded", "guard"))
        lost_live = any(row.verdict in ("not_yet", "partial", "too_slow") for row in self.rows if row.kind == "live")
        return 1 if lost or lost_live else 0

    def row(self, check_id: str) -> Row:
        return next(row for row in self.rows if row.id == check_id)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, schema 1."""
        table = asdict(self) | {"score": self.score, "max": self.max, "schema": SCHEMA}
        for row in table["rows"]:
            # Named only where it says something: most courses have no hidden checks.
            if not row["hidden"]:
                del row["hidden"]
        # Through JSON, so that a result is the same whether it was made now or read from a file.
        sorted_table: dict[str, Any] = json.loads(json.dumps(table, sort_keys=True))
        return sorted_table

    @classmethod
    def from_dict(cls, table: dict[str, Any]) -> Result:
        fields = {k: v for k, v in table.items() if k not in ("score", "max", "schema")}
        fields["rows"] = tuple(Row(**row) for row in table["rows"])
        fields["notes"] = tuple(table["notes"])
        return cls(**fields)

    def without_times(self) -> Result:
        """For comparing two runs: the same hand-in and seed give the same bytes."""
        return replace(self, started="", duration_s=0.0)


def schema() -> dict[str, Any]:
    """The JSON Schema of `Result.to_dict()`."""
    text = Path(__file__).with_name("result.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
