"""Finds the exercises in a submission and copies what can be judged: named files, regular, of a bounded size."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.classroom.names import CANVAS, MOODLE, one_line
from checker.classroom.trees import Entry, NothingThere, Refused, Tree, join
from checker.collect import MAX_BYTES, MAX_OTHERS, STATE_FILE
from checker.exercise import Exercise

# `work` of a pack may lie two folders deep in a zip: ada-work/pack-main/work/NN_slug.
MAX_LEVELS = 4
# Of a submission with a thousand folders no more are looked into.
MAX_LOOKED = 200
# In a clone of the pack these hold the starters, or nothing of the trainee.
NOT_WORK = {"exercises", "solutions", "sealed", "course", "build", "__MACOSX", "node_modules", "venv"}
TIME_FILE = "timestamp.txt"


@dataclass
class Staged:
    """What was copied of one submission: each exercise with where it lay, and what is to be said of the rest."""

    exercises: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)


def locate(tree: Tree, exercises: Sequence[Exercise], *, alone: bool = False) -> tuple[dict[str, str], list[str]]:
    """Exercise -> the folder of the tree that holds it, and notices. The level nearest to the top counts.

    `alone`: the class hands in one exercise, whose files may lie in any folder, without one of its name.
    """
    slugs = {exercise.slug for exercise in exercises}
    level, looked = [""], 0
    for _ in range(MAX_LEVELS):
        found: dict[str, list[str]] = {}
        deeper: list[str] = []
        for at in level:
            entries = tree.entries(at)
            folders = [name for name, entry in entries.items() if entry.kind == "folder"]
            for name in folders:
                if name in slugs:
                    found.setdefault(name, []).append(join(at, name))
                elif name not in NOT_WORK and not name.startswith("."):
                    deeper.append(join(at, name))
            if alone and any(name in exercises[0].hand_in for name in entries):
                found.setdefault(exercises[0].slug, []).append(at)
        if found:
            return _one_each(found)
        looked += len(deeper)
        level = sorted(deeper, key=lambda path: (path.rpartition("/")[2] != "work", path))[:MAX_LOOKED]
        if looked > MAX_LOOKED:
            break
    return {}, []


def _one_each(found: dict[str, list[str]]) -> tuple[dict[str, str], list[str]]:
    notices = [
        f"{slug} is there {len(paths)} times, and the first counts: {', '.join(map(one_line, paths[:3]))}."
        for slug, paths in found.items()
        if len(paths) > 1
    ]
    return {slug: paths[0] for slug, paths in sorted(found.items())}, notices


def stage(tree: Tree, exercises: Sequence[Exercise], target: Path, staged: Staged, *, alone: bool = False) -> None:
    """Copy into `target/NN_slug/` what the exercises ask for, but what is there already.

    Raises NothingThere when the tree holds nothing of any.
    """
    places, notices = locate(tree, exercises, alone=alone)
    if not places:
        raise NothingThere(_nothing(tree, exercises))
    staged.notices += notices
    for slug, at in places.items():
        if slug in staged.exercises:
            both = f"{one_line(staged.exercises[slug])} and in {one_line(tree.name)}"
            staged.notices.append(f"{slug} is in {both}; the first counts.")
            continue
        exercise = next(one for one in exercises if one.slug == slug)
        _copy(tree, exercise, at, target / slug, staged)
        staged.exercises[slug] = tree.name
    staged.notices += tree.notices


def _nothing(tree: Tree, exercises: Sequence[Exercise]) -> str:
    wanted = ", ".join(exercise.slug for exercise in exercises[:3]) + (" …" if len(exercises) > 3 else "")
    there = [f"{name}/" if entry.kind == "folder" else name for name, entry in tree.entries("").items()]
    if not there:
        return "It is empty. Hand in the folder work, or a zip of it."
    if any(MOODLE.match(name.rstrip("/")) or CANVAS.match(name) for name in there):
        return "It is the download of a whole class. Unpack it, and grade the folder that comes out."
    seen = ", ".join(one_line(name, 40) for name in there[:4]) + (" …" if len(there) > 4 else "")
    nested = [name for name in there if name.lower().endswith(".zip")]
    more = " A zip within a zip is not opened." if nested else ""
    return f"It holds no folder of an exercise ({wanted}) but {seen}.{more} Hand in the folder work, or a zip of it."


def _copy(tree: Tree, exercise: Exercise, at: str, target: Path, staged: Staged) -> None:
    target.mkdir(parents=True)
    entries = tree.entries(at)
    for name in _wanted(exercise, entries):
        entry, path = _entry(tree, at, name, entries), join(at, name)
        if entry is None:
            continue
        if entry.kind != "file":
            staged.notices.append(
                f"{one_line(path)} is {_ARTICLE[entry.kind]} and was not read. Hand in a file of its own in its place."
            )
            _stand_in(target / name)
        elif entry.size > MAX_BYTES:
            staged.notices.append(
                f"{one_line(path)} has {entry.size} bytes, and at most {MAX_BYTES} are read. "
                "Hand in what was written by hand."
            )
            _stand_in(target / name, entry.size)
        else:
            _put(tree, path, target / name, staged)
    if TIME_FILE in entries and entries[TIME_FILE].kind == "file":
        staged.times.append(tree.read(join(at, TIME_FILE), 200).decode("utf-8", "replace").strip())


_ARTICLE = {"link": "a link", "special": "no regular file", "folder": "a folder"}


def _wanted(exercise: Exercise, entries: Iterable[str]) -> list[str]:
    """The names that the checker looks at: what is handed in, notebooks, the state, and files that hide a module."""
    others = [name for name in entries if name not in exercise.hand_in and exercise.allows(name)]
    hiding = [name for name in entries if name.endswith(".py") and name[:-3] in sys.stdlib_module_names]
    notebooks = [name for name in entries if name.endswith(".ipynb")]
    # One more than the checker takes, so that it says that there are too many.
    kept = [*exercise.hand_in, *others[: MAX_OTHERS + 1], *notebooks[:3], *hiding[:3], STATE_FILE]
    return list(dict.fromkeys(kept))


def _entry(tree: Tree, at: str, name: str, entries: Mapping[str, Entry]) -> Entry | None:
    """What a name stands for; a link on the way to it is a link."""
    folder, _, rest = name.partition("/")
    found = entries.get(folder)
    if rest and found is not None and found.kind == "folder":
        return _entry(tree, join(at, folder), rest, tree.entries(join(at, folder)))
    return found


def _put(tree: Tree, path: str, target: Path, staged: Staged) -> None:
    try:
        content = tree.read(path, MAX_BYTES + 1)
    except Refused as refused:
        staged.notices.append(str(refused))
        return
    except OSError as error:
        staged.notices.append(f"{one_line(path)} cannot be read: {error.strerror}.")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _stand_in(target: Path, size: int | None = None) -> None:
    """Something in place of what is not copied, so that the check says what it says on a trainee's machine.

    A folder is to the checker what a link is, no file; an empty file of that size is too large, and takes no room.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if size is None:
        target.mkdir(exist_ok=True)
    else:
        target.touch()
        with contextlib.suppress(OSError):
            os.truncate(target, min(size, 1 << 40))


def clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
