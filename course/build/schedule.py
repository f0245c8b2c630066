"""`python -m course outline [--profile NAME]`: prints the schedule of a profile with its clock times."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from course.outline import Day, Outline, Pause, Profile, Section, load

RECOMMENDED = "two-days"


@dataclass(frozen=True)
class Slot:
    """One line of a schedule: `at` is a clock time, or the time since the start where there is no clock."""

    day: int
    at: str
    minutes: int
    kind: str
    title: str
    part: int
    exercises: tuple[str, ...]


def schedule(outline: Outline, profile: Profile) -> tuple[Slot, ...]:
    """Return every slot of a profile in order: sections, pauses, and the end of each day."""
    return tuple(slot for number, day in enumerate(profile.day, 1) for slot in _day(outline, profile, number, day))


def _day(outline: Outline, profile: Profile, number: int, day: Day) -> Iterator[Slot]:
    start = int(day.start[:2]) * 60 + int(day.start[3:]) if day.start else 0
    now = start
    for item in day.items:
        for one in (item,) if isinstance(item, Pause) else outline.sections_of(item):
            slot = _slot(outline, profile, number, one, clock(now))
            yield slot
            now += slot.minutes
    yield Slot(number, clock(now), now - start, "end", "End", 0, ())


def _slot(outline: Outline, profile: Profile, number: int, one: Section | Pause, at: str) -> Slot:
    if isinstance(one, Pause):
        return Slot(number, at, one.minutes, "content" if one.content else "break", one.title, 0, ())
    exercises = [
        f"exercise {exercise.number}, {profile.exercise_minutes(exercise)} min"
        for exercise in outline.exercises_of(one.id)
        if exercise.number in profile.exercises
    ]
    if outline.final.section == one.id:
        exercises.append(f"final project, {profile.final} min")
    minutes = outline.section_minutes(one, profile)
    return Slot(number, at, minutes, "section", f"{one.id} {one.title}", one.part, tuple(exercises))


def clock(minutes: int) -> str:
    """Return minutes since midnight as `09:05`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def text(outline: Outline, profile: Profile) -> str:
    """Return the schedule as people read it."""
    lines = [f"{outline.title}: {profile.title.lower()}", profile.says]
    slots = schedule(outline, profile)
    for number, day in enumerate(profile.day, start=1):
        lines += ["", day.title if day.start else f"{day.title} (times count from the start)"]
        lines += _lines(outline, [slot for slot in slots if slot.day == number])
    pauses = sum(slot.minutes for slot in slots if slot.kind == "break")
    lines += [
        "",
        f"{profile.content} minutes of content, {pauses} of breaks. Counts: {', '.join(profile.tiers)}.",
    ]
    lines += [f"When time runs out, drop in this order: {', '.join(profile.drop)}."]
    lines += [f"Track {name}: exercises {', '.join(map(str, numbers))}." for name, numbers in profile.tracks.items()]
    return "\n".join(lines) + "\n"


def _lines(outline: Outline, slots: list[Slot]) -> Iterator[str]:
    part = 0
    for slot in slots:
        if slot.kind == "section" and slot.part != part:
            part = slot.part
            yield f"       Part {part}: {outline.part[part - 1].title}"
        hands_on = f"  ({'; '.join(slot.exercises)})" if slot.exercises else ""
        indent = "  " if slot.kind == "section" else ""
        length = "    " if slot.kind == "end" else f"{slot.minutes:4d}"
        yield f"{slot.at} {length} min  {indent}{slot.title}{hands_on}".replace("     min", "         ")


def profiles_text(outline: Outline) -> str:
    """Return a line per profile."""
    width = max(map(len, outline.profiles))
    return "".join(f"{name:<{width}}  {one.title}: {one.says}\n" for name, one in outline.profiles.items())


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m course outline", description=__doc__)
    parser.add_argument("--profile", default=RECOMMENDED, help=f"which schedule (default: {RECOMMENDED})")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument("--list", action="store_true", help="list the profiles")
    options = parser.parse_args(argv)
    outline = load()
    if options.list:
        print(profiles_text(outline), end="")
        return 0
    if options.profile not in outline.profiles:
        return _no_profile(options.profile, list(outline.profiles))
    profile = outline.profiles[options.profile]
    if options.json:
        print(json.dumps([asdict(slot) for slot in schedule(outline, profile)], indent=2))
    else:
        print(text(outline, profile), end="")
    return 0


def _no_profile(wanted: str, known: list[str]) -> int:
    near = get_close_matches(wanted, known, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(known)}."
    print(f"error: there is no profile {wanted!r}.{meant}", file=sys.stderr)
    print("try: python -m course outline --list", file=sys.stderr)
    return 2
