"""Nothing that `checker new-exercise` left to fill is left: each place says in its own words what must be true."""

from __future__ import annotations

from checker.law.case import Case, texts

MARK = "FILL:"


def nothing_is_left_to_fill(case: Case) -> list[str]:
    """A sentence for each place; the starter is left out, since it is made from the solution."""
    return [
        f"{case.slug}/{name}:{number} is still to be filled: {_what(line)}"
        for name, text in texts(case.folder).items()
        if not name.startswith("starter/")
        for number, line in enumerate(text.split("\n"), 1)
        if MARK in line
    ]


def _what(line: str) -> str:
    """What the place asks for, without the marks of the language around it."""
    what = line.partition(MARK)[2].partition('"')[0].partition(MARK)[0].strip(" |*'),}") or "see the lines around it"
    return what if what.endswith((".", "?")) else f"{what}."
