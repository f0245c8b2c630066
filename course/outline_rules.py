"""What an outline must keep to: each rule yields one sentence per breach, naming the place and the repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.outline import Exercise, Final, Outline, Part, Profile, Slide, SlideExercise

TIERS = ("room", "full", "stretch")
# teaching: a room that only types learns little; every part with exercises keeps this for talk.
TALK = 15
START = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")


def refusals(outline: Outline) -> Iterator[str]:
    """Yield every breach, the most basic first."""
    for rule in RULES:
        yield from rule(outline)
    for profile in outline.profiles.values():
        for check in PROFILE_RULES:
            yield from check(outline, profile)


def _counted(outline: Outline) -> Iterator[str]:
    rows: dict[str, Sequence[Part | Exercise | Slide | SlideExercise]] = {
        "part": outline.part,
        "exercise": outline.exercise,
        "slide": outline.slide,
        "slide_exercise": outline.slide_exercise,
    }
    for what, numbered in rows.items():
        for position, one in enumerate(numbered, start=1):
            if one.number != position:
                yield f"{what} {position} has the number {one.number}. Number them in order, from 1."


def _sections(outline: Outline) -> Iterator[str]:
    for part in outline.part:
        for position, section in enumerate(part.section, start=1):
            if section.id != f"{part.number}.{position}":
                yield f"section {section.id!r} should be '{part.number}.{position}'. Number it by its part."
        needed = sum(section.minutes for section in part.section)
        if needed != part.minutes:
            yield (
                f"part {part.number} has {part.minutes} minutes but its sections sum to {needed}. "
                "Change the part or its sections."
            )


def _homes(outline: Outline) -> Iterator[str]:
    homes: list[Exercise | Final] = [*outline.exercise, outline.final]
    for one in homes:
        if one.section not in outline.sections:
            yield f"{one.title!r} belongs to section {one.section!r}, which is not there. Name another."
    for exercise in outline.exercise:
        if not exercise.slug.startswith(f"{exercise.number:02d}_"):
            start = f"{exercise.number:02d}_"
            yield f"exercise {exercise.number} has the slug {exercise.slug!r}. Start it with {start!r}."
    for slide in outline.slide:
        if slide.part > len(outline.part) or slide.part < 1:
            yield f"slide {slide.number} belongs to part {slide.part}, which is not there. Name another."


def _talk(outline: Outline) -> Iterator[str]:
    for part in outline.part:
        for section in part.section:
            if section.minutes < outline.hands_on(section.id):
                yield (
                    f"section {section.id} has {section.minutes} minutes but its exercise takes "
                    f"{outline.hands_on(section.id)}. Give the section more time."
                )
        hands_on = sum(outline.hands_on(section.id) for section in part.section)
        sprint = outline.final.section in {section.id for section in part.section}
        if hands_on and not sprint and part.minutes - hands_on < TALK:
            yield (
                f"part {part.number} leaves {part.minutes - hands_on} minutes for talk, fewer than {TALK}. "
                "Shorten its exercises or give it more time."
            )


def _weights(outline: Outline) -> Iterator[str]:
    total = outline.final.weight + sum(one.weight for one in outline.exercise)
    if total != 100:
        yield f"the weights of exercises and final project sum to {total}. Make them sum to 100."
    if not 0 < outline.grading.pass_mark <= 100:
        yield f"the pass mark is {outline.grading.pass_mark}. Choose one from 1 to 100."


def _slide_exercises(outline: Outline) -> Iterator[str]:
    named = [number for one in outline.slide_exercise for number in (*one.exercises, *one.also)]
    for exercise in outline.exercise:
        if named.count(exercise.number) != 1:
            yield (
                f"exercise {exercise.number} stands {named.count(exercise.number)} times among the exercises "
                "of slide_exercise. Name each exercise once."
            )


def _known(outline: Outline, profile: Profile) -> Iterator[str]:
    where = f"profile {profile.name!r}"
    numbers = {one.number for one in outline.exercise}
    for tier in profile.tiers:
        if tier not in TIERS:
            yield f"{where} counts the tier {tier!r}. Known are: {', '.join(TIERS)}."
    for number in (*profile.exercises, *(one for track in profile.tracks.values() for one in track)):
        if number not in numbers:
            yield f"{where} names exercise {number}, which is not there. Name an existing one."
    for day in profile.day:
        if day.start and not START.match(day.start):
            yield f"{where} starts {day.title!r} at {day.start!r}. Write the time as '09:00'."
        for item in day.items:
            if isinstance(item, str) and not outline.sections_of(item):
                yield f"{where} holds {item!r}, which is no part or section. Name an existing one."


def _held_once(outline: Outline, profile: Profile) -> Iterator[str]:
    held = [section.id for day in profile.day for section in outline.day_sections(day)]
    for section in dict.fromkeys(held):
        if held.count(section) > 1:
            yield f"profile {profile.name!r} holds section {section} {held.count(section)} times. Keep one."
    for exercise in outline.exercise:
        if exercise.number in profile.exercises and exercise.section not in held:
            yield (
                f"profile {profile.name!r} counts exercise {exercise.number} but never holds its section "
                f"{exercise.section}. Add the section or take the exercise out."
            )


def _drops(outline: Outline, profile: Profile) -> Iterator[str]:
    held = {section.id for day in profile.day for section in outline.day_sections(day)}
    held |= {one.name for one in outline.exercise if one.number in profile.exercises}
    for name in profile.drop:
        if name not in held:
            yield f"profile {profile.name!r} would drop {name!r}, which it does not hold. Name what it holds."


def _sums(outline: Outline, profile: Profile) -> Iterator[str]:
    own = sum(item.minutes for day in profile.day for item in day.items if not isinstance(item, str) and item.content)
    held = (section for day in profile.day for section in outline.day_sections(day))
    total = own + sum(outline.section_minutes(section, profile) for section in held)
    if total != profile.content:
        yield (
            f"profile {profile.name!r} has {profile.content} minutes of content but its items sum to "
            f"{total}. Change the items or the content."
        )


Rule = Callable[["Outline"], Iterator[str]]
RULES: tuple[Rule, ...] = (_counted, _sections, _homes, _talk, _weights, _slide_exercises)
PROFILE_RULES: tuple[Callable[[Outline, Profile], Iterator[str]], ...] = (_known, _held_once, _drops, _sums)
