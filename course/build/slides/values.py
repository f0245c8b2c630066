"""What decks take from elsewhere: the outline, the profile, dated facts, the presenter, predictions of exercises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course import facts, outline
from course.build import costs, counts
from course.build.schedule import schedule
from course.build.slides.exercise import brief, prediction
from course.build.slides.model import Block, Bullets, DeckError, Item, Run, Runs, Table
from course.facts import Fact
from course.outline import Outline, Profile

NAME = re.compile(r"\{\{(?P<kind>fact|cost|count|set|exercise|final|profile|part):(?P<name>[\w:-]+)\}\}")
SETTINGS = ("presenter", "date", "organization", "email", "repository", "documentation")


@dataclass(frozen=True)
class Values:
    """Everything that stands in `{{kind:name}}`, and the tables that are made."""

    root: Path
    outline: Outline
    profile: Profile
    facts: dict[str, Fact]
    settings: dict[str, str]

    def teaches(self, exercise: str) -> bool:
        """Say whether the profile holds an exercise; the final project is in every one."""
        return exercise == "final" or int(exercise) in self.profile.exercises

    def minutes_of(self, section: str, where: str) -> float:
        """What a section takes in the profile."""
        if section not in self.outline.sections:
            raise DeckError(f"{where}: there is no section {section!r}. Write one of course/outline.toml.")
        return float(self.outline.section_minutes(self.outline.sections[section], self.profile))

    def sections_of(self, section: str, where: str) -> Bullets:
        """The sections of a part with their minutes: what its first slide lists."""
        items = []
        for one in self.outline.part[int(section.split(".", maxsplit=1)[0]) - 1].section:
            numbers = [str(each.number) for each in self.outline.exercises_of(one.id) if self.teaches(str(each.number))]
            hands = f", exercise {numbers[0]}" if numbers else ""
            said = (Run(f"{one.title}  "), Run(f"{self.minutes_of(one.id, where):g} min{hands}", italic=True))
            items.append(Item(said, 1, one.id))
        return Bullets(tuple(items), sections=True)

    def filled(self, text: str, where: str) -> tuple[str, list[str]]:
        """Return the text with its values, and the names of the facts used. A line whose setting is empty goes."""
        used: list[str] = []
        kept = []
        for line in text.split("\n"):
            names = list(NAME.finditer(line))
            if any(one["kind"] == "set" and not self._value(one, where) for one in names):
                continue
            used += [one["name"] for one in names if one["kind"] == "fact"]
            used += [fact for one in names if one["kind"] == "cost" for fact in costs.FACTS]
            kept.append(NAME.sub(lambda one: self._value(one, where), line))
        return "\n".join(kept), used

    def _value(self, match: re.Match[str], where: str) -> str:
        kind, name = match["kind"], match["name"]
        try:
            return self._known()[kind](name)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise DeckError(f"{where}: there is no {kind} {name!r}. Mend the name in {match[0]}.") from error

    def _known(self) -> dict[str, Callable[[str], str]]:
        return {
            "fact": lambda name: self.facts[name].value,
            "cost": lambda name: costs.month(self.facts)[name],
            "count": lambda name: f"{counts.lines(name):,}",
            "set": lambda name: self.settings[name],
            "exercise": self._exercise,
            "final": lambda name: str(getattr(self.outline.final, name)),
            "profile": lambda name: str(getattr(self.profile, name)),
            "part": lambda name: str(self.outline.part[int(name) - 1].title),
        }

    def _exercise(self, name: str) -> str:
        number, _, what = name.partition(":")
        exercise = self.outline.exercise[int(number) - 1]
        if what == "minutes":
            return str(self.profile.exercise_minutes(exercise))
        return str(getattr(exercise, what))

    def made(self, name: str, where: str) -> Block:
        """Return the table of a comment such as `<!-- table: agenda -->`."""
        tables = {"agenda": self._agenda, "exercises": self._exercises, "built": self._built}
        if name in tables:
            return tables[name]()
        raise DeckError(f"{where}: nothing makes the table {name!r}. Use one of: {', '.join(tables)}.")

    def said_by_exercise(self, kind: str, name: str, where: str) -> tuple[list[Block], list[str]]:
        """Return (blocks, answers for the notes) of `<!-- predict: 01.1 -->` or `<!-- brief: 1 -->`.

        Nothing while the exercise is still to come: then the slide shows the deck's own words.
        """
        folder = next((self.root / "exercises").glob(f"{name.split('.', maxsplit=1)[0]:0>2}_*"), None)
        if folder is None:
            return [], []
        return (brief(folder), []) if kind == "brief" else prediction(folder, name, where)

    def _agenda(self) -> Table:
        """Parts, their minutes in the profile, and the time at which they begin where there is a clock."""
        rows = [_row("Part", "Begins", "Hands-on")]
        slots = schedule(self.outline, self.profile)
        for part in self.outline.part:
            first = next((slot for slot in slots if slot.part == part.number), None)
            if first:
                numbers = [one.number for one in self.outline.exercise if one.section.startswith(f"{part.number}.")]
                mine = [str(one) for one in numbers if one in self.profile.exercises]
                hands = f"exercises {', '.join(mine)}" if len(mine) > 1 else f"exercise {mine[0]}" if mine else ""
                hands = "final project" if self.outline.final.section.startswith(f"{part.number}.") else hands
                day = f"day {first.day}, " if len(self.profile.day) > 1 else ""
                rows.append(_row(f"{part.number}  {part.title}", f"{day}{first.at}", hands))
        return Table(tuple(rows))

    def _exercises(self) -> Table:
        """Every exercise with its minutes."""
        rows = [_row("", "Exercise", "Minutes")]
        for one in self.outline.exercise:
            rows.append(_row(str(one.number), one.title, str(self.profile.exercise_minutes(one) or "not today")))
        return Table(tuple(rows))

    def _built(self) -> Table:
        """The six things to build, and the exercises that they are here."""
        rows = [_row("What you build", "Exercises", "With more time")]
        for one in self.outline.slide_exercise:
            numbers = "final project" if one.final else ", ".join(map(str, one.exercises))
            rows.append(_row(f"{one.number}  {one.title}", numbers, ", ".join(map(str, one.also))))
        return Table(tuple(rows))


def load_values(root: Path, profile: str, settings: Path | None = None) -> Values:
    """Read all that decks may name. Raises DeckError for settings that nothing shows."""
    table = outline.load()
    said = tomllib.loads((settings or root / "slides" / "presenter.toml").read_text(encoding="utf-8"))
    for name in said:
        if name not in SETTINGS:
            raise DeckError(f"presenter.toml: no slide shows {name!r}. Use: {', '.join(SETTINGS)}.")
    return Values(root, table, table.profiles[profile], facts.load(), dict.fromkeys(SETTINGS, "") | said)


def _row(*cells: str) -> tuple[Runs, ...]:
    return tuple((Run(cell),) if cell else () for cell in cells)
