"""What a tag says of its build, and whether a filter of the repository lets one move: asked of all that can be made."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from typing import Any

# What a tag is made of, from few signs to many: a number, the name of a commit, or anything that a tag may hold.
SIGNS = tuple(map(frozenset, (string.digits, "0123456789abcdef", f"{string.ascii_letters}{string.digits}._-")))
LENGTHS = range(1, 9)
Form = tuple[frozenset[str], ...]


def names_its_code(made: Any) -> bool:
    """Whether a tag holds seven characters of the commit or of the build's id, or the number of the build."""
    given = made.variables
    names = (given["CODEBUILD_RESOLVED_SOURCE_VERSION"], given["CODEBUILD_BUILD_ID"].partition(":")[2])
    parts = [name[at : at + 7] for name in names for at in range(len(name) - 6)]
    parts.append(given["CODEBUILD_BUILD_NUMBER"])
    return any(part in one.tag.lower() for one in made.world.pushes for part in parts)


def movable(first: Any, second: Any, filters: tuple[str, ...]) -> tuple[str, int] | None:
    """A tag that a build can make and a filter lets move, and the filter's number; None when some tag always stays.

    `first` and `second` are builds of two commits. A tag that both of them pushed, such as latest, is none of a build.
    """
    one, other = ([push.tag for push in made.world.pushes] for made in (first, second))
    own = [pair for pair in zip(one, other, strict=False) if pair[0] not in other]
    found = [_moved(*pair, filters) for pair in own]
    return found[0] if found and all(found) else None


def _moved(one: str, other: str, filters: tuple[str, ...]) -> tuple[str, int] | None:
    for number, pattern in enumerate(filters):
        for form in _forms(one, other):
            if (tag := fitting(form, pattern)) is not None:
                return tag, number
    return None


def _forms(one: str, other: str) -> Iterator[Form]:
    """The signs that may stand at each place of such a tag: those at which two builds differ, and their like beside."""
    before = _alike(one, other)
    after = _alike(one[before:][::-1], other[before:][::-1])
    differ = (one[before : len(one) - after], other[before : len(other) - after])
    signs = next(signs for signs in SIGNS if set("".join(differ)) <= signs or signs is SIGNS[-1])
    # Two commits may begin alike.
    like = "[0-9]" if signs == SIGNS[0] else "[0-9a-f]"
    start = re.sub(f"{like}*$", "", one[:before])
    end = re.sub(f"^{like}*", "", one[len(one) - after :])
    length = len(one) - len(start) - len(end)
    for count in LENGTHS if signs == SIGNS[0] else (length,):
        yield (*map(_alone, start), *(signs for _ in range(count)), *map(_alone, end))


def _alike(one: str, other: str) -> int:
    """With how many signs both begin."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _alone(sign: str) -> frozenset[str]:
    return frozenset(sign)


def fitting(form: Form, pattern: str) -> str | None:
    """A tag of this form that fits the pattern, in which a star stands for any signs; None when there is none."""

    @cache
    def rest(place: int, at: int) -> str | None:
        if at == len(pattern):
            return "" if place == len(form) else None
        sign = pattern[at]
        if sign == "*" and (found := rest(place, at + 1)) is not None:
            return found
        if place == len(form) or (sign != "*" and sign not in form[place]):
            return None
        found = rest(place + 1, at if sign == "*" else at + 1)
        return None if found is None else (_plain(form[place]) if sign == "*" else sign) + found

    return rest(0, 0)


def _plain(signs: frozenset[str]) -> str:
    return "0" if "0" in signs else min(signs)
