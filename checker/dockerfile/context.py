"""What a build is sent, and which of it a COPY takes, and to where."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from dataclasses import dataclass, field

from checker.dockerfile.ignore import Ignore
from checker.dockerfile.reading import Instruction
from checker.dockerfile.stages import State
from checker.dockerfile.words import split_words, substituted


@dataclass(frozen=True)
class Context:
    """The folder of a build: the bytes of each file by its path, and what .dockerignore leaves out of it."""

    sizes: dict[str, int]
    ignore: Ignore = field(default_factory=Ignore)

    @property
    def sent(self) -> dict[str, int]:
        return {path: size for path, size in self.sizes.items() if self.ignore.sends(path)}

    @property
    def total(self) -> int:
        """The bytes that are sent when all is new."""
        return sum(self.sent.values())

    def taken(self, source: str, files: list[str] | None = None) -> dict[str, str]:
        """The sent files that a source of COPY names: path in the context, and path below the target.

        A folder stands for what is in it. A wildcard does not cross a slash.
        """
        path = inside(source)
        known = list(self.sent) if files is None else files
        if path == ".":
            return {name: name for name in known}
        found = {}
        for name in known:
            whole = _matching(name, path)
            if whole == name:
                found[name] = posixpath.basename(name)
            elif whole:
                found[name] = name[len(whole) + 1 :]
        return found

    def is_folder(self, source: str) -> bool:
        path = inside(source)
        return path == "." or any(name.startswith(f"{path}/") for name in self.sizes)


def inside(source: str) -> str:
    """A source as a path in the context: the context is the root, and no `..` leads out of it."""
    return posixpath.normpath("/" + source).lstrip("/") or "."


def read_listing(text: str) -> dict[str, int]:
    """Files of a folder as a text: lines of a path and its bytes; comments begin with a hash."""
    pairs = (line.rsplit(" ", 1) for line in text.split("\n") if line.strip() and not line.startswith("#"))
    return {path.strip(): int(size) for path, size in pairs}


@dataclass(frozen=True)
class Copied:
    """What a COPY or ADD does: `files` maps a path in the image to the path that it comes from."""

    files: dict[str, str]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Missing:
    """A source that no sent file matches. `ignored` are files of that name that .dockerignore leaves out."""

    source: str
    ignored: tuple[str, ...]


def copied(instruction: Instruction, state: State, context: Context) -> Copied:
    """What a COPY or ADD from the context puts where. Texts of heredocs come from the Dockerfile itself."""
    words = [substituted(one, state.visible) for one in instruction.words or ()]
    words = words or split_words(substituted(instruction.text, state.visible))
    *given, target = words if len(words) > 1 else [*words, "."]
    names = [one for one in given if not re.match(r"<<|https?://|git@|git://", one)]
    known = [one for one in context.sent if not _excluded(one, instruction)]
    texts = [one.name for one in instruction.heredocs]
    into = target.endswith("/") or target in (".", "..") or len(given) > 1
    root = state.path(target)
    files: dict[str, str] = {}
    missing = []
    for name in names:
        taken = context.taken(name, known)
        if not taken:
            missing.append(Missing(name, tuple(context.taken(name, list(context.sizes)))))
        folder = into or context.is_folder(name) or len(taken) > 1
        whole = instruction.flag("parents") is not None
        files |= {posixpath.join(root, one if whole else rest) if folder else root: one for one, rest in taken.items()}
    for name in texts:
        files[posixpath.join(root, name) if into else root] = f"<<{name}"
    return Copied(files, tuple(missing))


def _excluded(name: str, instruction: Instruction) -> bool:
    ignore = Ignore.of("\n".join(instruction.all_flags("exclude")))
    return not ignore.sends(name)


def _matching(name: str, pattern: str) -> str:
    """The leading part of a path, or all of it, that the pattern names."""
    parts, wanted = name.split("/"), pattern.split("/")
    if len(parts) < len(wanted):
        return ""
    pairs = zip(parts, wanted, strict=False)
    return "/".join(parts[: len(wanted)]) if all(fnmatch.fnmatchcase(one, two) for one, two in pairs) else ""
