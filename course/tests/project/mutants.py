"""Small faults in the project's own reference, one at a time: which of them the checks of its row notice.

    python -m course.tests.project.mutants canary.py metrics.py

It prints what survives, and the counts that mutants.toml keeps. Minutes for canary.py, a quarter of an hour for
locustfile.py: each mutant is graded as a hand-in. The final project is no exercise of `checker selftest`.
"""

from __future__ import annotations

import argparse
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.grade import Grader
from checker.law.catching import is_free
from checker.law.mutants import Mutant, mutants_of
from course.tests.project import final

PROJECT = final.COURSE.project
TASKS = {"metrics.py": 2, "canary.py": 4, "prediction_log.py": 4, "locustfile.py": 5}
NOTHING: dict[str, Any] = {"mutants": 0, "caught": 0, "free": {}, "survivors": {}}
KEPT = Path(__file__).with_name("mutants.toml")


@dataclass(frozen=True)
class Known:
    """What mutants.toml says of one file: the last count, which mutants nobody has to notice, and which are missed."""

    mutants: int
    caught: int
    free: dict[str, str]
    survivors: dict[str, str]

    def is_free(self, mutant: Mutant) -> bool:
        return is_free(mutant, self.free)


def known() -> dict[str, Known]:
    table = tomllib.loads(KEPT.read_text(encoding="utf-8"))
    return {name: Known(**(NOTHING | one)) for name, one in table.items()}


def of(name: str) -> list[Mutant]:
    """All mutants of one file of the reference."""
    return mutants_of(name, (PROJECT.folder / "solution" / name).read_text(encoding="utf-8"))


def is_caught(grader: Grader, mutant: Mutant) -> bool:
    """Say whether the file's own row is lost; a check that could not be run has caught nothing."""
    task = TASKS[mutant.file]
    variant = final.Variant(mutant.name, "", task, text=(mutant.file, mutant.text))
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        rows = grader.grade(PROJECT, final.lay(Path(folder), variant), task=task, seed=7, until_lost=True).rows
    return any(not row.good and row.verdict != "could_not_check" for row in rows)


def count(grader: Grader, name: str) -> None:
    """Grade every mutant of a file that is not free."""
    said, listed = known().get(name, Known(**NOTHING)), of(name)
    asked = [mutant for mutant in listed if not said.is_free(mutant)]
    survivors = []
    for mutant in asked:
        if not is_caught(grader, mutant):
            survivors.append(mutant.name)
            print(f"  SURVIVED {mutant.name}", flush=True)
    print(f"{name}: {len(asked) - len(survivors)} of {len(asked)} caught, {len(listed) - len(asked)} free", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", help="default: all")
    with Grader(final.COURSE) as grader:
        for name in parser.parse_args().files or TASKS:
            count(grader, name)


if __name__ == "__main__":
    main()
