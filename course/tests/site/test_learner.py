"""The learner's page: its minutes are those of the outline, and its names stay what browsers remember."""

from __future__ import annotations

import re

import pytest

from course.build.site.learner import hours, members, page, steps
from course.build.site.parts import overview
from course.outline import load

OUTLINE = load()
SLUGS = {one.number: one.slug for one in OUTLINE.exercise}


def every_step():
    return [step for part in OUTLINE.part for step in steps(OUTLINE, part, {}, SLUGS)]


def test_the_complete_track_takes_all_exercises_in_full_all_reading_and_the_project():
    exercises = sum(one.full for one in OUTLINE.exercise) + OUTLINE.final.full
    reading = (
        sum(part.minutes for part in OUTLINE.part) - sum(one.room for one in OUTLINE.exercise) - OUTLINE.final.room
    )

    assert sum(step.minutes for step in every_step() if "Complete" in step.tracks) == exercises + reading
    assert f"| Complete | all 11 and the final project | {hours(exercises)} | {hours(reading)} |" in page(
        OUTLINE, {}, SLUGS
    )


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ("1.2", ("Weekend", "Seven days", "Complete")),
        ("3.3", ("Seven days", "Complete")),
        ("5.1", ("Seven days", "Complete")),
        ("6.3", ("Complete",)),
        ("9.1", ("Complete",)),
    ],
)
def test_a_track_reads_the_parts_of_its_exercises_without_other_exercises(section, found):
    assert members(OUTLINE, OUTLINE.sections[section]) == found


def test_every_part_says_what_one_can_do_afterwards():
    text = page(OUTLINE, {}, SLUGS)

    assert all(part.can for part in OUTLINE.part)
    assert text.count("I can ") == sum(len(part.can) for part in OUTLINE.part)
    assert "- start the service and the exercises on your own machine\n" in overview(OUTLINE, OUTLINE.part[0], {}, {})


def test_names_that_browsers_remember_are_unique():
    names = re.findall(r'<(?:input|textarea)[^>]* id="([^"]+)"', page(OUTLINE, {}, SLUGS))

    assert len(names) == len(set(names)) > 70


@pytest.mark.parametrize(("minutes", "said"), [(45, "45 min"), (60, "1 h 00 min"), (605, "10 h 05 min")])
def test_minutes_are_said_as_a_person_says_them(minutes, said):
    assert hours(minutes) == said
