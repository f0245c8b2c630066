"""Take from a folder what an exercise asks for, and nothing else.

Only named hand-in files are read: regular files, no links, of a bounded size. What a file cannot be used for
becomes a finding that is shown when a check asks for that file; the rest of the hand-in is judged all the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

from checker import messages as m
from checker.errors import Finding, Misuse, NothingHandedIn
from checker.exercise import Exercise

MAX_BYTES = 1_000_000
# A hand-written answer has a handful of files; more is a folder of something else.
MAX_OTHERS = 40
STATE_FILE = ".checker.json"
# PEP 263: a coding line in the first two lines of a Python file.
CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


@dataclass(frozen=True)
class HandIn:
    """The hand-in files of one submission, and what to say of those that cannot be used."""

    files: dict[str, bytes]
    faults: dict[str, Finding]
    notes: tuple[str, ...] = ()
    seed: int = 1
    helped: dict[int, str] = field(default_factory=dict)
    notebook: bytes | None = None

    @property
    def digest(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(name.encode() + b"\0" + self.files[name] + b"\0")
        return digest.hexdigest()

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each file by its name."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(self.files.items())}


def collect(exercise: Exercise, folder: Path) -> HandIn:
    """Read the hand-in files of `exercise` from `folder`.

    Raises Misuse when the folder is not there, NothingHandedIn when it holds none of the files.
    """
    if not folder.is_dir():
        raise Misuse(f"There is no folder {str(folder)!r}.", f"checker start {exercise.number}")
    files: dict[str, bytes] = {}
    faults: dict[str, Finding] = {}
    others, other_notes = _others(exercise, folder)
    for name in (*exercise.hand_in, *others):
        content = _read(folder, name)
        if isinstance(content, bytes):
            files[name] = content
        else:
            faults[name] = content
    named = (folder / name for name in exercise.hand_in)
    if not files and not others and not any(path.is_symlink() or path.exists() for path in named):
        wanted = ", ".join(exercise.hand_in)
        raise NothingHandedIn(
            f"The folder {str(folder)!r} holds nothing of exercise {exercise.number}. It hands in: {wanted}.",
            f"checker start {exercise.number}",
        )
    notebook, notes = _notebook(exercise, folder)
    seed, helped, state_notes = _state(folder)
    notes = (*notes, *state_notes, *other_notes, *_shadows(folder))
    return HandIn(files, faults, notes, seed, helped, notebook)


def _others(exercise: Exercise, folder: Path) -> tuple[list[str], tuple[str, ...]]:
    """The names of files that exercise.toml's `also` lets in, beside what the starter gives; and what was too many."""
    # The state file is no answer, though `*.json` fits it: it changes with every check, and with it the digest.
    given = {path.name for path in exercise.starter.glob("*")} | {*exercise.hand_in, STATE_FILE}
    names = sorted(path.name for path in folder.iterdir() if path.name not in given and exercise.allows(path.name))
    if len(names) <= MAX_OTHERS:
        return names, ()
    return names[:MAX_OTHERS], (m.NOTE_TOO_MANY.format(count=len(names), limit=MAX_OTHERS, first=names[MAX_OTHERS]),)


def _read(folder: Path, name: str) -> bytes | Finding:
    path = folder / name
    try:
        mode = path.lstat().st_mode
    except OSError:
        return Finding(
            f"looked for {name}",
            m.MISSING_FILE.format(name=name),
            m.MISSING_FILE_EXPECTED.format(name=name),
            name,
            m.MISSING_FILE_NEXT,
        )
    linked = any(parent.is_symlink() for parent in path.parents if parent.is_relative_to(folder) and parent != folder)
    if linked or not stat.S_ISREG(mode):
        return Finding(f"opened {name}", m.LINK.format(name=name), m.LINK_EXPECTED, name, m.LINK_NEXT)
    size = path.stat().st_size
    if size > MAX_BYTES:
        return Finding(
            f"opened {name}",
            m.TOO_LARGE.format(name=name, size=size),
            m.TOO_LARGE_EXPECTED.format(limit=MAX_BYTES),
            name,
            m.TOO_LARGE_NEXT,
        )
    content = path.read_bytes()
    return _encoding_fault(name, content) or content


def _encoding_fault(name: str, content: bytes) -> Finding | None:
    if name.endswith(".py") and any(CODING.match(line) for line in content.splitlines()[:2]):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        seen = m.NOT_UTF8.format(name=name, byte=content[error.start], line=line)
        return Finding(f"read {name}", seen, m.NOT_UTF8_EXPECTED, f"{name}:{line}", m.NOT_UTF8_NEXT)
    return None


def _notebook(exercise: Exercise, folder: Path) -> tuple[bytes | None, tuple[str, ...]]:
    wanted = exercise.notebook
    others = sorted(p.name for p in folder.glob("*.ipynb") if p.name != wanted)
    content = _read(folder, wanted)
    if not isinstance(content, bytes):
        return None, tuple(m.NOTE_NOTEBOOK_RENAMED.format(found=other, name=wanted) for other in others)
    notes = [m.NOTE_SECOND_NOTEBOOK.format(found=other, name=wanted) for other in others]
    try:
        readable = isinstance(json.loads(content).get("cells"), list)
    except (ValueError, AttributeError, RecursionError):
        readable = False
    if not readable:
        return None, (*notes, m.NOTE_NOTEBOOK_CORRUPT.format(name=wanted))
    return content, tuple(notes)


def _state(folder: Path) -> tuple[int, dict[int, str], tuple[str, ...]]:
    """Seed and helped tasks from the folder's state file; it is the trainee's own word, so it is read with care."""
    path = folder / STATE_FILE
    if not path.is_file() or path.is_symlink():
        return 1, {}, ()
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        seed = int(state["seed"]) % 2**31
        helped = {int(task): str(how)[:80] for task, how in dict(state.get("helped", {})).items()}
    except (ValueError, TypeError, KeyError, OSError, RecursionError):
        return 1, {}, (m.NOTE_STATE_UNREADABLE.format(name=STATE_FILE),)
    return seed, helped, ()


def _shadows(folder: Path) -> tuple[str, ...]:
    names = sorted(p.name for p in folder.glob("*.py") if p.stem in sys.stdlib_module_names)
    return tuple(m.NOTE_SHADOWS.format(name=name) for name in names)
