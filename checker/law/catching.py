"""Law 6, counted: which mutants of an exercise the checks catch, and which survive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice

from checker.law.bench import Bench
from checker.law.case import Case
from checker.law.leaves import leaf_mutants
from checker.law.matrix import Target, solution
from checker.law.mutants import Mutant, code_mutants

SHARE = 0.98


@dataclass(frozen=True)
class Catch:
    """What became of the mutants of one exercise. Free ones are not graded."""

    mutants: int
    free: tuple[str, ...]
    code_survivors: tuple[str, ...]
    leaf_survivors: tuple[str, ...]
    code: int

    @property
    def share(self) -> float:
        """The part of the code mutants that is caught."""
        return 1.0 if not self.code else 1 - len(self.code_survivors) / self.code


def catch_all(
    case: Case, bench: Bench, *, first: int = 0, step: int = 1, tell: Callable[[str], None] = lambda _: None
) -> Catch:
    """Grade every mutant that is not free until a row is lost. `tell` hears the names as they are done.

    With a `step` only each step-th of either kind, counted from `first`.
    """
    answer = solution(case, bench.answers(case))
    free: list[str] = []
    survivors: dict[str, list[str]] = {"code": [], "leaf": []}
    counts = {"code": 0, "leaf": 0}
    for kind, mutants in (("code", code_mutants(case)), ("leaf", leaf_mutants(answer))):
        for mutant in islice(mutants, first, None, step):
            if is_free(mutant, case.variants.free):
                free.append(mutant.name)
                continue
            counts[kind] += 1
            caught = is_caught(case, bench, answer, mutant)
            if not caught:
                survivors[kind].append(mutant.name)
            tell(f"{'caught  ' if caught else 'SURVIVED'} {mutant.name}")
    return Catch(sum(counts.values()), tuple(free), tuple(survivors["code"]), tuple(survivors["leaf"]), counts["code"])


def is_caught(case: Case, bench: Bench, answer: Target, mutant: Mutant) -> bool:
    """Say whether any row is lost; a check that could not be run has caught nothing."""
    target = Target(mutant.name, {**answer.files, mutant.file: mutant.text.encode()})
    # The checks of the mutant's own task first: nearly always one of them is the one that notices.
    for task in [mutant.task, None] if mutant.task else [None]:
        rows = bench.grade(case, target, task=task, until_lost=True).rows
        if any(not row.good and row.verdict != "could_not_check" for row in rows):
            return True
    return False


def is_free(mutant: Mutant, patterns: Iterable[str]) -> bool:
    """Say whether variants.toml [free] lists this mutant, by its name or a pattern with `*`."""
    return any(mutant.name == pattern or fnmatchcase(mutant.name, pattern.replace("[", "[[]")) for pattern in patterns)


def mutants_are_caught(case: Case, catch: Catch) -> list[str]:
    """Law 6: 98 % of the code mutants are caught, and every leaf of a data file that is not free."""
    said = []
    listed = "".join(f"\n  {name}" for name in (*catch.code_survivors, *catch.leaf_survivors))
    how = "Sharpen a check, or list it in variants.toml [free] with the reason why no user could tell"
    if catch.share < SHARE:
        said.append(
            f"{case.slug}: {catch.code - len(catch.code_survivors)} of {catch.code} code mutants are caught, "
            f"{SHARE:.0%} is asked. {how}. Survivors:{listed}"
        )
    elif catch.leaf_survivors:
        said.append(f"{case.slug}: {len(catch.leaf_survivors)} leaves may change unnoticed. {how}. Survivors:{listed}")
    return said


def none_survives_anew(case: Case, catch: Catch, known: Iterable[str]) -> list[str]:
    """No mutant survives but those that did when all were counted."""
    new = sorted({*catch.code_survivors, *catch.leaf_survivors} - set(known))
    if not new:
        return []
    listed = "".join(f"\n  {name}" for name in new)
    number = case.slug.partition("_")[0]
    return [
        f"{case.slug}: {len(new)} mutants survive that were caught when the lock was written. A change of the "
        f"checker lets them through; `checker selftest {number} --mutants` counts all. Survivors:{listed}"
    ]


def free_is_used(case: Case, mutants: Iterable[Mutant]) -> list[str]:
    """Every entry of [free] frees a mutant that exists, and gives its reason."""
    names = list(mutants)
    said = []
    for pattern, reason in case.variants.free.items():
        if not isinstance(reason, str) or not reason.strip():
            said.append(f"{case.slug}/variants.toml: [free] {pattern!r} has no reason. Give it in one sentence.")
        if not any(is_free(mutant, [pattern]) for mutant in names):
            said.append(
                f"{case.slug}/variants.toml: [free] {pattern!r} names no mutant. "
                "Take it out; `checker selftest --mutants` prints the names."
            )
    return said
