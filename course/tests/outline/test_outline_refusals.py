"""Every inconsistency of an outline is refused with one sentence that says where and what to change."""

import pytest

from course.outline import PATH, OutlineError, load

TEXT = PATH.read_text(encoding="utf-8")


def refusal(tmp_path, old: str, new: str) -> str:
    assert old in TEXT, "the outline no longer says this"
    (tmp_path / "outline.toml").write_text(TEXT.replace(old, new, 1))
    with pytest.raises(OutlineError) as error:
        load(tmp_path / "outline.toml")
    return str(error.value)


SECTIONS = [
    (
        "minutes = 45\n",
        "minutes = 50\n",
        "part 3 has 50 minutes but its sections sum to 45. Change the part or its sections.",
    ),
    (
        'id = "2.3"',
        'id = "2.4"',
        "section '2.4' should be '2.3'. Number it by its part.",
    ),
    (
        'number = 1\ntitle = "Introduction"',
        'number = 7\ntitle = "Introduction"',
        "part 1 has the number 7. Number them in order, from 1.",
    ),
    ("{ number = 31,", "{ number = 32,", "slide 31 has the number 32. Number them in order, from 1."),
    ("part = 9 }", "part = 11 }", "slide 28 belongs to part 11, which is not there. Name another."),
]
EXERCISES = [
    (
        'section = "2.2"',
        'section = "2.9"',
        "'Prediction endpoint' belongs to section '2.9', which is not there. Name another.",
    ),
    (
        '"03_dockerfile"',
        '"3_dockerfile"',
        "exercise 3 has the slug '3_dockerfile'. Start it with '03_'.",
    ),
    ("room = 12", "room = 16", "part 3 leaves 14 minutes for talk, fewer than 15. "
     "Shorten its exercises or give it more time."),
    ("room = 35", "room = 51",
     "section 4.2 has 50 minutes but its exercise takes 51. Give the section more time."),
    ("weight = 40", "weight = 50",
     "the weights of exercises and final project sum to 110. Make them sum to 100."),
    ("pass_mark = 70", "pass_mark = 170", "the pass mark is 170. Choose one from 1 to 100."),
    (
        "also = [4]",
        "also = [6]",
        "exercise 4 stands 0 times among the exercises of slide_exercise. Name each exercise once.",
    ),
]  # fmt: skip
PROFILES = [
    (
        'tiers = ["room"]',
        'tiers = ["rooms"]',
        "profile 'two-days' counts the tier 'rooms'. Known are: room, full, stretch.",
    ),
    (
        "exercises = [1, 3, 5, 7, 9]\n",
        "exercises = [1, 3, 5, 7, 12]\n",
        "profile 'six-hours' names exercise 12, which is not there. Name an existing one.",
    ),
    (
        'start = "09:00"',
        'start = "9 am"',
        "profile 'two-days' starts 'Day 1: serve, package, deploy' at '9 am'. Write the time as '09:00'.",
    ),
    (
        'items = ["1", "2.1", "4.1"]',
        'items = ["1", "2.9"]',
        "profile 'week' holds '2.9', which is no part or section. Name an existing one.",
    ),
    (
        'items = ["2.2", "2.3"]',
        'items = ["2.2", "2.2", "2.3"]',
        "profile 'week' holds section 2.2 2 times. Keep one.",
    ),
    (
        'items = ["2.2", "2.3"]',
        'items = ["2.2"]',
        "profile 'week' counts exercise 2 but never holds its section 2.3. Add the section or take the exercise out.",
    ),
    (
        'drop = ["exercise 7", "7.1", "4.1"]',
        'drop = ["exercise 8"]',
        "profile 'six-hours' would drop 'exercise 8', which it does not hold. Name what it holds.",
    ),
    (
        "content = 555",
        "content = 480",
        "profile 'day' has 480 minutes of content but its items sum to 555. Change the items or the content.",
    ),
]
TABLES = [
    (
        "late_days = 3",
        "late_day = 3",
        "[grading] has an unknown key 'late_day'. "
        "Known are: pass_mark, late_percent_per_day, late_days.",
    ),
    ("late_days = 3\n", "", "[grading] has no 'late_days'. Add it."),
    ("late_days = 3", "late_days = true", "[grading]: 'late_days' is True, not a whole number. Correct it."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), SECTIONS + EXERCISES + PROFILES + TABLES)
def test_an_inconsistent_outline_is_refused(tmp_path, old, new, message):
    assert refusal(tmp_path, old, new) == f"outline.toml: {message}"


def test_text_that_is_not_toml_names_the_file(tmp_path):
    assert refusal(tmp_path, "[grading]", "[grading").startswith("outline.toml: ")
