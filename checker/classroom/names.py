"""Names of hand-ins: safe and unique ids, names that can be shown, attempts, and what an LMS writes into them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from checker.classroom.shown import shown

ID_LENGTH = 60
# No name at all, and what Windows does not let a folder be called.
RESERVED = re.compile(r"^(?:|con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
# What a browser or a person adds for a second one: `ada (2)`, `ada-attempt-2`.
ATTEMPT = re.compile(
    r"^(?P<name>.+?)(?: \((?P<copy>\d{1,3})\)|[ ._-]attempt[ ._-]?(?P<attempt>\d{1,3}))$", re.IGNORECASE
)
# Moodle, "Download all submissions": `Ada Lovelace_12345_assignsubmission_file_`, and what was uploaded after it.
# Which number: get_student_prefix in mod/assign/classes/downloader.php of moodle/moodle.
MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)$", re.DOTALL)
# Canvas, "Download Submissions": `lovelaceada_LATE_123_456_work-2.zip`; person, number of the person, number of the
# file, its name, which of that name. Graded anonymously there is a mark in place of both: `anon_Xy12Z_456_work.zip`.
# add_upload_submission and get_filename in lib/content_zipper.rb of instructure/canvas-lms.
CANVAS = re.compile(
    r"^(?:(?P<unnamed>late_)?(?P<anon>anon_[a-z0-9]{5})|(?P<name>.+?)_(?P<late>late_)?(?P<id>\d+))"
    r"_(?P<number>\d+)_(?P<file>.+?)(?:-\d{1,3})?(?P<suffix>\.[A-Za-z0-9.]{1,10})?$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
# nbgrader's exchange, inbound: `ada+01_prediction_endpoint+2026-11-26 09:00:00.000000 UTC+random`.
EXCHANGE = re.compile(r"^(?P<name>[^+]+)\+(?P<slug>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*)(?:\+[^+]*)?$")


@dataclass(frozen=True)
class Named:
    """What the name of a hand-in says: whose it is, and which attempt (0 when it does not say)."""

    name: str
    attempt: int = 0


def named(text: str) -> Named:
    found = ATTEMPT.match(text)
    return Named(found["name"], int(found["copy"] or found["attempt"])) if found else Named(text)


def one_line(text: str, limit: int = 80) -> str:
    """A name from a submission as one line of bounded length that a terminal can show."""
    return shown(" ".join(text.split()), limit)


def ids(sources: Iterable[str]) -> dict[str, str]:
    """Source -> an id that is safe as a file name everywhere and unique whatever the letters' case.

    The id of a source depends on that source and on those that would have the same one, never on the order.
    """
    plain = {source: _plain(source) for source in sources}
    often: dict[str, int] = {}
    for name in plain.values():
        often[name.casefold()] = often.get(name.casefold(), 0) + 1
    return {
        source: name if often[name.casefold()] == 1 and not RESERVED.match(name) else _marked(name, source)
        for source, name in plain.items()
    }


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "-", letters).strip("-_")[:ID_LENGTH]


def _marked(name: str, source: str) -> str:
    """With a piece of the source's digest: two names that read alike stay two."""
    return f"{name or 'trainee'}-{hashlib.sha256(source.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
