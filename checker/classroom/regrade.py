"""Grades again what a corrected check decides, keeps what was, and tells the difference.

    OUT/regraded/<n>/class.json        the record before; its results are still kept, by their jobs' digests
    OUT/regraded/<n>/difference.json   who has other points or verdicts now

A regrade that was interrupted has no difference.json yet; the next run goes on with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from checker import messages as m
from checker.classroom.record import FILE, ClassRun, Submission, read_class, write_class
from checker.classroom.shown import in_words
from checker.classroom.store import Store
from checker.errors import Misuse
from checker.result import Result
from checker.state import write_atomically

FOLDER = "regraded"
DIFFERENCE = "difference.json"


@dataclass(frozen=True)
class CheckChange:
    """One check that says something else now; empty where it was not there."""

    id: str
    was: str
    now: str


@dataclass(frozen=True)
class Change:
    """One exercise of one submission whose points or verdicts changed."""

    submission: str
    name: str
    exercise: str
    was: int
    now: int
    checks: tuple[CheckChange, ...]


def pending(out: Path) -> Path | None:
    """The folder of a regrade that has not come to its end."""
    folders = sorted((out / FOLDER).glob("*"), key=lambda path: path.name)
    return folders[-1] if folders and not (folders[-1] / DIFFERENCE).exists() else None


def begin(out: Path) -> tuple[Path, ClassRun]:
    """Keep the record as it is before anything is judged again. Raises Misuse when there is none."""
    going_on = pending(out)
    if going_on and (going_on / FILE).exists():
        return going_on, read_class(going_on)
    if not (out / FILE).exists():
        raise Misuse(f"There is no graded class in {str(out)!r} to grade again.", "the same command without --regrade")
    earlier = read_class(out)
    folder = going_on or out / FOLDER / f"{len(list((out / FOLDER).glob('*'))) + 1:03d}"
    folder.mkdir(parents=True, exist_ok=True)
    write_class(earlier, folder)
    return folder, earlier


def finish(folder: Path, store: Store, earlier: ClassRun, now: ClassRun) -> list[Change]:
    """Compare, and write the difference down."""
    found = list(differences(store, earlier, now))
    text = json.dumps([asdict(change) for change in found], indent=1, ensure_ascii=False)
    write_atomically(folder / DIFFERENCE, text + "\n")
    return found


def differences(store: Store, earlier: ClassRun, now: ClassRun) -> Iterator[Change]:
    before = {one.id: one for one in earlier.submissions}
    for one in now.submissions:
        if one.id in before:
            yield from _of(store, before[one.id], one)


def _of(store: Store, was: Submission, now: Submission) -> Iterator[Change]:
    jobs = {cell.exercise: cell.job for cell in was.cells}
    for cell in now.cells:
        if not cell.job or jobs.get(cell.exercise) in (None, "", cell.job):
            continue
        old, new = store.kept(jobs[cell.exercise]), store.kept(cell.job)
        if old and new and (checks := tuple(_checks(old, new))):
            yield Change(now.id, now.name, cell.exercise, old.score, new.score, checks)


def _checks(old: Result, new: Result) -> Iterator[CheckChange]:
    before = {row.id: (row.verdict, row.earned) for row in old.rows}
    after = {row.id: (row.verdict, row.earned) for row in new.rows}
    for check in dict.fromkeys((*before, *after)):
        if before.get(check) != after.get(check):
            yield CheckChange(check, _said(before.get(check)), _said(after.get(check)))


def _said(found: tuple[str, int] | None) -> str:
    if found is None:
        return "not there"
    verdict, earned = found
    return f"{m.VERDICTS[verdict]} ({earned})" if earned else m.VERDICTS[verdict]


def as_text(found: list[Change], regraded: dict[str, list[str]]) -> str:
    """What was judged again and why, and who has other points now."""
    said = ", ".join(f"{slug} (new: {', '.join(names)})" for slug, names in regraded.items())
    if not regraded:
        return "regraded: nothing that decides results has changed since"
    if not found:
        return f"regraded: {said}; no grade and no verdict changed"
    trainees = in_words(len({change.submission for change in found}), "submission")
    lines = [f"regraded: {said}; {trainees} changed", f"  {'trainee':<26}{'exercise':<24}{'was':>5}{'now':>5}"]
    for change in found:
        name = change.name if len(change.name) <= 25 else f"{change.name[:24]}…"
        lines.append(f"  {name:<26}{change.exercise[:23]:<24}{change.was:>5}{change.now:>5}")
        lines += [f"      {check.id}: {check.was} -> {check.now}" for check in change.checks]
    return "\n".join(lines)
