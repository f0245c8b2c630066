"""What the names under one key give away of those under another: where the key decides, nothing.

Such names are draws that know nothing of each other. So it makes no difference whether a user's name is laid beside
the same user's other name or beside a stranger's: both shares of hits have one mean. Hoeffding bounds how far two
shares of `users` independent tries lie apart, which is how often a right answer is refused; a test adds the bounds up.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from string import hexdigits
from typing import Any

import numpy as np

# So many letters of the beginning and of the end are looked at, and bits where names are numbers.
LETTERS, BITS = 128, 1024
# A part of so many letters is looked for in the names of so many users.
PART, OF_USERS = 8, 200
# By how much the share of the same user must exceed that of strangers.
PART_MORE, PLACE_MORE = 0.5, 0.25


def by_chance(users: int, more: float) -> float:
    """The bound on how often two shares of one mean lie so far apart."""
    return 2 * math.exp(-2 * users * (more / 2) ** 2)


def bare(mine: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names without the beginning and the end that all of them have."""
    names = [*mine, *other]
    if len(set(names)) > 1:
        start = _alike(names)
        names = [name[start:] for name in names]
        end = _alike([name[::-1] for name in names])
        names = [name[: len(name) - end] for name in names]
    return names[: len(mine)], names[len(mine) :]


def _alike(names: list[str]) -> int:
    """How many letters all names begin with: those that the first and the last in order do."""
    first, last = min(names), max(names)
    return next((at for at, one in enumerate(first) if last[at : at + 1] != one), len(first))


def room(names: Sequence[str]) -> float:
    """How many names there may be of this form, in bits: at each place as many letters as stand there in these."""
    places = zip_longest(*(name[:LETTERS] for name in bare(names, [])[0]))
    return min(500.0, sum(math.log2(len(set(place))) for place in places))


def carried(names: Sequence[str], key: str) -> tuple[str, str, float]:
    """A piece of the key that stands in half of the names or more, in which form, and in which share; or ""."""
    few = [name.lower() for name in names[:OF_USERS]]
    for form, text, size in _forms(key.encode()):
        for piece in (text[at : at + size].lower() for at in range(len(text) - size + 1)):
            share = sum(piece in name for name in few) / len(few)
            if share >= PART_MORE:
                return piece, form, share
    return "", "", 0.0


def _forms(key: bytes) -> Iterator[tuple[str, str, int]]:
    """The key as people write it, and how many letters of that are a piece: no name has them by chance."""
    yield "as it is", key.decode(), 6
    yield "in hex", key.hex(), PART
    # Three bytes are four letters, so they look different from each of three beginnings.
    yield from (("in base64", base64.b64encode(key[at:]).decode(), PART) for at in range(3))
    for order in ("big", "little"):
        yield "as a number", str(int.from_bytes(key, order)), 12  # type: ignore[arg-type]


def common_part(mine: Sequence[str], other: Sequence[str]) -> str:
    """A part that users' two names have in common and strangers' have not; "" where there is none."""
    one, two = mine[:OF_USERS], other[:OF_USERS]
    parts = [_shared(*pair) for pair in zip(one, two, strict=True)]
    strangers = [_shared(*pair) for pair in zip(one, [*two[1:], two[0]], strict=True)]
    more = sum(map(bool, parts)) - sum(map(bool, strangers))
    return next(filter(None, parts)) if more >= PART_MORE * len(parts) else ""


def _shared(one: str, other: str) -> str:
    parts = (one[at : at + PART] for at in range(len(one) - PART + 1))
    return next((part for part in parts if part in other), "")


def foretold(mine: Sequence[str], other: Sequence[str]) -> str:
    """The place at which users' one name foretells the other best, with both shares in words; "" where none does.

    What the one makes of the other is learned from half of the users and tried on the rest. So it finds what comes
    from the user alone, and what a sum or a XOR with something of the key hides.
    """
    found = [(_guessed(one, two), place) for place, one, two in _places([*mine, *other], len(mine))]
    (hits, chance), place = max(found, key=lambda one: one[0][0] - one[0][1])
    if hits - chance < PLACE_MORE:
        return ""
    return f"{place} is right for {100 * hits:.0f} % of them, by chance for {100 * chance:.0f} %"


def _places(names: list[str], half: int) -> Iterator[tuple[str, Any, Any]]:
    for end, texts in (("beginning", names), ("end", [name[::-1] for name in names])):
        letters = np.array([text[:LETTERS] for text in texts], f"U{LETTERS}").view(np.uint32).reshape(len(texts), -1)
        for place, column in enumerate(letters.T, 1):
            codes = np.unique(column, return_inverse=True)[1]
            yield f"letter {place} from the {end}", codes[:half], codes[half:]
    for place, bit in enumerate(_bits(names).T):
        yield f"bit {place} of the name as a number", bit[:half], bit[half:]


def _bits(names: list[str]) -> Any:
    """The bits of names that are numbers to the base of 10 or 16, the last one first; none where one is not."""
    digits = [name.replace("-", "") for name in names]
    letters = set("".join(digits))
    if not letters <= set(hexdigits) or not all(0 < len(one) <= BITS // 4 for one in digits):
        return np.zeros((len(names), 0), np.uint8)
    base = 10 if letters <= set("0123456789") else 16
    numbers = b"".join(int(one, base).to_bytes(BITS // 8, "little") for one in digits)
    return np.unpackbits(np.frombuffer(numbers, np.uint8).reshape(len(names), -1), axis=1, bitorder="little")


def _guessed(one: Any, two: Any) -> tuple[float, float]:
    """The shares of right guesses at `two`: from the same user's `one`, and from that of the user before."""
    half, kinds = len(one) // 2, int(max(one.max(), two.max())) + 1
    if kinds == 1:
        return 0.0, 0.0
    pairs = np.bincount(one[:half].astype(int) * kinds + two[:half], minlength=kinds * kinds).reshape(kinds, kinds)
    guess, due = pairs.argmax(axis=1)[one[half:]], two[half:]
    return float((guess == due).mean()), float((np.roll(guess, 1) == due).mean())
