"""Proofs in parts: each has its day, and PARTS days in a row ask them all."""

from datetime import date

import pytest

from checker.law import today


class Day(date):
    """A date whose today() can be set."""

    ordinal = 0

    @classmethod
    def today(cls):
        return date.fromordinal(cls.ordinal)


@pytest.mark.parametrize("number", range(9))
def test_each_proof_has_its_day_in_any_days_that_ask_all(monkeypatch, number):
    monkeypatch.setattr(today, "date", Day)
    asked = []
    for Day.ordinal in range(739_000, 739_000 + today.PARTS):
        asked.append(today.of_its_day(number) == [])

    assert asked.count(True) == 1


def test_what_is_left_for_another_day_says_so(monkeypatch):
    monkeypatch.setattr(today, "part_of_today", lambda: 1)

    assert [[mark.name for mark in today.of_its_day(number)] for number in (0, 1, 8)] == [["another_day"], [], []]
