"""What `${name#*@}` and its kin make of a value, also where a part of it is known to a run alone: ‹…›."""

from __future__ import annotations

import fnmatch
import re

SLICE = re.compile(r":\s*(-?\d*)\s*(?::\s*(-?\d+))?$")
DEFAULT = re.compile(r":?[-=+?](.*)$", re.DOTALL)


def expanded(value: str, rest: str) -> str:
    """The value of a variable after what stands behind its name in `${…}`; what is not followed leaves it as it is."""
    if rest[:1] in ("#", "%"):
        long = rest[:2] in ("##", "%%")
        return _cut(value, rest[2 if long else 1 :], begin=rest[0] == "#", long=long)
    sliced, default = SLICE.match(rest), DEFAULT.match(rest)
    if sliced and "‹" not in value:
        start, count = int(sliced[1] or 0), sliced[2]
        kept = value[start:]
        return kept if count is None else kept[: int(count)]
    if default and rest.lstrip(":")[0] == "+":
        return default[1] if value else ""
    if default:
        # A variable that nothing sets reads ‹$NAME›, so the word in its place is what a shell takes.
        return default[1] if value == "" or re.fullmatch(r"‹\$\w+›", value) else value
    return value


def _cut(value: str, pattern: str, *, begin: bool, long: bool) -> str:
    """Without the shortest, or longest, part at the beginning, or the end, that the pattern fits."""
    first, last = value.find("‹"), value.rfind("›") + 1
    known = value if first < 0 else value[:first] if begin else value[last:]
    lengths = range(len(known) + 1)
    for length in reversed(lengths) if long else lengths:
        part = known[:length] if begin else known[len(known) - length :]
        if fnmatch.fnmatchcase(part, pattern):
            return value[length:] if begin else value[: len(value) - length]
    # What the pattern fits lies within the unknown part, of which something stays.
    return value if first < 0 else value[first:] if begin else value[:last]
