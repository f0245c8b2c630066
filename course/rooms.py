"""The rooms of the repository: who may import whom, how large a module may grow, what no file may name."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

OURS = ("checker", "course", "exercises", "movie_service")
FUNCTION_LINES, MODULE_LINES = 50, 300
# Made by tools or by the trainee, or not ours.
OUTSIDE = {
    ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__",
    ".ipynb_checkpoints", "build", "work", "node_modules",
}  # fmt: skip
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".ipynb",
    ".json",
    ".yml",
    ".yaml",
    ".ini",
    ".cfg",
    ".sh",
    ".html",
    ".css",
    ".js",
}


@dataclass(frozen=True)
class Room:
    """Files by pattern and what of ours they may import; the first room that fits a file is its room."""

    pattern: str
    name: str
    may: tuple[str, ...]
    why: str


ROOMS = (
    Room("checker/*", "the checker", ("checker",), "It knows nothing of the course's subject."),
    Room("course/service/tests/*", "the service's tests", ("movie_service",), "They run in the service's image."),
    Room("course/service/*", "the service", ("movie_service",), "It runs in production without the course."),
    Room("course/*", "course", ("checker", "course", "movie_service"), "Exercises are data to it, not code."),
    Room("exercises/*/checks/*", "checks", ("checker",), "They see a submission only through the checker."),
    Room("exercises/*/service/*", "an adapter of the service", ("movie_service",), "It stands for a hand-in."),
    Room("exercises/*/notebook.py", "a notebook", ("checker",), "It goes to trainees, who have only the checker."),
    Room("exercises/*/*", "a hand-in", (), "exercise.toml says in service_imports what else it may import."),
    Room("exercises/*.py", "the law", ("checker", "course"), "It judges exercises and imports none."),
)  # fmt: skip


def python_files(root: Path) -> Iterator[Path]:
    """Yield every Python file of ours below root, relative to it and sorted."""
    return (path for path in _files(root) if path.suffix == ".py")


def import_breaches(root: Path) -> Iterator[str]:
    """Yield a sentence for each import that crosses from one room into another it may not enter."""
    for path in python_files(root):
        room = next((room for room in ROOMS if fnmatch(path.as_posix(), room.pattern)), None)
        if room is None:
            continue
        allowed = _allowed(root, path, room)
        for line, module in _imports(_tree(root, path)):
            if not any(module == one or module.startswith(f"{one}.") for one in allowed):
                yield (
                    f"{path.as_posix()}:{line}: {room.name} may not import {module!r}. {room.why} "
                    "Move the code to the room that it belongs in."
                )


def size_breaches(root: Path) -> Iterator[str]:
    """Yield a sentence for each module and function of checker and course that has grown too long."""
    for path in python_files(root):
        if path.parts[0] not in {"checker", "course"} or "data" in path.parts:
            continue
        lines = len((root / path).read_text(encoding="utf-8").splitlines())
        if lines > MODULE_LINES:
            yield f"{path.as_posix()}: {lines} lines, more than {MODULE_LINES}. Split it by its nouns."
        for node in ast.walk(_tree(root, path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                long = (node.end_lineno or node.lineno) - node.lineno + 1
                if long > FUNCTION_LINES:
                    yield (
                        f"{path.as_posix()}:{node.lineno}: {node.name}() has {long} lines, more than "
                        f"{FUNCTION_LINES}. Give its steps names of their own."
                    )


def machine_breaches(root: Path) -> Iterator[str]:
    """Yield a sentence for each path of one machine, and each host in a requirements file."""
    # A slash of their own, so that a path below some other folder (`build/work/`) is not taken for one.
    # A container's root has a home too: where pip keeps its cache, what --user installs, a .netrc.
    machine = re.compile(r"(?<![\w.\-}/])/(?:root(?!/\.(?:cache|local|netrc)\b)|work|home/\w+)/[\w.\-]+")
    for path in _files(root):
        if path.suffix not in TEXT and path.name not in {"Makefile", "Dockerfile"}:
            continue
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            where = f"{path.as_posix()}:{number}"
            found = machine.search(line)
            if found:
                yield f"{where}: {found[0]!r} is a path of one machine. Make it relative to the repository."
            if path.parts[0] == "requirements" and "://" in line:
                yield f"{where}: {line.strip()!r} names a host. Lock without it; every machine has its own index."


def _allowed(root: Path, path: Path, room: Room) -> tuple[str, ...]:
    if room.name != "a hand-in":
        return room.may
    table = root.joinpath(*path.parts[:2], "exercise.toml")
    return tuple(tomllib.loads(table.read_text(encoding="utf-8")).get("service_imports", ())) if table.is_file() else ()


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of every import of ours, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in OURS)


def _tree(root: Path, path: Path) -> ast.Module:
    try:
        return ast.parse((root / path).read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        # A starter or a wrong answer may be no Python at all; it imports nothing then.
        return ast.Module(body=[], type_ignores=[])


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in OUTSIDE and not path.name.endswith(".egg-info"):
            yield from (Path(path.name) / below for below in _below(path))
        elif path.is_file():
            yield Path(path.name)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not (OUTSIDE - {"build", "work"}) & set(relative.parts):
            yield relative
