"""Durations as Prometheus' files write them: `5m`, `1h30m`, `30s`, `0`."""

from __future__ import annotations

import re
from typing import Any

UNITS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
# Each unit once, the larger one first.
FORM = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in UNITS))


def milliseconds(value: Any) -> int | None:
    """The duration in milliseconds; None for what Prometheus refuses, such as `5` or `5 minutes`."""
    text = str(value)
    if text == "0":
        return 0
    found = FORM.fullmatch(text)
    if not text or not found or isinstance(value, bool):
        return None
    return sum(int(number) * UNITS[unit] for unit, number in found.groupdict().items() if number)


def text_of(duration: int) -> str:
    """As a person writes it: `5m`, `1h30m`, `0s`."""
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        number, duration = divmod(duration, UNITS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"
