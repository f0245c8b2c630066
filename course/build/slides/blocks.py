"""Turns the Markdown of a slide's body into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course.build.slides.code import known
from course.build.slides.includes import included
from course.build.slides.model import (
    Block,
    Bullets,
    Card,
    Cards,
    Code,
    DeckError,
    Item,
    Picture,
    Run,
    Runs,
    Table,
    Text,
)
from course.build.slides.picture import read_picture
from course.build.slides.values import Values

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
MADE = re.compile(r"\A<!-- (table|predict|brief): ([\w.-]+) -->\s*\Z")
# What an exercise says itself stands in place of the words that the deck has for it.
OWN = ("predict", "brief")
KIND = re.compile(r"\s*<!-- (good|bad|plain) -->\s*\Z")
IMAGE = re.compile(r"\A!\[([^\]]*)\]\((diagrams/[\w-]+\.yaml)\)\Z")
# What comes after it stands below the cards, and not in the last of them.
BELOW = "<!-- below -->"
# Commands and their output are shown as a terminal prints them; a test in course/prose.py knows their names.
SHOWN = ("console", "text", "json")


def inline(text: str) -> Runs:
    """Styled words of one line of Markdown."""
    return _runs(MARKDOWN.parseInline(text)[0])


def blocks_of(body: str, kind: str, where: str, values: Values) -> tuple[tuple[Block, ...], list[str]]:
    """Return (blocks, answers for the notes) of a slide's body."""
    answers: list[str] = []
    own: list[Block] = []
    found: list[tuple[Card | None, Block]] = []
    card: Card | None = None
    tokens = MARKDOWN.parse(body)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open":
            card = _card(tokens[place + 1])
            place += 3
            continue
        end = _end(tokens, place)
        if token.type == "html_block" and token.content.strip() == BELOW:
            card = None
            place = end
            continue
        made = MADE.match(token.content) if token.type == "html_block" else None
        if made and made[1] in OWN:
            own, answer = values.said_by_exercise(made[1], made[2], where)
            answers += answer
        elif made:
            found.append((None, values.made(made[2], where)))
        else:
            found += [(card, block) for block in _blocks(tokens[place:end], where, values)]
        place = end
    blocks = [_options(block, kind) for block in _carded(found)]
    if own:
        blocks = [*own, *(block for block in blocks if isinstance(block, Code))]
    return tuple(blocks), answers


def _end(tokens: list[Token], place: int) -> int:
    """The place behind the block that begins here."""
    depth = 0
    for at in range(place, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at + 1
    return len(tokens)


def _blocks(tokens: list[Token], where: str, values: Values) -> Iterator[Block]:
    first = tokens[0]
    if first.type == "paragraph_open":
        image = IMAGE.match(tokens[1].content)
        yield _picture(image[2], where, values) if image else Text(_runs(tokens[1]))
    elif first.type in {"bullet_list_open", "ordered_list_open"}:
        yield _bullets(tokens)
    elif first.type == "table_open":
        yield _table(tokens)
    elif first.type == "fence":
        yield _code(first, where, values)
    else:
        raise DeckError(
            f"{where}: slides cannot show {first.content.strip() or first.type!r}. Use text, lists, tables."
        )


def _picture(name: str, where: str, values: Values) -> Picture:
    path: Path = values.root / "slides" / name
    if not path.is_file():
        raise DeckError(f"{where}: there is no picture {name!r} beside the decks. Mend the path.")
    return read_picture(path, lambda text: values.filled(text, name)[0])


def _code(token: Token, where: str, values: Values) -> Code:
    language = token.info.strip()
    if language in SHOWN and not token.content.startswith("--8<--"):
        return Code("json" if language == "json" else language, token.content.rstrip("\n"))
    if not known(language):
        raise DeckError(f"{where}: nothing can color {language!r}. Name a language that Pygments knows.")
    text, path = included(token.content, values.root, where)
    return Code(language, text, path)


def _bullets(tokens: list[Token]) -> Bullets:
    items: list[Item] = []
    counts: list[int] = []
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            counts.append(0 if token.type == "ordered_list_open" else -10_000)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            counts.pop()
        elif token.type == "list_item_open":
            counts[-1] += 1
        elif token.type == "inline":
            items.append(Item(_runs(token), len(counts), f"{counts[-1]}." if counts[-1] > 0 else "•"))
    return Bullets(tuple(items), tokens[0].type == "ordered_list_open")


def _table(tokens: list[Token]) -> Table:
    rows: list[list[Runs]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_runs(token))
    return Table(tuple(tuple(row) for row in rows))


def _card(heading: Token) -> Card:
    kind = KIND.search(heading.content)
    return Card(inline(KIND.sub("", heading.content)), (), kind[1] if kind else "plain")


def _carded(found: list[tuple[Card | None, Block]]) -> Iterator[Block]:
    """Collect what stands below the same heading into one card, and cards that follow each other into one grid."""
    grid: list[Card] = []
    last: Card | None = None
    for card, block in found:
        if card is None or not isinstance(block, Text | Bullets):
            if grid:
                yield Cards(tuple(grid))
                grid, last = [], None
            yield block
        elif card is last:
            grid[-1] = Card(card.title, (*grid[-1].blocks, block), card.kind)
        else:
            grid.append(Card(card.title, (block,), card.kind))
            last = card
    if grid:
        yield Cards(tuple(grid))


def _options(block: Block, kind: str) -> Block:
    """After an exercise a table holds pairs; before it a numbered list is the choices: a, b, c."""
    if kind == "debrief" and isinstance(block, Table) and len(block.rows[0]) == 2:
        return Table(block.rows, pairs=True)
    if kind != "predict" or not isinstance(block, Bullets) or not block.ordered:
        return block
    letters = "abcdef"
    return Cards(
        tuple(
            Card((Run(letters[place], bold=True),), (Text(item.runs),), "option")
            for place, item in enumerate(block.items)
        )
    )


def _runs(token: Token) -> Runs:
    found: list[Run] = []
    bold = italic = False
    for child in token.children or ():
        if child.type in {"strong_open", "strong_close"}:
            bold = child.type == "strong_open"
        elif child.type in {"em_open", "em_close"}:
            italic = child.type == "em_open"
        elif child.type in {"text", "code_inline"} and child.content:
            found.append(Run(child.content, bold, italic, child.type == "code_inline"))
        elif child.type in {"softbreak", "hardbreak"}:
            found.append(Run(" ", bold, italic))
    return tuple(found)
