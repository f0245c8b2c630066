"""`python -m course sync [--check]`: writes the generated files that are committed, or names stale ones."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checker import Grader
from checker.blanks import BlankError
from checker.exercise import Exercise
from checker.markers import MarkerError
from course.build.feedback import outdated, record, recorded
from course.build.readme import filled
from course.build.solutions import index, reading
from course.build.sources import SourceError, files_below, folders, read
from course.build.starters import Products, starter
from course.outline import load

ROOT = Path(__file__).parents[2]
SOLUTIONS = Path("solutions")
PROJECT = Path("course/project")
FEEDBACK = Path("course/build/recorded")


@dataclass(frozen=True)
class Plan:
    """What the sources make: files by path relative to the root, and folders that hold nothing else.

    An exercise whose source is broken adds a refusal; what was made of it before is left alone.
    """

    files: Products
    owned: tuple[Path, ...]
    broken: tuple[Path, ...]
    refusals: tuple[str, ...]
    outdated: tuple[str, ...]


def plan(root: Path) -> Plan:
    """Work out every generated file of the course without writing any."""
    files: Products = {}
    owned, broken, refusals, read_well = [SOLUTIONS], [], [], []
    old: list[str] = []
    for folder in folders(root):
        starters = Path("exercises") / folder.name / "starter"
        try:
            exercise = read(folder)
            made = {starters / path: content for path, content in starter(exercise).items()}
            made |= {SOLUTIONS / folder.name / path: text for path, text in _reading(root, exercise).items()}
            old += [wrong.where for wrong in outdated(root / FEEDBACK, exercise)]
        except (SourceError, MarkerError, BlankError) as error:
            refusals.append(str(error))
            broken.append(SOLUTIONS / folder.name)
            continue
        files |= made
        owned.append(starters)
        read_well.append(exercise)
    if (root / PROJECT / "exercise.toml").is_file():
        try:
            files |= {PROJECT / "starter" / path: content for path, content in starter(read(root / PROJECT)).items()}
            owned.append(PROJECT / "starter")
        except (SourceError, MarkerError) as error:
            refusals.append(str(error))
    if broken:
        # Its row would be missing from the lists; they wait until every source can be read.
        broken.append(SOLUTIONS / "README.md")
    else:
        files |= _lists(root, read_well, refusals)
    return Plan(files, tuple(owned), tuple(broken), tuple(refusals), tuple(old))


def _reading(root: Path, exercise: Exercise) -> Products:
    return reading(exercise, recorded(root / FEEDBACK, exercise))


def record_all(root: Path) -> Iterator[str]:
    """Ask the checker about every wrong answer whose files changed; yield a sentence for each that refuses."""
    with Grader(root) as grader:
        for folder in folders(root):
            try:
                exercise = read(folder)
                old = len(outdated(root / FEEDBACK, exercise))
                if old:
                    print(f"asking the checker about {old} wrong answers of {folder.name} …", flush=True)
                yield from record(root / FEEDBACK, exercise, grader)
            except (SourceError, MarkerError, BlankError) as error:
                yield str(error)


def _lists(root: Path, exercises: list[Exercise], refusals: list[str]) -> Products:
    files: Products = {SOLUTIONS / "README.md": index(exercises)}
    readme = root / "README.md"
    if readme.is_file():
        try:
            text = filled(readme.read_text(encoding="utf-8"), load(), exercises, root)
            files[Path("README.md")] = text.encode()
        except SourceError as error:
            refusals.append(str(error))
    return files


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
    return [path for path in there if path not in planned.files and not _left_alone(path, planned)]


def _left_alone(path: Path, planned: Plan) -> bool:
    return any(path.is_relative_to(one) for one in planned.broken)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m course sync", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    parser.add_argument("--quick", action="store_true", help="keep the recorded feedback of wrong answers as it is")
    options = parser.parse_args(argv)
    if options.check:
        planned = plan(ROOT)
        return _refused(planned.refusals) or _report(planned)
    planned = plan(ROOT)
    changed = write(ROOT, planned)
    refusals = list(planned.refusals)
    if not options.quick:
        # The checker lays a hand-in over the starter, so the starters must be written before it is asked.
        refusals += record_all(ROOT)
        planned = plan(ROOT)
        changed += write(ROOT, planned)
    for path in sorted(set(changed)):
        print(f"{'wrote' if path in planned.files else 'removed'} {path.as_posix()}")
    print(f"{len(planned.files)} generated files, {len(set(changed))} changed.")
    return _refused(tuple(dict.fromkeys(refusals)))


def _refused(refusals: tuple[str, ...]) -> int:
    for refusal in refusals:
        print(f"error: {refusal}", file=sys.stderr)
    if refusals:
        print("try: correct the source, then run `make sync`", file=sys.stderr)
    return 2 if refusals else 0


def _report(planned: Plan) -> int:
    found = [f"{path.as_posix()} is not what its source makes." for path in stale(ROOT, planned)]
    found += [f"{where}: what it is told was recorded from other files." for where in planned.outdated]
    for sentence in found:
        print(f"error: {sentence}", file=sys.stderr)
    if found:
        print("try: run `make sync`", file=sys.stderr)
    return 1 if found else 0
