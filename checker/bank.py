"""The question bank: open questions with a model answer, each with a form that a machine can mark."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.errors import CheckerError

LETTERS = "abcde"
_QUESTION_KEYS = {"id", "asks", "answer", "points", "page", "prompt", "options"}
_OPTION_KEYS = {"text", "why", "right"}


class BankFault(CheckerError):
    """A file of the question bank does not have the form that its readers need."""


@dataclass(frozen=True)
class Option:
    """One choice of a prompt, and why it is right or wrong."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Item:
    """One open question: `asks` as its source has it, a model answer, and a prompt with options for practice."""

    id: str
    asks: str
    answer: str
    points: tuple[str, ...]
    page: str
    prompt: str
    options: tuple[Option, ...]

    @property
    def letters(self) -> dict[str, Option]:
        """The options by the letter that is typed."""
        return dict(zip(LETTERS, self.options, strict=False))

    @property
    def right(self) -> str:
        """The letter of the right option."""
        return next(letter for letter, option in self.letters.items() if option.right)


@dataclass(frozen=True)
class Topic:
    """One file of the bank. `number` orders the topics and begins the ids of its questions."""

    number: str
    title: str
    source: str
    items: tuple[Item, ...]


def read_bank(folder: Path) -> tuple[Topic, ...]:
    """Every topic of a folder, by name of its file. Raises BankFault naming file, question and fault."""
    topics = tuple(_topic(path) for path in sorted(folder.glob("[0-9]*.toml")))
    seen: set[str] = set()
    for topic in topics:
        for item in topic.items:
            if item.id in seen:
                raise BankFault(f"The question {item.id} is there twice.", "give one of them another number")
            seen.add(item.id)
    return topics


@dataclass(frozen=True)
class Objective:
    """What both checks ask about, and the question of the bank that each of them asks."""

    says: str
    entry: str
    exit: str


def read_checks(folder: Path, bank: tuple[Topic, ...]) -> tuple[Objective, ...]:
    """The objectives of the entry and the exit check. Raises BankFault for one asked twice or not there."""
    path = folder / "checks.toml"
    if not path.is_file():
        return ()
    objectives = tuple(Objective(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["objective"])
    known = {item.id for topic in bank for item in topic.items}
    asked: set[str] = set()
    for id in (id for one in objectives for id in (one.entry, one.exit)):
        if id not in known or id in asked:
            fault = "is not in the bank" if id not in known else "is asked twice"
            raise BankFault(f"{path.name}: the question {id} {fault}.", "name another question")
        asked.add(id)
    return objectives


def _topic(path: Path) -> Topic:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BankFault(f"{path.name} is no TOML: {error}.", "correct the line") from None
    number = path.name.split("_", 1)[0].lstrip("0")
    items = []
    for place, entry in enumerate(table.get("question", ()), start=1):
        name = str(entry.get("id", f"number {place}"))
        for fault in _faults(entry, number):
            raise BankFault(f"{path.name}, question {name}: {fault}.", "correct it")
        items.append(_item(entry))
    return Topic(number, str(table["title"]), str(table["source"]), tuple(items))


def _item(entry: dict[str, Any]) -> Item:
    options = tuple(Option(one["text"], one["why"], bool(one.get("right", False))) for one in entry["options"])
    texts = {key: str(entry[key]).strip() for key in ("id", "asks", "answer", "page", "prompt")}
    return Item(**texts, points=tuple(entry["points"]), options=options)


def _faults(entry: dict[str, Any], number: str) -> Iterator[str]:
    missing = sorted(_QUESTION_KEYS - set(entry))
    unknown = sorted(set(entry) - _QUESTION_KEYS)
    if missing:
        yield f"it has no {missing[0]!r}"
    elif unknown:
        yield f"it has an unknown key {unknown[0]!r}"
    elif not str(entry["id"]).startswith(f"{number}."):
        yield f"its id does not begin with {number + '.'!r}"
    elif not 3 <= len(entry["points"]) <= 5:
        yield f"it has {len(entry['points'])} key points, not three to five"
    else:
        yield from _option_faults(entry["options"])


def _option_faults(options: list[dict[str, Any]]) -> Iterator[str]:
    if not 3 <= len(options) <= len(LETTERS):
        yield f"it has {len(options)} options, not three to five"
    for option in options:
        if not {"text", "why"} <= set(option) <= _OPTION_KEYS:
            yield f"an option has the keys {', '.join(sorted(option))}; it needs text and why, and may have right"
    if sum(bool(option.get("right")) for option in options) != 1:
        yield f"{sum(bool(option.get('right')) for option in options)} options are right, not one"
