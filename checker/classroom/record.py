"""The record of a graded class: what stands in the folder of a class, and how it is read and written.

    OUT/class.json                      ClassRun, schema class.schema.json
    OUT/results/<submission>/<slug>.json   one Result each, schema v1 (checker.result)
    OUT/submissions/<submission>/<slug>/   the files that were judged: regular files only, of a bounded size

`class.json` is there from the first moment of a run, with `not_graded` for all that is not judged yet: a run that
was killed leaves no 0 behind. `ended` is empty until a run has come to its end.

    run = read_class(out)                         # raises Misuse with one sentence, never a traceback
    for submission in run.counted:                # one row of the gradebook: the attempt that counts
        for cell in submission.cells:             # one exercise: cell.score of cell.max
            result = read_result(out, cell)       # its Result with all rows; None when there is none
    write_class(replace(run, …), out)             # validated, and written whole or not at all

Names, sources, notices and sentences come from submissions: escape them in whatever is made of them.
Paths in a record are relative to OUT and hold no name that a submission chose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from checker.errors import CheckerError, Misuse
from checker.result import Result
from checker.state import write_atomically

SCHEMA = 1
FILE = "class.json"
FORMS = ("folder", "zip", "git", "nbgrader", "moodle", "canvas")


@dataclass(frozen=True)
class Cell:
    """One exercise of one submission.

    `status` is graded, error (a check could not be run), not_graded (interrupted) or nothing (not handed in).
    `path` is the Result's place below OUT, empty when there is none; `says` one sentence when it is not graded.
    `job` is the digest of all that decided the result.
    """

    exercise: str
    status: str
    score: int
    max: int
    path: str = ""
    says: str = ""
    job: str = ""


@dataclass(frozen=True)
class Attempt:
    """Which of a trainee's attempts this is, by `rule` (best or latest), and whether it is the one that counts."""

    number: int = 1
    of: int = 1
    rule: str = "latest"
    counts: bool = True


@dataclass(frozen=True)
class Late:
    """By how many minutes a hand-in was late and what part of its points that costs; `says` is the sentence."""

    minutes: int
    percent_off: int
    says: str


@dataclass(frozen=True)
class Submission:
    """One hand-in of one trainee. `trainee` is shared by all attempts of a person; `id` is a safe, unique name.

    `status` is graded, error (a check could not be run), refused (it cannot be read) or not_graded (interrupted, or
    an attempt that does not count); `says` is one sentence when it is not graded. `source` is relative to what was
    given to `checker grade`, `lms_id` the number by which Moodle or Canvas knows the person. `received` is an ISO
    time, empty when unknown.
    """

    id: str
    trainee: str
    name: str
    source: str
    form: str
    status: str
    says: str = ""
    digest: str = ""
    lms_id: str = ""
    received: str = ""
    late: Late | None = None
    attempt: Attempt = Attempt()
    notices: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()

    @property
    def score(self) -> int:
        """The points that were earned, before the late rule."""
        return sum(cell.score for cell in self.cells)

    @property
    def max(self) -> int:
        return sum(cell.max for cell in self.cells)

    @property
    def points(self) -> float:
        """The points that count: after the late rule, to two decimals."""
        off = self.late.percent_off if self.late else 0
        return round(self.score * (100 - off) / 100, 2)

    def cell(self, exercise: str) -> Cell:
        return next(cell for cell in self.cells if cell.exercise == exercise)


@dataclass(frozen=True)
class ClassExercise:
    """An exercise that was graded: a column of the gradebook. `decided_by` names what its results depend on."""

    slug: str
    title: str
    max: int
    checks_sha256: str
    decided_by: Mapping[str, str]

    @property
    def number(self) -> str:
        return self.slug[:2]


@dataclass(frozen=True)
class Policy:
    """The rules of the class: from [grading] of the course, and the deadline that `checker grade` was given."""

    pass_mark: int = 0
    late_percent_per_day: int = 0
    late_days: int = 0
    deadline: str = ""


