"""What is asked today: proofs that take minutes are asked in parts, another part each day.

A test that is not of today's part carries the marker `another_day`. `make test-full` leaves those out, plain pytest
and `WHOLE=1 make test-full` ask them all. What can be cut in parts gets a seventh each day, by `of_its_day` or by the
marker `once_a_week`; a long story that cannot is marked `twice_a_week`. The numbers are spread so that no day is much
longer than another.
"""

from __future__ import annotations

from datetime import date

import pytest

# A week asks everything, but for what takes longest.
PARTS = 7
IN_TWO_WEEKS, IN_FOUR_WEEKS = 2 * PARTS, 4 * PARTS
# From one telling of a long story to the next.
BETWEEN = 3


def part_of_today(parts: int = PARTS) -> int:
    """From 0 up to, not including, `parts`; the same for everybody on one day."""
    return date.today().toordinal() % parts


def of_its_day(number: int, parts: int = PARTS) -> list[pytest.MarkDecorator]:
    """The marks of the proof with this number in its list."""
    return [] if number % parts == part_of_today(parts) else [pytest.mark.another_day]


def of_its_turn(number: int) -> bool:
    """Whether this is one of its days, where each is asked on every second day."""
    return (number + date.today().toordinal()) % 2 == 0


def hold_back_stories(items: list[pytest.Item]) -> None:
    """Mark each test that has `once_a_week(number)` or `twice_a_week(number)` unless this is a day of it."""
    for item in items:
        for marker, days in (("once_a_week", (0,)), ("twice_a_week", (0, BETWEEN))):
            story = item.get_closest_marker(marker)
            if story and not _told_today(story.args[0], days):
                item.add_marker(pytest.mark.another_day)


def _told_today(number: int, days: tuple[int, ...]) -> bool:
    return part_of_today() in {(number + later) % PARTS for later in days}
