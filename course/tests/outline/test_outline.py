"""The outline as it stands: its counts, its profiles, and what the exercise folders say beside it."""

import pytest

from course.build.sources import read
from course.build.sync import ROOT
from course.outline import load

OUTLINE = load()
PROFILES = sorted(OUTLINE.profiles)


def test_ten_parts_hold_31_sections_eleven_exercises_and_31_slides():
    assert [len(rows) for rows in (OUTLINE.part, OUTLINE.sections, OUTLINE.exercise, OUTLINE.slide)] == [
        10, 31, 11, 31,
    ]  # fmt: skip


def test_parts_sum_to_the_day_of_555_minutes():
    assert [part.minutes for part in OUTLINE.part] == [30, 60, 45, 90, 60, 90, 60, 30, 60, 30]


def test_minutes_of_the_tiers_are_those_of_the_teaching_plan():
    assert [one.room for one in OUTLINE.exercise] == [20, 20, 15, 12, 35, 15, 20, 15, 25, 15, 15]
    assert [one.full for one in OUTLINE.exercise] == [60, 60, 50, 45, 75, 60, 60, 50, 60, 60, 60]
    assert (OUTLINE.final.room, OUTLINE.final.full) == (60, 300)


def test_the_five_profiles_are_there_and_each_names_a_drop_order():
    assert PROFILES == ["day", "self", "six-hours", "two-days", "week"]
    assert all(OUTLINE.profiles[name].drop for name in PROFILES)


@pytest.mark.parametrize(("name", "tiers"), [("self", ("room", "full")), ("day", ("room",)), ("week", ("room",))])
def test_a_profile_says_which_tiers_count(name, tiers):
    assert OUTLINE.profiles[name].tiers == tiers


def test_every_room_part_leaves_fifteen_minutes_for_talk_but_the_sprint():
    left = {
        part.number: part.minutes - sum(OUTLINE.hands_on(section.id) for section in part.section)
        for part in OUTLINE.part
    }

    assert min(minutes for part, minutes in left.items() if part != 9) >= 15
    assert left[9] == 0


def test_days_of_the_week_take_45_to_90_minutes():
    week = OUTLINE.profiles["week"]
    days = [sum(OUTLINE.section_minutes(section, week) for section in OUTLINE.day_sections(day)) for day in week.day]

    assert len(days) == 7
    assert all(45 <= minutes <= 90 for minutes in days)


def test_at_your_own_pace_takes_20_to_25_hours():
    assert 20 * 60 <= OUTLINE.profiles["self"].content <= 25 * 60


def test_weights_of_exercises_and_final_project_sum_to_a_hundred_and_70_passes():
    assert sum(one.weight for one in OUTLINE.exercise) + OUTLINE.final.weight == 100
    assert OUTLINE.grading.pass_mark == 70


FOLDERS = sorted((ROOT / "exercises").glob("*/exercise.toml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_an_exercise_folder_agrees_with_the_outline(folder):
    exercise = read(folder.parent)
    planned = {one.slug: one for one in OUTLINE.exercise}
    minutes = {tier: sum(t.minutes for t in exercise.tasks if t.tier == tier) for tier in ("room", "full")}

    assert exercise.slug in planned, "name the folder as course/outline.toml does"
    assert exercise.title == planned[exercise.slug].title
    assert minutes["room"] <= planned[exercise.slug].room
    assert minutes["room"] + minutes["full"] <= planned[exercise.slug].full
