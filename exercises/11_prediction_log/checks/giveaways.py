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
# The shares of right guesses, from the same user's name and by chance; and of which place of the name.
Guessed = tuple[float, float, str]


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
    names, half = [*mine, *other], len(mine)
    found = [*_of_letters(names, half), *_of_bits(names, half)]
    hits, chance, place = max(found, key=lambda one: one[0] - one[1])
    if hits - chance < PLACE_MORE:
        return ""
    return f"{place} is right for {100 * hits:.0f} % of them, by chance for {100 * chance:.0f} %"


def _of_letters(names: list[str], half: int) -> Iterator[Guessed]:
    ends = [("beginning", names)]
    if len(set(map(len, names))) > 1:
        ends.append(("end", [name[::-1] for name in names]))
    for end, texts in ends:
        width = min(LETTERS, max(1, *map(len, texts)))
        letters = np.array([text[:width] for text in texts], f"U{width}").view(np.uint32).reshape(len(texts), -1)
        codes = np.unique(letters, return_inverse=True)[1].reshape(letters.shape)
        for place, column in enumerate(codes.T, 1):
            yield *_guessed(column[:half], column[half:]), f"letter {place} from the {end}"


def _guessed(one: Any, two: Any) -> tuple[float, float]:
    """The shares of right guesses at `two`: from the same user's `one`, and from that of the user before."""
    half, kinds = len(one) // 2, int(max(one.max(), two.max())) + 1
    pairs = np.bincount(one[:half] * kinds + two[:half], minlength=kinds * kinds).reshape(kinds, kinds)
    guess, due = pairs.argmax(axis=1)[one[half:]], two[half:]
    return float((guess == due).mean()), float((np.roll(guess, 1) == due).mean())


def _of_bits(names: list[str], half: int) -> Iterator[Guessed]:
    """The same as of letters, of all bits at once."""
    bits = _bits(names)
    one, two, first = bits[:half], bits[half:], half // 2
    ones = [((one == kind) & (two == 1))[:first].sum(axis=0) for kind in (0, 1)]
    guesses = [2 * ones[kind] > (one[:first] == kind).sum(axis=0) for kind in (0, 1)]
    guess, due = np.where(one[first:], guesses[1], guesses[0]), two[first:] == 1
    hits, chance = (guess == due).mean(axis=0), (np.roll(guess, 1, axis=0) == due).mean(axis=0)
    for place in range(bits.shape[1]):
        yield float(hits[place]), float(chance[place]), f"bit {place} of the name as a number"


def _bits(names: list[str]) -> Any:
    """The bits of names that are numbers to the base of 10 or 16, the last one first; none where one is not."""
    digits = [name.replace("-", "") for name in names]
    letters = set("".join(digits))
    if not letters <= set(hexdigits) or not all(0 < len(one) <= BITS // 4 for one in digits):
        return np.zeros((len(names), 0), np.uint8)
    base = 10 if letters <= set("0123456789") else 16
    numbers = [int(one, base) for one in digits]
    size = max(1, (max(numbers).bit_length() + 7) // 8)
    row = b"".join(one.to_bytes(size, "little") for one in numbers)
    return np.unpackbits(np.frombuffer(row, np.uint8).reshape(len(names), -1), axis=1, bitorder="little")
