"""What a deck is, once read: slides, and blocks on them. Every output is made from these and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

# Kinds of slides: a part's first, an ordinary one, the three around an exercise.
KINDS = ("lead", "plain", "predict", "handoff", "debrief")


class DeckError(ValueError):
    """A deck says something that cannot be shown; the message names file, line and what to change."""


@dataclass(frozen=True)
class Run:
    """Some words in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True)
class Item:
    """One entry of a list; `mark` is what stands before it."""

    runs: Runs
    level: int = 1
    mark: str = "•"


@dataclass(frozen=True)
class Bullets:
    """A list; `sections` are those of a part, each with its number as the mark."""

    items: tuple[Item, ...]
    ordered: bool = False
    sections: bool = False


@dataclass(frozen=True)
class Table:
    """A table; its first row is the header, and the first cell of each row names the row.

    In pairs, what people believe stands on the left and what holds on the right.
    """

    rows: tuple[tuple[Runs, ...], ...]
    pairs: bool = False


@dataclass(frozen=True)
class Code:
    """Lines of a file that a test runs or reads; `source` is its path in the repository, if it has one."""

    language: str
    text: str
    source: str = ""

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


@dataclass(frozen=True)
class Node:
    """One shape of a picture, on a grid; `sub` is a second, smaller line."""

    name: str
    x: float
    y: float
    text: str
    sub: str = ""
    kind: str = "box"
    wide: float = 1.0


@dataclass(frozen=True)
class Edge:
    """An arrow. `way` leads it around: straight, below or above."""

    start: str
    end: str
    label: str = ""
    way: str = "straight"
    kind: str = "line"


@dataclass(frozen=True)
class Group:
    """A frame around the cells from one corner to the other."""

    label: str
    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its length follows `value`, `text` says it in words."""

    label: str
    value: float
    text: str
    kind: str = "box"


@dataclass(frozen=True)
class Picture:
    """A diagram (nodes and edges on a grid) or a chart (bars), with the words that say the same."""

    name: str
    alt: str
    columns: float = 1
    rows: float = 1
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Card:
    """A titled box with words in it; `kind` is plain, good, bad or option."""

    title: Runs
    blocks: tuple[Text | Bullets, ...]
    kind: str = "plain"


@dataclass(frozen=True)
class Cards:
    """Boxes side by side, at most so many in a row."""

    cards: tuple[Card, ...]
    most: int = 4


Block: TypeAlias = Text | Bullets | Table | Code | Picture | Cards


@dataclass(frozen=True)
class Slide:
    """One slide. `minutes` of a hand-off: what its section has left; `split` sets the first block beside the rest."""

    where: str
    kind: str
    title: Runs
    blocks: tuple[Block, ...]
    note: str
    minutes: float
    section: str
    source: int = 0
    exercise: str = ""
    split: int = 0
    dated: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return plain(self.title)


@dataclass(frozen=True)
class Deck:
    """The slides of one part, in order."""

    part: int
    slug: str
    title: str
    subtitle: str
    path: Path
    slides: tuple[Slide, ...] = field(repr=False)

    @property
    def minutes(self) -> float:
        return sum(slide.minutes for slide in self.slides)


def plain(runs: Runs) -> str:
    """The words without their style."""
    return "".join(run.text for run in runs)


def words_of(block: Block) -> Iterator[str]:
    """Every piece of text that a block shows, alt texts and code left out."""
    if isinstance(block, Text):
        yield plain(block.runs)
    elif isinstance(block, Bullets):
        yield from (plain(item.runs) for item in block.items)
    elif isinstance(block, Table):
        yield from (plain(cell) for row in block.rows for cell in row)
    elif isinstance(block, Cards):
        for card in block.cards:
            yield plain(card.title)
            for one in card.blocks:
                yield from words_of(one)
    elif isinstance(block, Picture):
        yield from (word for node in block.nodes for word in (node.text, node.sub))
        yield from (edge.label for edge in block.edges)
        yield from (group.label for group in block.groups)
        yield from (word for bar in block.bars for word in (bar.label, bar.text))
