"""Hand-ins that have more in common than the exercise explains: a notice for a person to look at, and no more.

Files are cut into runs of words. Runs that the starter gives, or that many of the class wrote, say nothing: the
exercise asks for them. What is left and shared by two is counted. Short answers agree by chance and are left out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

# Runs of so many words. Shorter ones are idioms of the language, longer ones miss a copy with a few changes.
RUN = 10
# Runs that more people wrote than this many, or than this share of the class, belong to the exercise.
KNOWN_TO, KNOWN_SHARE = 4, 0.15
# Below this many runs of its own an answer is too short to say anything.
OWN_RUNS = 40
SHARE = 0.5
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|\d+(?:\.\d+)?|[^\s\w]")
COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#.*$")
# Two people who had the same bytes in so few words may both have followed the brief.
SHORT = 80

Files = Mapping[str, str]


@dataclass(frozen=True)
class Span:
    """The longest piece that two answers share, as lines of a file of each."""

    left: str
    right: str


@dataclass(frozen=True)
class Alike:
    """Two hand-ins of one exercise. `share` is of the shorter one's own runs; 1.0 with `same` is the same text."""

    exercise: str
    left: str
    right: str
    shared: int
    own: int
    same: bool
    span: Span

    @property
    def share(self) -> float:
        return self.shared / self.own if self.own else 0.0


@dataclass(frozen=True)
class Runs:
    """The runs of one hand-in: the digest of each with the file and line where it begins and ends."""

    places: Mapping[bytes, tuple[str, int, int]]
    words: int
    text: bytes


def runs(files: Files) -> Runs:
    """Cut the files of one hand-in. Comments and layout do not count: they are changed first."""
    places: dict[bytes, tuple[str, int, int]] = {}
    words, digest = 0, hashlib.sha256()
    for name, text in sorted(files.items()):
        plain = COMMENT.sub("", text)
        found = [(match[0], match.start()) for match in WORD.finditer(plain)]
        digest.update(" ".join(word for word, _ in found).encode("utf-8", "replace") + b"\0")
        words += len(found)
        lines = _lines(plain, [start for _, start in found])
        for at in range(len(found) - RUN + 1):
            run = " ".join(word for word, _ in found[at : at + RUN]).encode("utf-8", "replace")
            key = hashlib.blake2b(run, digest_size=8).digest()
            places.setdefault(key, (name, lines[at], lines[at + RUN - 1]))
    return Runs(places, words, digest.digest())


def _lines(text: str, starts: list[int]) -> list[int]:
    found, line, last = [], 1, 0
    for start in starts:
        line += text.count("\n", last, start)
        last = start
        found.append(line)
    return found


def alike(exercise: str, starter: Files, hand_ins: Mapping[str, Files]) -> list[Alike]:
    """Pairs of one exercise, most alike first. `hand_ins` are by id of the submission."""
    given = runs(starter)
    cut = {who: runs(files) for who, files in hand_ins.items()}
    worked = {who: one for who, one in cut.items() if one.text != given.text}
    spread = Counter(run for one in worked.values() for run in one.places)
    most = max(KNOWN_TO, int(KNOWN_SHARE * len(worked)))
    own = {
        who: frozenset(run for run in one.places if run not in given.places and spread[run] <= most)
        for who, one in worked.items()
    }
    found = [
        *_same_text(exercise, worked),
        *(_pair(exercise, worked, own, pair, shared) for pair, shared in _shared(own).items()),
    ]
    pairs = {(one.left, one.right): one for one in reversed(found) if one is not None}
    return sorted(pairs.values(), key=lambda one: (-one.share, -one.shared, one.left, one.right))


def _same_text(exercise: str, worked: Mapping[str, Runs]) -> Iterator[Alike]:
    """The same words in the same order, however many people have them: everyone with the first of them."""
    by_text: dict[bytes, list[str]] = defaultdict(list)
    for who, one in sorted(worked.items()):
        by_text[one.text].append(who)
    for members in by_text.values():
        words = worked[members[0]].words
        if words >= SHORT:
            for other in members[1:]:
                yield Alike(exercise, members[0], other, words, words, True, Span("all of it", "all of it"))


def _shared(own: Mapping[str, frozenset[bytes]]) -> Counter[tuple[str, str]]:
    """How many of their own runs two people share; only pairs that share any are looked at."""
    owners: dict[bytes, list[str]] = defaultdict(list)
    for who in sorted(own):
        for run in own[who]:
            owners[run].append(who)
    return Counter(pair for members in owners.values() for pair in combinations(members, 2))


def _pair(
    exercise: str, worked: Mapping[str, Runs], own: Mapping[str, frozenset[bytes]], pair: tuple[str, str], shared: int
) -> Alike | None:
    left, right = pair
    shorter = min(len(own[left]), len(own[right]))
    if shorter < OWN_RUNS or shared < SHARE * shorter or worked[left].text == worked[right].text:
        return None
    both = own[left] & own[right]
    span = Span(_longest(worked[left], both), _longest(worked[right], both))
    return Alike(exercise, left, right, shared, shorter, False, span)


def _longest(one: Runs, both: frozenset[bytes]) -> str:
    """The longest unbroken piece of shared runs, as `app.py, lines 12 to 30`."""
    best = current = (0, "", 0, 0)
    for run, (name, first, last) in one.places.items():
        if run not in both:
            current = (0, "", 0, 0)
            continue
        length, file, begin, _ = current
        current = (length + 1, name, begin, last) if file == name else (1, name, first, last)
        best = max(best, current, key=lambda piece: piece[0])
    _, name, first, last = best
    return f"{name}, line {first}" if first == last else f"{name}, lines {first} to {last}"
