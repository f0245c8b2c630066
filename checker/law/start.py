"""Law 1, first half: the starter runs as it is, before a trainee has typed a letter."""

from __future__ import annotations

import random
from pathlib import Path

from checker.collect import collect
from checker.errors import Verdict
from checker.law.bench import SEED, Bench
from checker.law.case import Case
from checker.law.matrix import Target
from checker.submission import Submission


def starter_runs(case: Case, bench: Bench, target: Target, folder: Path) -> list[str]:
    """An app starts and answers; without an app, every Python file that is handed in runs to its end."""
    hand_in = collect(case.exercise, target.write(folder))
    submission = bench.grader.run(case.exercise, hand_in, seed=SEED).make(random.Random(SEED), None)
    try:
        return _serves(case, submission) if case.exercise.app else _runs(case, submission)
    except Verdict as verdict:
        seen = f"{verdict.finding.seen} ({verdict.finding.where})"
        return [f"{case.slug}/starter does not run as it is: {seen}. Let the stub answer something, if only a little."]
    finally:
        submission.close()


def _serves(case: Case, submission: Submission) -> list[str]:
    with submission.serve() as server:
        server.http("GET", "/")
    return []


def _runs(case: Case, submission: Submission) -> list[str]:
    said = []
    for name in case.exercise.hand_in:
        if name.endswith(".py"):
            finished = submission.run(name, timeout=30)
            if finished.exit_code:
                last = finished.output.strip().split("\n")[-1]
                said.append(
                    f"{case.slug}/starter does not run as it is: "
                    f"{name} ends with exit code {finished.exit_code}, {last!r}. "
                    "Let the stub answer something, if only a little."
                )
    return said
