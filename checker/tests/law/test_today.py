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


@pytest.mark.parametrize("parts", [today.PARTS, today.IN_TWO_WEEKS, today.IN_FOUR_WEEKS])
@pytest.mark.parametrize("number", range(9))
def test_each_proof_has_its_day_in_any_days_that_ask_all(monkeypatch, number, parts):
    monkeypatch.setattr(today, "date", Day)
    asked = []
    for Day.ordinal in range(739_000, 739_000 + parts):
        asked.append(today.of_its_day(number, parts) == [])

    assert asked.count(True) == 1


@pytest.mark.parametrize("number", range(2))
def test_each_has_its_turn_on_every_second_day(monkeypatch, number):
    monkeypatch.setattr(today, "date", Day)
    asked = []
    for Day.ordinal in range(739_000, 739_004):
        asked.append(today.of_its_turn(number))

    assert asked.count(True) == 2
    assert asked[:2] == asked[2:]


class Item:
    """A collected test with its marker."""

    def __init__(self, marker):
        self.marker, self.added = marker, []

    def get_closest_marker(self, name):
        return self.marker if self.marker and self.marker.name == name else None

    def add_marker(self, marker):
        self.added.append(marker.name)


@pytest.mark.parametrize(("marker", "days"), [(pytest.mark.once_a_week, 1), (pytest.mark.twice_a_week, 2)])
@pytest.mark.parametrize("number", range(9))
def test_a_long_story_is_told_on_its_days_of_a_week(monkeypatch, number, marker, days):
    told = []
    for part in range(today.PARTS):
        monkeypatch.setattr(today, "part_of_today", lambda part=part: part)
        story, daily = Item(marker(number).mark), Item(None)
        today.hold_back_stories([story, daily])
        assert daily.added == []
        told.append(story.added)

    assert told.count([]) == days
    assert told.count(["another_day"]) == today.PARTS - days


def test_what_is_left_for_another_day_says_so(monkeypatch):
    monkeypatch.setattr(today, "part_of_today", lambda parts: 1)

    assert [[mark.name for mark in today.of_its_day(number)] for number in (0, 1, 8)] == [["another_day"], [], []]
