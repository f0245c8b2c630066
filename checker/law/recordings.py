"""Recorded runs are there for every target that exercise.toml asks for, and were made from the files as they are."""

from __future__ import annotations

from checker import messages as m
from checker.course import find_course
from checker.law import matrix
from checker.law.case import ANSWERS, Case
from checker.recorded import Plan, plans, recordings


def wanted(case: Case, plan: Plan) -> list[matrix.Target]:
    """The targets of a plan. Observe answers belong to a trainee, not to a recording."""
    made = {"starter": matrix.starter(case), "solution": matrix.solution(case, {})}
    for kind, entries in (("right", case.variants.right), ("wrong", case.variants.wrong)):
        made |= {f"{kind}/{one.name}": matrix.variant(case, kind, one.name, {}) for one in entries}
    return [target for name, target in made.items() if plan.wants(name)]


def recorded_files(target: matrix.Target) -> dict[str, bytes]:
    return {name: content for name, content in target.files.items() if name != ANSWERS}


def recordings_are_current(case: Case) -> list[str]:
    """A sentence with the command that renews it for each run that is missing or was made from other files."""
    known = recordings(find_course(case.folder), case.exercise)
    said = []
    for name, plan in plans(case.exercise).items():
        runs = {run.of: run for run in known[name].runs} if name in known else {}
        for target in wanted(case, plan):
            renew = f'make record ARGS="{int(case.exercise.number)} {name}"'
            fields = {
                "slug": case.slug, "case": name, "of": target.name, "renew": renew,
            }  # fmt: skip
            if target.name not in runs:
                said.append(m.MISSING_RECORDING.format(**fields))
            elif runs[target.name].inputs != plan.digest(recorded_files(target)):
                said.append(m.STALE_RECORDING.format(**fields))
    return said
