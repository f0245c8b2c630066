"""Schedules: derived from the outline, with clock times that add up."""

import json
from itertools import pairwise

import pytest

from course.build import schedule as build
from course.outline import load

OUTLINE = load()


def slots(name: str):
    return build.schedule(OUTLINE, OUTLINE.profiles[name])


def minutes_of(at: str) -> int:
    return int(at[:2]) * 60 + int(at[3:])


@pytest.mark.parametrize("name", sorted(OUTLINE.profiles))
def test_every_slot_starts_when_the_one_before_ends(name):
    rows = slots(name)

    for before, after in pairwise(rows):
        if before.kind != "end":
            assert minutes_of(before.at) + before.minutes == minutes_of(after.at)


def test_the_day_keeps_the_clock_of_the_source():
    starts = {}
    for slot in slots("day"):
        if slot.kind == "section":
            starts.setdefault(slot.part, slot.at)

    assert starts == {
        1: "09:00", 2: "09:30", 3: "10:45", 4: "11:30", 5: "14:00",
        6: "15:15", 7: "16:45", 8: "18:00", 9: "18:30", 10: "19:30",
    }  # fmt: skip
    assert slots("day")[-1].at == "20:00"


def test_six_hours_are_six_hours_with_their_breaks():
    assert slots("six-hours")[-1].at == "15:00"


def test_two_days_give_an_exercise_1_7_times_its_minutes():
    two, one = ({slot.title: slot.minutes for slot in slots(name) if slot.exercises} for name in ("two-days", "day"))

    assert two["4.2 Kubernetes deployment"] - one["4.2 Kubernetes deployment"] == 60 - 35
    assert two["9.1 Complete deployment exercise"] == 120


def test_a_schedule_is_printed_with_clock_times_and_exercises(capsys):
    assert build.main(["--profile", "day"]) == 0

    printed = capsys.readouterr().out
    assert "10:30   15 min  Break\n" in printed
    assert "09:37   26 min    2.2 FastAPI for ML services  (exercise 1, 20 min)\n" in printed
    assert "20:00            End\n" in printed
    assert "drop in this order: exercise 8, exercise 6, exercise 10, 7.3, 7.4.\n" in printed


def test_a_schedule_is_printed_as_json(capsys):
    assert build.main(["--json", "--profile", "day"]) == 0

    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {
        "day": 1, "at": "09:00", "minutes": 10, "kind": "section",
        "title": "1.1 Welcome and objectives", "part": 1, "exercises": [],
    }  # fmt: skip


def test_profiles_are_listed(capsys):
    assert build.main(["--list"]) == 0

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(OUTLINE.profiles)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("two-day", "Did you mean 'two-days'?"),
        ("month", "There are: two-days, day, six-hours, week, self."),
    ],
)
def test_an_unknown_profile_is_refused_with_the_nearest(capsys, wanted, meant):
    assert build.main(["--profile", wanted]) == 2

    assert capsys.readouterr().err == (
        f"error: there is no profile {wanted!r}. {meant}\ntry: python -m course outline --list\n"
    )
