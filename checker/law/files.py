"""Laws 10 to 12: every file is named somewhere, no hand-in hides a package, no exercise leans on another."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

from checker.law.case import Case, files_below

SINGLE = ("exercise.toml", "README.md", "walkthrough.md", "notebook.py", "predictions.toml", "variants.toml")
FOLDERS = ("solution", "starter", "checks", "right", "wrong", "service")


def every_file_is_named(case: Case) -> list[str]:
    """Law 10: the files that an exercise has, all of them, and no file that nothing names."""
    there = files_below(case.folder)
    said = [f"{case.slug}/{name} is not there. Write it." for name in SINGLE if name not in there]
    said += [
        f"{case.slug}/solution/{name} is not there, though exercise.toml hands it in. Add it."
        for name in case.exercise.hand_in
        if f"solution/{name}" not in there
    ]
    prose = "\n".join(case.text(name) for name in SINGLE)
    for name in there:
        folder, _, rest = name.partition("/")
        if name in SINGLE:
            continue
        if not rest or folder not in FOLDERS:
            said.append(f"{case.slug}/{name} is named by nothing. Take it out, or move it where it belongs.")
        elif not _is_named(case, folder, rest, prose):
            said.append(f"{case.slug}/{name} is named by nothing. {_CURE[folder]}")
    return said


_CURE = {
    "solution": "Hand it in, mention it in README.md, or take it out.",
    "starter": "Run `make sync`, or take it out.",
    "checks": "Import it from a check, or take it out.",
    "right": "Only files of hand_in and also are laid over the solution: take it out.",
    "wrong": "Only files of hand_in and also are laid over the solution: take it out.",
    "service": "Only files of hand_in and also are laid over the solution: take it out.",
}


def _is_named(case: Case, folder: str, name: str, prose: str) -> bool:
    base = PurePosixPath(name).name
    if folder in ("right", "wrong"):
        return case.exercise.allows(name.partition("/")[2])
    if folder == "service":
        return case.exercise.allows(name)
    if folder == "checks":
        return _is_of_checks(case, name)
    if name in case.exercise.hand_in or (folder == "starter" and name == case.exercise.notebook):
        return True
    # A given file: mentioned in prose, or imported or opened by another file of the solution.
    stem = PurePosixPath(name).stem
    others = "\n".join(text for other, text in case.solution.items() if other != name)
    return base in prose or base in others or bool(re.search(rf"\b(?:import|from)\s+{re.escape(stem)}\b", others))


def _is_of_checks(case: Case, name: str) -> bool:
    # pytest collects what begins so; the rest is imported by it.
    if name in ("answers.py", "conftest.py") or re.fullmatch(rf"test_{case.slug}(_\w+)?\.py", name):
        return True
    stem = PurePosixPath(name).stem
    others = [other for other in files_below(case.exercise.checks) if other != name and other.endswith(".py")]
    return any(
        re.search(rf"\b{re.escape(stem)}\b", (case.exercise.checks / other).read_text("utf-8")) for other in others
    )


def hand_ins_hide_no_package(case: Case) -> list[str]:
    """Law 11: `random.py` or `fastapi.py` beside a program would be imported in place of the package."""
    said = []
    for name in files_below(case.folder / "solution"):
        top = name.partition("/")[0].removesuffix(".py")
        if (name.endswith(".py") or "/" in name) and (top in sys.stdlib_module_names or top in _packages()):
            said.append(
                f"{case.slug}/solution/{name} hides the package {top!r}. Give it another name, "
                "also in exercise.toml and in the brief."
            )
    return said


def leans_on_no_other(case: Case, others: tuple[str, ...]) -> list[str]:
    """Law 12: no file imports `exercises` or `course`, or names the folder of another exercise."""
    said = []
    for name in files_below(case.folder):
        if not name.endswith((".py", ".toml", ".yaml", ".yml", ".json", "Dockerfile")):
            continue
        text = (case.folder / name).read_text("utf-8", errors="replace")
        for module in _imported(text) if name.endswith(".py") else ():
            if module.partition(".")[0] in ("exercises", "course"):
                said.append(f"{case.slug}/{name} imports {module!r}. An exercise is done alone: bring what it needs.")
        for other in others:
            if other in text:
                said.append(f"{case.slug}/{name} names {other!r}. An exercise is done alone: bring what it needs.")
    return said


@cache
def _packages() -> frozenset[str]:
    return frozenset(packages_distributions())


def _imported(text: str) -> list[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(node.module or "")
    return found


def slugs_beside(folder: Path) -> tuple[str, ...]:
    """The names of the other exercises in the same root."""
    return tuple(path.parent.name for path in sorted(folder.parent.glob("*/exercise.toml")) if path.parent != folder)
