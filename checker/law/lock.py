"""The lock of law 6: which exercises had their mutants counted, and over which files.

`checker selftest --mutants` counts all mutants and writes it; `make test` counts only where a digest differs;
`make test-full` counts a part again each day, whatever the lock says, and so notices within four weeks what a
change of the engine lets through.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from checker.course import Course
from checker.law.case import Case, files_below
from checker.law.catching import Catch

HEAD = "# Which exercises had their mutants counted. Renew it with `checker selftest --mutants`; never by hand.\n"
# What decides about an exercise's mutants; prose, hints, notebook and predictions do not.
PARTS = ("solution", "starter", "checks")


def lock_path(course: Course) -> Path:
    """Where the lock lies: [tool.checker] mutants_lock, or mutants.lock beside pyproject.toml."""
    return course.root / str(course.table.get("mutants_lock", "mutants.lock"))


def digest(case: Case) -> str:
    """sha256 over the exercise's files that decide what is caught."""
    total = hashlib.sha256((case.folder / "exercise.toml").read_bytes())
    total.update(json.dumps(sorted(case.variants.free)).encode())
    for part in PARTS:
        for name in files_below(case.folder / part):
            if _decides(part, name):
                total.update(f"{part}/{name}".encode() + b"\0" + (case.folder / part / name).read_bytes() + b"\0")
    return total.hexdigest()


def _decides(part: str, name: str) -> bool:
    return not name.endswith(".ipynb") and (part != "checks" or name.endswith(".py"))


def is_current(course: Course, case: Case) -> bool:
    """Say whether the lock was written over exactly these files."""
    entry = read_lock(course).get(case.slug, {})
    return bool(entry.get("digest") == digest(case))


def read_lock(course: Course) -> dict[str, Any]:
    path = lock_path(course)
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write_lock(course: Course, counted: dict[str, tuple[str, Catch]]) -> Path:
    """Write the entries of `counted`, digest and catch by slug; those of other exercises stay."""
    known = {exercise.slug for exercise in course.exercises}
    entries = {slug: entry for slug, entry in read_lock(course).items() if slug in known}
    entries |= {slug: _entry(over, catch) for slug, (over, catch) in counted.items()}
    lines = [HEAD]
    for slug in sorted(entries):
        lines.append(f"\n[{json.dumps(slug)}]\n")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries[slug].items()]
    path = lock_path(course)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def lock_is_current(course: Course, case: Case) -> list[str]:
    """The lock was written over the files as they are."""
    if is_current(course, case):
        return []
    name = lock_path(course).relative_to(course.root).as_posix()
    return [f"{name} is out of date for {case.slug}. Run `checker selftest --mutants` and commit the file."]


def _entry(over: str, catch: Catch) -> dict[str, Any]:
    survivors = [*catch.code_survivors, *catch.leaf_survivors]
    return {
        "digest": over,
        "mutants": catch.mutants,
        "caught": catch.mutants - len(survivors),
        "free": len(catch.free),
        "survivors": survivors,
    }
