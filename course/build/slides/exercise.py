"""What slides take from an exercise itself: its incident and its tasks, its predictions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from course.build.slides.model import Block, Bullets, Card, Cards, DeckError, Item, Run, Runs, Text

TITLE = re.compile(r"\A# .+\n+")


def brief(folder: Path) -> list[Block]:
    """What users saw and what it cost, from the brief; then the tasks of the room."""
    text = TITLE.sub("", (folder / "README.md").read_text(encoding="utf-8"))
    incident = [line.strip() for line in text.split("\n\n", maxsplit=1)[0].split("\n")]
    tasks = tomllib.loads((folder / "exercise.toml").read_text(encoding="utf-8"))["task"]
    room = [one for one in tasks if one["tier"] == "room"]
    items = tuple(Item((Run(f"TODO {one['number']}", bold=True), Run(f": {one['title']}"))) for one in room)
    return [Text(words(" ".join(incident[:2]))), Bullets(items)]


def prediction(folder: Path, name: str, where: str) -> tuple[list[Block], list[str]]:
    """Return (question and choices, the answer for the notes) of a prediction such as 01.1."""
    for one in tomllib.loads((folder / "predictions.toml").read_text(encoding="utf-8")).get("predict", ()):
        if one["id"] == name:
            options = tuple(_option(letter, text) for letter, text in one["options"].items())
            asked: list[Block] = [Text(words(one["question"])), Cards(options)]
            return asked, [f"Answer: {one['answer']}. {one['reason']}"]
    raise DeckError(f"{where}: {folder.name} asks no prediction {name!r}. Mend the name.")


def words(text: str) -> Runs:
    """Plain text in which `code` is marked by backticks."""
    return tuple(Run(piece, code=bool(place % 2)) for place, piece in enumerate(text.split("`")) if piece)


def _option(letter: str, text: str) -> Card:
    return Card((Run(letter, bold=True),), (Text(words(text)),), "option")
