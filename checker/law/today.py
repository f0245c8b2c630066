"""What is asked today: proofs that take minutes are asked in parts, another part each day.

A test that is not of today's part carries the marker `another_day`. `make test-full` leaves those out, plain pytest
and `WHOLE=1 make test-full` ask them all.
"""

from __future__ import annotations

from datetime import date

import pytest

# A week asks everything.
PARTS = 7


def part_of_today() -> int:
    """From 0 up to, not including, PARTS; the same for everybody on one day."""
    return date.today().toordinal() % PARTS


def of_its_day(number: int) -> list[pytest.MarkDecorator]:
    """The marks of the proof with this number in its list."""
    return [] if number % PARTS == part_of_today() else [pytest.mark.another_day]
