"""The page of error texts: found by searching for the message, read in three lines."""

from __future__ import annotations

from itertools import groupby

from course.build.site.links import found
from course.troubleshooting import Entry, load

PATH = "how-to/troubleshooting.md"


def page() -> str:
    """Every error text with its meaning and what to do, by area."""
    entries = load()
    lines = [
        # Whoever searches for the words of an error comes here first.
        found(4) + "# Find an error by its text",
        "",
        f"{len(entries)} messages, as they are printed. … stands for what changes from case to case.",
        "Search this site for a few words of yours; search works without a network.",
        "`checker doctor` looks for the first two groups by itself, and prints the command that repairs each.",
        "",
    ]
    for area, group in groupby(entries, key=lambda one: one.area):
        lines += [f"## {area}", ""]
        for entry in group:
            lines += _entry(entry)
    return "\n".join(lines)


def _entry(entry: Entry) -> list[str]:
    """A heading of its own: the search weighs titles, so the words of a message find it before any prose."""
    source = f"\nSource: {entry.source}.\n" if entry.source else ""
    return [f"### `{entry.says}`\n", f"{entry.means}\n", f"**Do:** {entry.do}\n{source}"]
