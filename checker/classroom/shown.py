"""Text that came from a submission, made safe to show: in a page, in a text file, on a terminal.

Escaping alone is not enough: a name that turns the direction of writing makes a report say something else, and a
terminal obeys codes that nobody sees.
"""

from __future__ import annotations

import html
import re

from checker.cleaning import CODES

LIMIT = 600
# Characters without a shape of their own that move, join or hide what stands beside them.
UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# More than four marks on one letter reach into the lines above and below.
MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
PILED = re.compile(f"({MARK}{{4}}){MARK}+")


def shown(text: str, limit: int = LIMIT) -> str:
    """The text as one can trust it: unseen characters by their number, terminal codes gone, long ones cut."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\r\n", "\n")
    plain = CONTROLS.sub("", CODES.sub("", whole))
    seen = PILED.sub(r"\1", UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", plain))
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"


def safe(text: object, limit: int = LIMIT) -> str:
    """The same for HTML: for the text of an element and for a quoted attribute."""
    return html.escape(shown(str(text), limit))


def in_words(count: int, one: str, many: str = "") -> str:
    """`1 check`, `3 checks`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
