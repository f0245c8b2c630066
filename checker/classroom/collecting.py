"""Collects a class: which folders, zips and downloads are whose, which attempt is which, and what is refused and why.

    collected = collect_class(given, exercises, out)      # copies into out/submissions/<id>/<slug>

Nothing of a submission is run, unpacked whole, or followed out of its folder.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from checker.classroom.layouts import Found, find
from checker.classroom.names import ids, one_line
from checker.classroom.staging import Staged, clear, stage
from checker.classroom.times import parse_time
from checker.classroom.trees import FolderTree, LooseTree, NothingThere, Refused, Tree, ZipTree
from checker.collect import HandIn, collect
from checker.errors import Misuse, NothingHandedIn
from checker.exercise import Exercise

FOLDER = "submissions"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True)
class Collected:
    """One attempt of one trainee, copied into `folder`; `refused` is why it could not be, in one sentence."""

    id: str
    trainee: str
    found: Found
    folder: Path
    number: int = 1
    of: int = 1
    received: datetime | None = None
    refused: str = ""
    notices: tuple[str, ...] = ()
    # Exercise -> digest of what was handed in for it.
    hand_ins: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def digest(self) -> str:
        """Over all that was handed in and can be judged; empty when there is nothing."""
        lines = [f"{slug} {digest}" for slug, digest in sorted(self.hand_ins.items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def digest_of(hand_in: HandIn) -> str:
    """Over everything of a hand-in that can decide its result: files, faults, notes, seed, help, notebook."""
    said = [hand_in.digest, hand_in.seed, sorted(hand_in.helped.items()), hand_in.notes, sorted(hand_in.faults.items())]
    notebook = hashlib.sha256(hand_in.notebook or b"").hexdigest()
    return hashlib.sha256(repr((said, notebook)).encode("utf-8", "surrogateescape")).hexdigest()


def collect_class(given: Path, exercises: Sequence[Exercise], out: Path) -> tuple[list[Collected], list[str]]:
    """All attempts below `given`, and what was left alone there. Raises Misuse when it holds no submission."""
    found, left = find(given, exercises)
    if not found:
        wanted = ", ".join(exercise.slug for exercise in exercises)
        raise Misuse(f"The folder {str(given)!r} holds none of: {wanted}.", "checker grade work")
    attempts = list(_numbered(found))
    alone = len(exercises) == 1
    return [_staged(one, exercises, out / FOLDER, alone=alone) for one in attempts], left


def _numbered(found: list[Found]) -> Iterator[Collected]:
    """Group by trainee, in order of the attempts; the newest has the trainee's own id."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(one.trainee, []).append(one)
    names = ids(groups)
    for trainee, attempts in sorted(groups.items(), key=lambda item: names[item[0]].casefold()):
        ordered = sorted(attempts, key=lambda one: one.order)
        for number, one in enumerate(ordered, start=1):
            newest = number == len(ordered)
            own = names[trainee] if newest else f"{names[trainee]}.{number}"
            yield Collected(own, names[trainee], one, Path(), number, len(ordered), one.received)


def _staged(one: Collected, exercises: Sequence[Exercise], folder: Path, *, alone: bool) -> Collected:
    target = folder / one.id
    clear(target)
    one = replace(one, folder=target, notices=one.found.notices)
    if one.found.refused:
        return replace(one, refused=one.found.refused)
    try:
        staged = _copied(one.found, exercises, target, alone=alone)
    except Refused as refused:
        clear(target)
        return replace(one, refused=str(refused))
    except OSError as error:
        # Our disk's fault, not theirs; a write that fails names no file.
        if error.errno in FULL or str(error.filename or "").startswith(str(folder)):
            raise
        return replace(one, refused=f"It cannot be read: {error.strerror}. Look at {one_line(one.found.source)!r}.")
    return _read(one, exercises, staged)


def _copied(found: Found, exercises: Sequence[Exercise], target: Path, *, alone: bool) -> Staged:
    """What all parts hold. Raises Refused when a single part holds nothing."""
    whole = Staged()
    for part, only in found.parts:
        wanted = [exercise for exercise in exercises if not only or exercise.slug == only]
        refusals = []
        for opened in _pieces(part):
            try:
                with closing(_tree(opened)) as tree:
                    stage(tree, wanted, target, whole, alone=alone or bool(only))
            except Refused as refused:
                refusals.append(refused)
        if refusals and not whole.exercises and len(found.parts) == 1:
            raise refusals[0]
        # What lies beside a zip with the work in it, a letter say, is no fault.
        said = [one for one in refusals if only or not isinstance(one, NothingThere)]
        whole.notices += [f"{only}: {refused}" if only else str(refused) for refused in said]
    return whole


def _pieces(part: Path | dict[str, Path]) -> list[Path | dict[str, Path]]:
    """A folder, a zip or loose files; of files that lie side by side each zip, as an LMS packs them, then the rest."""
    files = part if isinstance(part, dict) else _side_by_side(part)
    zips = [path for name, path in files.items() if _is_zip(name)]
    if isinstance(part, Path) and not zips:
        return [part]
    loose = {name: path for name, path in files.items() if not _is_zip(name)}
    return [*zips, *([loose] if loose else [])]


def _side_by_side(part: Path) -> dict[str, Path]:
    """The files of a folder without folders; nothing for any other."""
    entries = FolderTree(part).entries("")
    seen = [entry for name, entry in entries.items() if not name.startswith(".") and name != "__MACOSX"]
    flat = all(entry.kind == "file" for entry in seen)
    return {name: part / name for name, entry in entries.items() if flat and entry.kind == "file"}


def _tree(piece: Path | dict[str, Path]) -> Tree:
    if isinstance(piece, dict):
        return LooseTree(piece)
    return ZipTree(piece) if piece.is_file() else FolderTree(piece)


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip") and not name.startswith(".")


def _read(one: Collected, exercises: Sequence[Exercise], staged: Staged) -> Collected:
    hand_ins, notices = {}, [*one.notices, *staged.notices]
    for exercise in exercises:
        if exercise.slug in staged.exercises:
            try:
                hand_ins[exercise.slug] = digest_of(collect(exercise, one.folder / exercise.slug))
            except NothingHandedIn:
                notices.append(f"{exercise.slug} holds none of the files that it hands in.")
    received = one.received
    for text in staged.times:
        time = parse_time(text)
        if time is None:
            notices.append(f"timestamp.txt says {one_line(text, 40)!r}, which is no time; it was ignored.")
        elif received is None or time > received:
            received = time
    form = "nbgrader" if staged.times and one.found.form == "folder" else one.found.form
    found = replace(one.found, form=form)
    return replace(one, found=found, hand_ins=hand_ins, notices=tuple(notices), received=received)
