"""The coverage map as a page: how much of the coverage list has its places, and where each group of it is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from course.coverage import KINDS, Row, summary
from course.outline import Outline

# Groups of the list by how their ids begin; parts of the outline and slides have names of their own.
SOURCES = (
    ("O-", "The outline", "Each section, and what the outline asks of the whole."),
    ("D-", "The slides", "Each slide of the source, by its number."),
    ("T-", "Topics and questions", "Nine topics, and their ninety questions."),
    ("W-", "A week's plan", "The seven days, and the learner's checklist."),
    ("M-", "The module on MLOps", "Serving, clouds, optimizing, six scenarios, strategies."),
    ("none", "Everything else", "Rows of the sources that belong to none of these."),
)
# A folder's pages or the sources of a made page, and where the site shows them.
SHOWN = (
    (re.compile(r"docs/pages/(.+)\.md"), "../{0}.md"),
    (re.compile(r"docs/pages/parts"), "../parts/index.md"),
    (re.compile(r"exercises/(\d\d_\w+)(/.*)?"), "../exercises/{0}.md"),
    (re.compile(r"slides/(\w+)\.md"), "../slides/{0}.md"),
    (re.compile(r"course/questions/(\w+)\.toml"), "../questions/index.md"),
    (re.compile(r"course/troubleshooting\.toml"), "../how-to/troubleshooting.md"),
)


def page(rows: tuple[Row, ...], outline: Outline) -> str:
    """Counts first, then a table per source: a line per group with its places and what is still to come."""
    counts = summary(rows)
    lines = [
        "# Coverage map", "",
        f"The sources of this course make a list of {counts['rows']} rows; each wants one or more kinds of cover.",
        f"**{counts['done']} rows have every kind that they want, {counts['begun']} some, {counts['planned']} none.**",
        "`python -m course coverage --missing` prints each row that lacks one.", "",
        "| Kind of cover | Rows that want it | of these covered |", "|:--|--:|--:|", *_kinds(rows), "",
    ]  # fmt: skip
    for begins, title, says in SOURCES:
        found = [row for row in rows if row.id.startswith(begins)]
        lines += [f"## {title}", "", says, "", "| | Rows | Covered | Where | To come |", "|:--|--:|--:|:--|:--|"]
        lines += [*_groups(found, outline), ""]
    return "\n".join(lines)


def _kinds(rows: tuple[Row, ...]) -> Iterator[str]:
    for kind, says in KINDS.items():
        wanted = [row for row in rows if kind in row.wanted]
        yield f"| {says} | {len(wanted)} | {sum(kind not in row.missing for row in wanted)} |"


def _groups(rows: list[Row], outline: Outline) -> Iterator[str]:
    for name, group in groupby(sorted(rows, key=_order), _group):
        found = list(group)
        done = sum(not row.missing for row in found)
        missing = [kind for kind in KINDS if any(kind in row.missing for row in found)]
        to_come = ", ".join(KINDS[kind].removeprefix("a ") for kind in missing)
        yield f"| {_named(name, outline)} | {len(found)} | {done} | {_places(found)} | {to_come} |"


def _group(row: Row) -> str:
    return row.id.partition("/")[0]


def _order(row: Row) -> list[tuple[bool, float, str]]:
    """Numbers by their value, so that slide 10 comes after slide 9; words come after them."""
    return [(not part.isdigit(), float(part) if part.isdigit() else 0, part) for part in re.split(r"[-.]", _group(row))]


def _named(name: str, outline: Outline) -> str:
    kind, _, rest = name.partition("-")
    if kind == "O" and rest in outline.sections:
        return f"{rest} {outline.sections[rest].title}"
    if kind == "D":
        return f"{rest} {outline.slide[int(rest) - 1].name}"
    return rest.rstrip("-") or "all"


def _places(rows: Iterable[Row]) -> str:
    """Links to what the site shows of the rows' places; other places are files of the repository, and are counted."""
    places = list(dict.fromkeys(place for row in rows for place in row.cover.all_places()))
    links = dict.fromkeys(link for place in places if (link := _link(place)))
    files = sum(not _link(place) for place in places)
    named = [f"[{link.rpartition('/')[2].removesuffix('.md')}]({link})" for link in links]
    return " ".join([*named, *([f"and {files} of the repository's files"] if files else [])])


def _link(place: str) -> str:
    for pattern, address in SHOWN:
        if found := pattern.fullmatch(place):
            return address.format(*found.groups())
    return ""
