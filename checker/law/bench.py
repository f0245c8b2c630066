"""Grades targets with one warm Grader, each once: tests of one run share their results through a folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from checker.grade import Grader
from checker.law.case import Case
from checker.law.matrix import TRAINEE_SEED, Target, all_targets
from checker.observed import observed_answers
from checker.result import Result

# The seeds of a grading: the matrix is graded with the first, what must not depend on luck with the second too.
SEED, SECOND_SEED = 20_261_121, 11


class Bench:
    """Grades what the law makes. `shared` is where results are kept for the other processes of this run."""

    def __init__(self, grader: Grader, shared: Path) -> None:
        self.grader, self.shared = grader, shared
        self.shared.mkdir(parents=True, exist_ok=True)
        self._matrices: dict[int, tuple[Case, dict[str, Target]]] = {}

    def answers(self, case: Case, trainee_seed: int = TRAINEE_SEED) -> dict[str, Any]:
        """The right answers of the observe tasks for a trainee's seed."""
        return observed_answers(self.grader.course, case.exercise, trainee_seed, self.grader.resources)

    def targets(self, case: Case) -> dict[str, Target]:
        """The whole matrix of an exercise, by name; made once for each case that was read."""
        if id(case) not in self._matrices:
            self._matrices[id(case)] = case, all_targets(case, self.answers(case))
        return self._matrices[id(case)][1]

    def result(self, case: Case, target: Target, *, seed: int = SEED) -> Result:
        """The whole result of a target, from this run's memory when it was graded before."""
        kept = self.shared / f"{_key(case, target, seed)}.json"
        if kept.is_file():
            return Result.from_dict(json.loads(kept.read_text(encoding="utf-8")))
        result = self.grade(case, target, seed=seed)
        # Written aside first: another process must never read half a result.
        aside = kept.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(result.to_dict()), encoding="utf-8")
        aside.replace(kept)
        return result

    def grade(
        self, case: Case, target: Target, *, seed: int = SEED, task: int | None = None, until_lost: bool = False,
        trainee_seed: int = TRAINEE_SEED,
    ) -> Result:  # fmt: skip
        """Judge a target now. `until_lost` stops at the first row that is not good."""
        folder = Path(tempfile.mkdtemp(prefix="law-"))
        try:
            target.write(folder, trainee_seed)
            return self.grader.grade(
                case.exercise, folder, seed=seed, task=task, imports=target.imports, until_lost=until_lost
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _key(case: Case, target: Target, seed: int) -> str:
    digest = hashlib.sha256(f"{case.slug}\0{target.name}\0{target.imports}\0{seed}".encode())
    digest.update(case.exercise.checks_digest().encode())
    for name, content in sorted(target.files.items()):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()
