"""The checks that an exercise declares, read from its test modules without running them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from checker.declare import Check
from checker.errors import ExerciseFault
from checker.exercise import Exercise
from checker.live import declaration_faults
from checker.result import Row


def declared_checks(exercise: Exercise) -> dict[str, Check]:
    """Checks by id, in the order of the files; live ones with their engines.

    Raises ExerciseFault for an id that is given twice, and where `[live]` and the checks do not agree.
    """
    found = dict(_declared(exercise, exercise.checks_digest()))
    for fault in declaration_faults(found, dict(exercise.live)):
        raise ExerciseFault(f"{exercise.slug}: {fault}")
    return found


def stood_on(exercise: Exercise, rows: Iterable[Row]) -> set[str]:
    """The ids of all checks that these rows come after, for each of them that did not have to wait."""
    checks, found = declared_checks(exercise), set[str]()
    waiting = [row.id for row in rows if row.verdict != "waits_for"]
    while waiting:
        check = checks.get(waiting.pop())
        more = set(check.after) - found if check else set()
        found |= more
        waiting += more
    return found


@lru_cache(maxsize=32)
def _declared(exercise: Exercise, digest: str) -> tuple[tuple[str, Check], ...]:
    found: dict[str, Check] = {}
    for path in (path for folder in exercise.check_folders for path in sorted(folder.glob("test_*.py"))):
        hidden = path.parent == exercise.extra
        name = f"catalog_{exercise.number}_{'extra_' * hidden}{path.stem}_{digest[:8]}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        for value in vars(module).values():
            declared = getattr(value, "__check__", None)
            if isinstance(declared, Check):
                if declared.id in found:
                    raise ExerciseFault(f"{exercise.slug}: the check id {declared.id!r} is given twice.")
                engines = dict(exercise.live).get(declared.id, ())
                found[declared.id] = replace(declared, engines=engines, hidden=hidden)
    return tuple(found.items())
