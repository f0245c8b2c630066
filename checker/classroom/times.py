"""When a hand-in came, how late that is, and what the course's late rule makes of it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from checker.classroom.record import Late, Policy
from checker.classroom.shown import in_words
from checker.errors import Misuse

MINUTES_OF_DAY = 24 * 60
FORM = "2026-11-27T18:00, with +01:00 or Z when it is not UTC"


def parse_time(text: str) -> datetime | None:
    """An ISO time, or nbgrader's `2026-11-26 09:00:00.000000 UTC`; UTC where it names no zone. None for no time."""
    cleaned = re.sub(r" ?(UTC|GMT|Z)$", "+00:00", text.strip())
    try:
        time = datetime.fromisoformat(cleaned)
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def deadline_of(text: str) -> datetime:
    time = parse_time(text)
    if time is None:
        raise Misuse(f"--deadline is {text!r}, which is no time.", f"--deadline {FORM}")
    return time


@dataclass(frozen=True)
class Received:
    """The times of a file that the instructor gives: `submission,received`, by name, id or source."""

    times: dict[str, datetime]

    def of(self, *names: str) -> datetime | None:
        return next((self.times[name] for name in names if name in self.times), None)


def read_received(path: Path | None) -> Received:
    """Raises Misuse, with the line, for a file that cannot be used."""
    if path is None:
        return Received({})
    times = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                name, text = (row.get("submission") or "").strip(), row.get("received") or ""
                time = parse_time(text)
                if not name or time is None:
                    raise Misuse(
                        f"{str(path)!r} cannot be used: the row of {name!r} has no time in its column received.",
                        f"columns submission and received; times such as {FORM}",
                    )
                times[name] = time
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Misuse(
            f"{str(path)!r} cannot be read: {error}.", "a CSV file with columns submission, received"
        ) from None
    return Received(times)


def lateness(received: datetime | None, policy: Policy) -> Late | None:
    """What a hand-in loses. None when it is in time, or when deadline or time are not known."""
    if received is None or not policy.deadline:
        return None
    minutes = ceil((received - deadline_of(policy.deadline)).total_seconds() / 60)
    if minutes <= 0:
        return None
    days = ceil(minutes / MINUTES_OF_DAY)
    late = f"{in_words(minutes, 'minute')} late" if minutes < 120 else f"{minutes // 60} hours late"
    if days > policy.late_days:
        return Late(minutes, 100, f"{late}: after {in_words(policy.late_days, 'day')} it earns nothing.")
    off = min(100, days * policy.late_percent_per_day)
    return Late(minutes, off, f"{late}: {off} % less, for {in_words(days, 'day')} begun.")
