"""Questions for practice and the two checks of a course: what is asked, chosen, and shown. Never graded."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.bank import Item, Objective, Topic, read_bank, read_checks
from checker.course import Course
from checker.errors import Misuse
from checker.state import write_atomically

UNKNOWN = "?"
CHECKS = {"entry": "Entry check", "exit": "Exit check"}
STATE = ".quiz.json"
WIDTH = 100


@dataclass(frozen=True)
class Series:
    """Questions that are asked one after the other. In a check the first choice counts, and reasons come at the end."""

    name: str
    title: str
    items: tuple[Item, ...]

    @property
    def is_check(self) -> bool:
        return self.name in CHECKS

    def key(self, item: Item) -> str:
        """What a choice is kept under: a check's is apart from practice."""
        return f"{self.name}:{item.id}" if self.is_check else item.id


@dataclass(frozen=True)
class Choice:
    """What was chosen; `sure` is asked in a check only."""

    letter: str
    right: bool
    sure: bool = True


class Quiz:
    """The question bank of a course with one person's choices."""

    def __init__(self, course: Course) -> None:
        if "questions" not in course.table:
            raise Misuse("This course has no question bank: [tool.checker] in pyproject.toml names no 'questions'.")
        self._folder = course.root / str(course.table["questions"])
        self._path = course.work / STATE
        self.choices = _read_choices(self._path)

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        return read_bank(self._folder)

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        return read_checks(self._folder, self.topics)

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for topic in self.topics for item in topic.items}

    def series(self, name: str) -> Series:
        """A topic by its number, a check by its name, or one question by its id. Raises Misuse for anything else."""
        if name in CHECKS and self.objectives:
            ids = [getattr(one, name) for one in self.objectives]
            return Series(name, CHECKS[name], tuple(self.items[id] for id in ids))
        for topic in self.topics:
            if name.lstrip("0") == topic.number:
                return Series(topic.number, topic.title, topic.items)
        if name in self.items:
            return Series(name, "Question", (self.items[name],))
        checks = ", entry, exit" if self.objectives else ""
        raise Misuse(
            f"There is no topic, check or question {name!r}. Topics: 1 to {len(self.topics)}{checks}; "
            "questions: as in 4.3.",
            "checker quiz",
        )

    def chosen(self, series: Series, item: Item) -> Choice | None:
        return self.choices.get(series.key(item))

    def open(self, series: Series) -> list[Item]:
        """What is still to be asked: in a check all without a choice, in practice all that are not right yet."""
        found = []
        for item in series.items:
            choice = self.chosen(series, item)
            if choice is None or not (series.is_check or choice.right):
                found.append(item)
        return found

    def choose(self, series: Series, item: Item, typed: str) -> Choice:
        """Keep a choice: a letter, `?` for not knowing, a letter and `?` for being unsure. Raises Misuse for others."""
        letter, unsure = (typed[0], typed[1:] == UNKNOWN) if len(typed) in (1, 2) else (typed, False)
        if letter not in (*item.letters, UNKNOWN) or (len(typed) == 2 and not unsure):
            raise Misuse(
                f"{typed!r} is no option of question {item.id}. "
                f"Type {', '.join(item.letters)}, or ? for: I don't know.",
                f"checker quiz {item.id}",
            )
        choice = Choice(letter, letter == item.right, sure=not unsure and letter != UNKNOWN)
        self.choices[series.key(item)] = choice
        self._path.parent.mkdir(parents=True, exist_ok=True)
        table = {key: vars(one) for key, one in self.choices.items()}
        write_atomically(self._path, json.dumps(table, indent=1, sort_keys=True) + "\n")
        return choice

    def forget(self, series: Series) -> None:
        """Ask a series anew; the choices are gone with the next one that is kept."""
        for item in series.items:
            self.choices.pop(series.key(item), None)

    def right(self, series: Series) -> int:
        return sum(bool(choice and choice.right) for choice in (self.chosen(series, item) for item in series.items))

    def overview(self) -> list[dict[str, Any]]:
        """A row per topic and check: name, title, questions, and how many were answered, and rightly."""
        names = [topic.number for topic in self.topics] + (list(CHECKS) if self.objectives else [])
        rows = []
        for series in map(self.series, names):
            answered = sum(self.chosen(series, item) is not None for item in series.items)
            rows.append(
                {"name": series.name, "title": series.title, "questions": len(series.items), "answered": answered,
                 "right": self.right(series)}
            )  # fmt: skip
        return rows


def _read_choices(path: Path) -> dict[str, Choice]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): Choice(**one) for key, one in table.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError):
        # Kept beside: nothing of it counts, and it may be read by eye.
        path.replace(path.with_suffix(".unreadable"))
        return {}


def asked(item: Item, chosen: str = "") -> str:
    """The prompt with its options, for a terminal."""
    lines = [*_wrapped(item.prompt, f"{item.id}  ")]
    for letter, option in item.letters.items():
        lines += _wrapped(option.text, f"{'>' if letter == chosen else ' '} {letter}  ")
    return "\n".join(lines)


def told(item: Item, choice: Choice, *, again: bool) -> str:
    """What the choice shows. Where one may try `again`, the right option is not named."""
    if choice.right:
        return "\n".join(_wrapped(item.letters[item.right].why, "right: "))
    lines = [] if choice.letter == UNKNOWN else _wrapped(item.letters[choice.letter].why, "not yet: ")
    if not again or choice.letter == UNKNOWN:
        option = item.letters[item.right]
        lines += _wrapped(f"{option.text}. {option.why}", f"{item.right} is right: ")
    return "\n".join(lines)


def model_answer(item: Item) -> str:
    """The open question as its source has it, a model answer, and what a good answer names."""
    lines = [*_wrapped(item.asks, f"{item.id}  "), ""]
    for paragraph in item.answer.splitlines():
        lines += _wrapped(paragraph, "")
    lines += ["", "A good answer names:"]
    for point in item.points:
        lines += _wrapped(point, "  - ")
    return "\n".join([*lines, "", f"on the site: {item.page}"])


def result(quiz: Quiz, series: Series) -> str:
    """What a whole check showed: how many were right, which were sure and wrong, and what to read for the others."""
    items = [(item, quiz.choices[series.key(item)]) for item in series.items]
    sure_and_wrong = [item for item, choice in items if choice.sure and not choice.right]
    lines = [f"{series.title}: {quiz.right(series)} of {len(items)} right."]
    if sure_and_wrong:
        lines.append(f"You were sure of {len(sure_and_wrong)} that was not right; begin there.")
    for item, choice in items:
        if not choice.right:
            lines += ["", asked(item, choice.letter), told(item, choice, again=False), f"on the site: {item.page}"]
    return "\n".join(lines)


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)) or [lead.rstrip()]
