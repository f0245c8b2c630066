"""Proves that no answer is in a pack: every file is read, also inside wheels, archives, base64 and escaped text.

What is looked for: each line of a solution, a right or wrong variant, or a walkthrough that says something and
stands in nothing that a trainee is given on purpose (starter, brief, data, model).
"""

from __future__ import annotations

import base64
import binascii
import builtins
import gzip
import io
import keyword
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.course import Course
from checker.exercise import Exercise
from checker.markers import has_markers, regions

__all__ = ["Leak", "Needles", "leaks", "secret_lines"]

SHORTEST = 12
WORDS = re.compile(r"[^\W\d]\w+")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}(?:\s{1,8}[A-Za-z0-9+/_-]{4,})*={0,2}")
COMMON = {*keyword.kwlist, *dir(builtins), "self", "cls", "args", "kwargs", "Any", "dataclass", "frozen"}
DEEPEST = 4
FORBIDDEN = ("solution", "right", "wrong")


@dataclass(frozen=True)
class Leak:
    """A line of an answer that the pack shows. `where` is the file in the pack, `source` where the line is from."""

    where: str
    source: str
    text: str

    def __str__(self) -> str:
        return f"{self.where} shows {self.source}: {self.text!r}."


def leaks(course: Course, pack: Path, *, known: Collection[str] = (), given: Sequence[Path] = ()) -> list[Leak]:
    """Read every file of `pack` and return what it shows of the course's answers.

    `known` lines may be shown; what stands in the folders `given` is no secret.
    """
    needles, anyway = Needles(), _shown(given)
    for exercise in course.all:
        for text, source in _secret_lines(exercise, anyway).items():
            if text not in known:
                needles.add(text, source)
    found: list[Leak] = []
    for path in sorted(pack.rglob("*")):
        name = path.relative_to(pack).as_posix()
        if not path.is_file() or name.startswith(".git/"):
            continue
        if set(Path(name).parts) & set(FORBIDDEN) or path.name in ("walkthrough.md", "variants.toml"):
            found.append(Leak(name, "a file that never travels", path.name))
        found += needles.inside(name, path.read_bytes())
    return found


def secret_lines(exercise: Exercise, *, given: Sequence[Path] = ()) -> dict[str, str]:
    """Line -> where it stands, for all lines of an exercise's answers that a trainee must not read yet.

    `given` are folders that a trainee has anyway: their lines are no secret.
    """
    return _secret_lines(exercise, _shown(given))


def _secret_lines(exercise: Exercise, anyway: str) -> dict[str, str]:
    folder = exercise.folder
    shown = _shown([exercise.starter, folder / "README.md"])
    said: dict[str, str] = {}
    for part in ("solution", "right", "wrong"):
        for path in _files(folder / part):
            name = path.relative_to(folder.parent).as_posix()
            for number, line in _answer(path):
                said.setdefault(line, f"{name}:{number}")
    said = {line: source for line, source in said.items() if _says_something(line)}
    for number, line in _lines(folder / "walkthrough.md"):
        if len(WORDS.findall(line)) >= 5:
            said.setdefault(line, f"{folder.name}/walkthrough.md:{number}")
    return {line: source for line, source in said.items() if line not in shown and line not in anyway}


def _shown(places: Sequence[Path]) -> str:
    """The lines of these files, and of those in these folders."""
    paths = [path for place in places for path in ([place] if place.is_file() else _files(place))]
    return "\n".join(line for path in paths for _, line in _lines(path))


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    return [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]


def _answer(path: Path) -> list[tuple[int, str]]:
    """The lines of a file that are the answer: those between markers, or all where there are none."""
    lines = _lines(path)
    text = "\n".join(line for _, line in lines)
    if not has_markers(text):
        return lines
    marked = [region for many in regions(text, path.name).values() for region in many]
    inside = {number for region in marked for number in range(region.begin + 2, region.end + 1)}
    answers = {line for region in marked for line in region.answer}
    return [(number, line) for number, line in lines if number in inside and line in answers]