@dataclass(frozen=True)
class ClassRun:
    """A graded class. `isolation` is the weakest level among its results, `versions` those of the grader."""

    profile: str
    seed: int
    isolation: str
    versions: Mapping[str, str]
    started: str
    ended: str
    policy: Policy
    exercises: tuple[ClassExercise, ...]
    submissions: tuple[Submission, ...]

    @property
    def counted(self) -> tuple[Submission, ...]:
        """One submission for each trainee: the attempt that counts."""
        return tuple(one for one in self.submissions if one.attempt.counts)

    @property
    def max(self) -> int:
        return sum(exercise.max for exercise in self.exercises)

    @property
    def whole(self) -> bool:
        """Whether everything that can be judged has been."""
        return bool(self.ended) and all(one.status != "not_graded" for one in self.counted)

    def without_times(self) -> ClassRun:
        """For comparing two runs: the same class and seed give the same bytes."""
        return replace(self, started="", ended="")

    def to_dict(self) -> dict[str, Any]:
        table: dict[str, Any] = json.loads(json.dumps({"schema": SCHEMA} | asdict(self)))
        return table

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> ClassRun:
        fields = {key: value for key, value in table.items() if key != "schema"}
        return cls(**fields | {
            "policy": Policy(**table["policy"]),
            "exercises": tuple(ClassExercise(**one) for one in table["exercises"]),
            "submissions": tuple(_submission(one) for one in table["submissions"]),
        })  # fmt: skip


def write_class(run: ClassRun, out: Path) -> None:
    """Write OUT/class.json, whole or not at all. A record that does not fit its schema is a bug, and is refused."""
    table = run.to_dict()
    if fault := _fault(table):
        raise CheckerError(f"The record of this class was not written: {fault}")
    write_atomically(out / FILE, json.dumps(table, indent=1, ensure_ascii=False) + "\n")


def read_class(out: Path) -> ClassRun:
    """Read OUT/class.json. Raises Misuse where there is none, or none that can be used."""
    path = out / FILE
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misuse(f"There is no graded class in {str(out)!r}.", f"checker grade SUBMISSIONS --out {out}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise Misuse(f"{str(path)!r} cannot be read: {error}.", _AGAIN) from None
    found = table.get("schema") if isinstance(table, dict) else None
    if isinstance(found, int) and found > SCHEMA:
        raise Misuse(
            f"{str(path)!r} has version {found} of the record; this checker knows {SCHEMA}.",
            "a checker as new as the one that graded the class",
        )
    if fault := _fault(table):
        raise Misuse(f"{str(path)!r} is no record of a class: {fault}", _AGAIN)
    return ClassRun.from_dict(table)


def read_result(out: Path, cell: Cell) -> Result | None:
    """The Result that a cell stands for. None when it has none. Raises Misuse when the file is not as it was."""
    if not cell.path:
        return None
    path = out / cell.path
    try:
        return Result.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Misuse(f"{str(path)!r}, which the record of the class names, cannot be read.", _AGAIN) from None


def result_path(submission: str, exercise: str) -> str:
    """Where the Result of one exercise of one submission stands, below OUT."""
    return PurePosixPath("results", submission, f"{exercise}.json").as_posix()


_AGAIN = "that file from a backup, or checker grade SUBMISSIONS --out ANOTHER"


@cache
def _validator() -> Any:
    import jsonschema

    schema = json.loads(Path(__file__).with_name("class.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _fault(table: Any) -> str:
    """The first place that does not fit the schema, as a sentence; empty when all fits."""
    error = next(iter(sorted(_validator().iter_errors(table), key=lambda one: list(map(str, one.path)))), None)
    if error is None:
        return ""
    place = ".".join(map(str, error.path)) or "the whole"
    return f"at {place}, {error.message}."


def _submission(table: Mapping[str, Any]) -> Submission:
    return Submission(**dict(table) | {
        "late": Late(**table["late"]) if table["late"] else None,
        "attempt": Attempt(**table["attempt"]),
        "notices": tuple(table["notices"]),
        "cells": tuple(Cell(**one) for one in table["cells"]),
    })  # fmt: skip
