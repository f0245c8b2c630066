"""Reads course/outline.toml: parts, sections, exercises, slides, profiles and grading, all checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from course.outline_rules import refusals
from course.tables import TableError, listed, record

PATH = Path(__file__).parent / "outline.toml"
T = TypeVar("T")


class OutlineError(ValueError):
    """The outline contradicts itself; the message says where and what to change."""


@dataclass(frozen=True)
class Section:
    """A numbered section, its minutes including the room tier of its exercise."""

    id: str
    title: str
    minutes: int

    @property
    def part(self) -> int:
        return int(self.id.split(".")[0])


@dataclass(frozen=True)
class Part:
    """One of the ten parts; each of `can` ends the sentence "Afterwards I can …"."""

    number: int
    title: str
    minutes: int
    section: tuple[Section, ...]
    can: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """An exercise's place in the course; what it asks stands in its own exercise.toml."""

    number: int
    slug: str
    title: str
    section: str
    room: int
    full: int
    weight: int

    @property
    def name(self) -> str:
        return f"exercise {self.number}"


@dataclass(frozen=True)
class Final:
    """The final project's place and minutes."""

    title: str
    section: str
    room: int
    full: int
    weight: int


@dataclass(frozen=True)
class Slide:
    """A slide: `name` is what the source calls it, `title` what stands on it."""

    number: int
    name: str
    title: str
    part: int


@dataclass(frozen=True)
class SlideExercise:
    """One of slide 28's six exercises and what it is here."""

    number: int
    title: str
    exercises: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    final: bool = False


@dataclass(frozen=True)
class Grading:
    """How points become a grade."""

    pass_mark: int
    late_percent_per_day: int
    late_days: int


@dataclass(frozen=True)
class Pause:
    """A break, or with `content` something of this profile's own that is no section."""

    title: str
    minutes: int
    content: bool = False


@dataclass(frozen=True)
class Day:
    """One day of a profile; without `start` it has no clock."""

    title: str
    items: tuple[str | Pause, ...]
    start: str = ""


@dataclass(frozen=True)
class Profile:
    """One way to hold the course: what counts, what comes when, what goes first when time runs out."""

    name: str
    title: str
    says: str
    tiers: tuple[str, ...]
    exercises: tuple[int, ...]
    final: int
    content: int
    drop: tuple[str, ...]
    day: tuple[Day, ...]
    tracks: dict[str, tuple[int, ...]]
    pace: float = 1.0

    def exercise_minutes(self, exercise: Exercise) -> int:
        """Return what an exercise takes here, to the nearest five minutes where the pace is not 1."""
        if exercise.number not in self.exercises:
            return 0
        minutes = exercise.full if "full" in self.tiers else exercise.room
        return minutes if self.pace == 1.0 else int(minutes * self.pace / 5 + 0.5) * 5


@dataclass(frozen=True)
class Outline:
    """The whole outline."""

    title: str
    part: tuple[Part, ...]
    exercise: tuple[Exercise, ...]
    final: Final
    slide: tuple[Slide, ...]
    slide_exercise: tuple[SlideExercise, ...]
    grading: Grading
    profiles: dict[str, Profile]

    @cached_property
    def sections(self) -> dict[str, Section]:
        return {section.id: section for part in self.part for section in part.section}

    def exercises_of(self, section: str) -> tuple[Exercise, ...]:
        """Return the exercises that belong to a section."""
        return tuple(one for one in self.exercise if one.section == section)

    def hands_on(self, section: str) -> int:
        """Return the room-tier minutes that a section's own minutes hold."""
        final = self.final.room if self.final.section == section else 0
        return final + sum(one.room for one in self.exercises_of(section))

    def section_minutes(self, section: Section, profile: Profile) -> int:
        """Return what a section takes in a profile: its talk, and its exercise at the profile's pace."""
        final = profile.final if self.final.section == section.id else 0
        exercises = sum(profile.exercise_minutes(one) for one in self.exercises_of(section.id))
        return section.minutes - self.hands_on(section.id) + exercises + final

    def sections_of(self, item: str) -> tuple[Section, ...]:
        """Return the sections of an item of a day: those of a part ("2"), or one ("2.1")."""
        if item in self.sections:
            return (self.sections[item],)
        return next((part.section for part in self.part if str(part.number) == item), ())

    def day_sections(self, day: Day) -> tuple[Section, ...]:
        """Return every section of a day, in order."""
        items = (item for item in day.items if isinstance(item, str))
        return tuple(section for item in items for section in self.sections_of(item))


def load(path: Path = PATH) -> Outline:
    """Read and check an outline. Raises OutlineError naming the file, the place and what to change."""
    try:
        outline = _outline(tomllib.loads(path.read_text(encoding="utf-8")))
    except (TableError, tomllib.TOMLDecodeError) as error:
        raise OutlineError(f"{path.name}: {error}") from error
    for refusal in refusals(outline):
        raise OutlineError(f"{path.name}: {refusal}")
    return outline


def _outline(table: dict[str, Any]) -> Outline:
    return record(
        Outline,
        "the outline",
        table
        | {
            "part": tuple(_part(one) for one in listed(table, "part")),
            "exercise": _all(Exercise, table, "exercise"),
            "final": record(Final, "[final]", table.get("final", {})),
            "slide": _all(Slide, table, "slide"),
            "slide_exercise": _all(SlideExercise, table, "slide_exercise"),
            "grading": record(Grading, "[grading]", table.get("grading", {})),
            "profiles": {name: _profile(name, one) for name, one in table.get("profiles", {}).items()},
        },
    )


def _all(kind: type[T], table: dict[str, Any], key: str) -> tuple[T, ...]:
    return tuple(record(kind, f"{key} {position}", one) for position, one in enumerate(listed(table, key), 1))


def _part(table: dict[str, Any]) -> Part:
    where = f"part {table.get('number', '?')}"
    sections = tuple(record(Section, f"a section of {where}", one) for one in listed(table, "section"))
    return record(Part, where, table | {"section": sections})


def _profile(name: str, table: dict[str, Any]) -> Profile:
    where = f"profile {name!r}"
    days = tuple(_day(where, one) for one in listed(table, "day"))
    tracks = {track: tuple(numbers) for track, numbers in table.get("tracks", {}).items()}
    return record(Profile, where, table | {"name": name, "day": days, "tracks": tracks})


def _day(where: str, table: dict[str, Any]) -> Day:
    where = f"a day of {where}"
    items = tuple(
        one if isinstance(one, str) else record(Pause, f"a pause of {where}", one) for one in listed(table, "items")
    )
    return record(Day, where, table | {"items": items})