def _says_something(line: str) -> bool:
    """Whether a line is more than what any program has: two names of its own, and not an import."""
    if len(line) < SHORTEST or line.startswith(("import ", "from ")):
        return False
    return len({word for word in WORDS.findall(line) if word not in COMMON}) >= 2


class Needles:
    """Many lines, looked for at once: by their first letters, at every place where a line could begin."""

    def __init__(self) -> None:
        self._by_start: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def add(self, text: str, source: str) -> None:
        self._by_start[text[:SHORTEST]].append((text, source))
        vars(self).pop("_starts", None)

    @cached_property
    def _starts(self) -> re.Pattern[str]:
        """Where one of the lines may begin: a name begins, or a sign stands, and the first letters are there."""
        # Nothing is consumed, so that a line inside another is found too.
        return re.compile(rf"(?=[^\w\s]|(?<!\w)\w)(?=({_any_of(set(self._by_start))}))")

    def inside(self, name: str, content: bytes, depth: int = 0) -> Iterator[Leak]:
        """Every leak of one file, of what is packed into it, and of what stands in it as base64."""
        if depth > DEEPEST:
            return
        for inner, unpacked in _unpacked(name, content):
            yield from self.inside(inner, unpacked, depth + 1)
        text = content.decode("utf-8", errors="replace")
        seen: set[str] = set()
        for number, leak_text, source in self._in_text(text):
            seen.add(leak_text)
            yield Leak(f"{name}:{number}", source, leak_text)
        plain = _unescaped(text)
        if plain != text:
            found = {leak_text: source for _, leak_text, source in self._in_text(plain)}
            for leak_text, source in found.items():
                if leak_text not in seen:
                    yield Leak(f"{name} (escaped)", source, leak_text)
        yield from self._in_base64(name, content, depth)

    def _in_text(self, text: str) -> Iterator[tuple[int, str, str]]:
        line, counted = 1, 0
        for match in self._starts.finditer(text):
            start = match.start()
            for needle, source in self._by_start[match.group(1)]:
                if text.startswith(needle, start):
                    line += text.count("\n", counted, start)
                    counted = start
                    yield line, needle, source

    def _in_base64(self, name: str, content: bytes, depth: int) -> Iterator[Leak]:
        for match in BASE64.finditer(content):
            letters = re.sub(rb"\s", b"", match.group()).rstrip(b"=")
            letters = letters.translate(bytes.maketrans(b"-_", b"+/"))
            try:
                decoded = base64.b64decode(letters + b"=" * (-len(letters) % 4))
            except binascii.Error:
                continue
            for leak in self.inside("(base64)", decoded, depth + 1):
                line = content.count(b"\n", 0, match.start()) + 1
                yield Leak(f"{name}:{line} {leak.where}", leak.source, leak.text)


def _any_of(starts: set[str]) -> str:
    """A pattern for any of these texts that reads each letter once, however many they are."""
    if len(starts) < 2:
        return "".join(map(re.escape, starts))
    rest: dict[str, set[str]] = defaultdict(set)
    for start in starts:
        rest[start[:1]].add(start[1:])
    return "(?:" + "|".join(re.escape(first) + _any_of(rest[first]) for first in sorted(rest, reverse=True)) + ")"


def _unpacked(name: str, content: bytes) -> list[tuple[str, bytes]]:
    """What a zip (so a wheel) or gzip file holds; nothing for any other file."""
    if content[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return [(f"{name}!{inner}", archive.read(inner)) for inner in archive.namelist()]
        except zipfile.BadZipFile:
            return []
    if content[:2] == b"\x1f\x8b":
        try:
            return [(f"{name}!", gzip.decompress(content))]
        except (OSError, EOFError, zlib.error):
            return []
    return []


def _unescaped(text: str) -> str:
    """JSON and Python texts with their quotes and line breaks as they were before they were quoted."""
    if '\\"' not in text and "\\n" not in text and "\\'" not in text:
        return text
    return text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")
