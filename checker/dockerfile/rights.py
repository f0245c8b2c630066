"""Which step closes a file of an image to all but root: `--chmod` of COPY, and chmod and chown in a RUN.

Rights of the files that are sent are not known, so they count as open until a step sets them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from checker.dockerfile.context import Context
from checker.dockerfile.installs import Ran, ran
from checker.dockerfile.reading import Instruction
from checker.dockerfile.stages import Dockerfile, Stage
from checker.dockerfile.tree import Files, added

CLAUSE = re.compile(r"([ugoa]*)([+=-])([rwxX]*)$")
BITS = {"r": 4, "w": 2, "x": 1}
SHIFTS = {"u": 6, "g": 3, "o": 0}


@dataclass(frozen=True)
class Rights:
    """What is known of a path: whether it is root's own, its mode, and the line that set it last."""

    of_root: bool = True
    mode: int = 0o644
    line: int = 0

    def closed(self, *, folder: bool) -> bool:
        """Whether somebody who is not root may not read the file, or not pass through the folder.

        A group that may is the benefit of the doubt: the user may be in it.
        """
        bit = 1 if folder else 4
        return self.of_root and not (self.mode | self.mode >> 3) & bit


def closed(dockerfile: Dockerfile, stage: Stage, context: Context, path: str) -> tuple[str, int] | None:
    """(path, line) of what keeps all but root from a file of a stage: itself or a folder above it."""
    above = [str(one) for one in PurePosixPath(path).parents if str(one) != "/"]
    known = {path: Rights(), **{folder: Rights(mode=0o755) for folder in above}}
    commands: dict[int, list[Ran]] = {}
    for one in ran(stage):
        commands.setdefault(id(one.instruction), []).append(one)
    for instruction, state in stage.walk():
        if instruction.keyword in ("COPY", "ADD"):
            found = added(dockerfile, stage, instruction, state, context=context)
            known |= _fresh(instruction, found, path, known) if path in found else {}
        for command in commands.get(id(instruction), ()):
            known |= {name: _after(command, known[name], folder=name != path) for name in _meant(command, list(known))}
    return next(((name, was.line) for name, was in known.items() if was.closed(folder=name != path)), None)


def _fresh(instruction: Instruction, found: Files, path: str, known: Iterable[str]) -> dict[str, Rights]:
    """The rights after a COPY of the file: its own, and those of the folders that came along."""
    root = posixpath.commonpath(found)
    of_root = (instruction.flag("chown") or "0").partition(":")[0] in ("0", "root")
    made = {}
    for name in known:
        if name == path or name.startswith(f"{root}/"):
            mode = changed(instruction.flag("chmod") or "", 0o644 if name == path else 0o755, folder=name != path)
            made[name] = Rights(of_root, mode, instruction.line)
    return made


def changed(text: str, mode: int, *, folder: bool) -> int:
    """The mode after `chmod text`: octal, or clauses such as `go-rwx`. What cannot be read changes nothing."""
    if re.fullmatch(r"[0-7]{3,4}", text):
        return int(text, 8) & 0o777
    for part in text.split(","):
        clause = CLAUSE.match(part)
        if clause is None:
            return mode
        bits = sum(BITS.get(letter.lower(), 0) for letter in set(clause[3]) if letter != "X" or folder or mode & 0o111)
        whom = "ugo" if "a" in (clause[1] or "a") else clause[1]
        for shift in (SHIFTS[one] for one in whom):
            mode = mode & ~(7 << shift) if clause[2] == "=" else mode
            mode = mode & ~(bits << shift) if clause[2] == "-" else mode | bits << shift
    return mode


def _words(command: Ran) -> list[str]:
    """The words behind chmod or chown that are no options; `-rwx` of chmod is a mode."""
    options = re.compile(r"-[Rcfvh]+$|--")
    return [word for word in command.command.words[1:] if not options.match(word)]


def _meant(command: Ran, known: list[str]) -> Iterator[str]:
    """The known paths that a chmod or chown reaches."""
    if command.command.program not in ("chmod", "chown"):
        return
    deep = any(re.match(r"-\w*R|--recursive", word) for word in command.command.words[1:])
    for pattern in map(command.path, _words(command)[1:]):
        for one in known:
            reached = [one, *(map(str, PurePosixPath(one).parents) if deep else ())]
            if any(fnmatchcase(name, pattern) and name.count("/") == pattern.count("/") for name in reached):
                yield one


def _after(command: Ran, rights: Rights, *, folder: bool) -> Rights:
    said, line = _words(command)[0], command.instruction.line
    if command.command.program == "chown":
        owner = said.partition(":")[0]
        return replace(rights, of_root=owner in ("0", "root") if owner else rights.of_root, line=line)
    return replace(rights, mode=changed(said, rights.mode, folder=folder), line=line)
