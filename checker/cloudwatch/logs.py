"""Log files of one JSON object a line, as log events: the time stands under `timestamp`, in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Iterable

from checker.cloudwatch.errors import Refused
from checker.cloudwatch.insights.events import Event, from_text


def read_log(lines: Iterable[str]) -> list[Event]:
    """The events of a log file; raises Refused, with the line's number, for a line without a time."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            at = json.loads(line)["timestamp"]
            found.append(from_text(int(at), line.rstrip("\n")))
        except (ValueError, TypeError, KeyError):
            raise Refused(f"Line {number} is no JSON object with a timestamp in milliseconds.") from None
    return found
