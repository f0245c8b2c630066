"""`python -m course sync [--check]`: writes the generated files that are committed, or names stale ones."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from checker.blanks import BlankError
from checker.markers import MarkerError
from course.build.solutions import index, reading
from course.build.sources import SourceError, exercises, files_below
from course.build.starters import Products, starter

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Plan:
    """What the sources make: files by path relative to the root, and folders that hold nothing else."""

    files: Products
    owned: tuple[Path, ...]


def plan(root: Path) -> Plan:
    """Work out every generated file of the course without writing any."""
    found = exercises(root)
    files: Products = {Path("solutions/README.md"): index(found)}
    owned: list[Path] = [Path("solutions")]
    for exercise in found:
        folder = Path("exercises") / exercise.slug / "starter"
        owned.append(folder)
        files |= {folder / path: content for path, content in starter(exercise).items()}
        files |= {Path("solutions") / exercise.slug / path: text for path, text in reading(exercise).items()}
    return Plan(files, tuple(owned))


def stale(root: Path, planned: Plan) -> list[Path]:
    """Return what differs from the plan: changed or missing files, and files that nothing makes."""
    changed = [path for path, content in planned.files.items() if _bytes(root / path) != content]
    return sorted(changed + _leftover(root, planned))


def write(root: Path, planned: Plan) -> list[Path]:
    """Make the tree match the plan and return the paths that changed."""
    changed = stale(root, planned)
    for path in changed:
        if path in planned.files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(planned.files[path])
        else:
            (root / path).unlink()
    return changed


def _leftover(root: Path, planned: Plan) -> list[Path]:
    there = (folder / path for folder in planned.owned for path in files_below(root / folder))
    return [path for path in there if path not in planned.files]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m course sync", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    options = parser.parse_args(argv)
    try:
        planned = plan(ROOT)
    except (SourceError, MarkerError, BlankError) as error:
        print(f"error: {error}\ntry: correct the source, then `make sync`", file=sys.stderr)
        return 2
    if options.check:
        return _report(stale(ROOT, planned))
    changed = write(ROOT, planned)
    for path in changed:
        print(f"{'wrote' if path in planned.files else 'removed'} {path.as_posix()}")
    print(f"{len(planned.files)} generated files, {len(changed)} changed.")
    return 0


def _report(found: list[Path]) -> int:
    for path in found:
        print(f"error: {path.as_posix()} is not what its source makes.", file=sys.stderr)
    if found:
        print("try: run `make sync`", file=sys.stderr)
    return 1 if found else 0
