"""Cards side by side: how many in a row, and how high each becomes."""

from __future__ import annotations

from course.build.slides import look
from course.build.slides.fonts import lines, longest_word
from course.build.slides.model import Bullets, Card, Cards, Text

LEAST_CARD = 200.0
LETTER = 52.0


class TooBig(Exception):
    """It does not fit at this step; the text says what is too big."""


def indent_of(block: Bullets, level: int) -> float:
    """How far the words of an item are moved in, in ems; numbers take more room than dots."""
    if block.sections:
        return look.SECTION
    return look.NUMBERED if block.ordered else look.INDENT * level


def item_height(block: Bullets, size: float, room: float) -> float:
    """The height of a list."""
    total = 0.0
    for item in block.items:
        inside = room - indent_of(block, item.level) * size
        if longest_word(item.runs, size) > inside:
            raise TooBig("a word is wider than its place.")
        total += lines(item.runs, size, inside) * look.LINE * size
    return total + (len(block.items) - 1) * look.ITEM_GAP * size


def card_height(card: Card, step: float, wide: float) -> float:
    """The height of one card of a given width."""
    size = look.CARD * step
    room = wide - 2 * look.PAD_CARD
    if card.kind == "option":
        room -= LETTER
        text = card.blocks[0]
        assert isinstance(text, Text)
        if longest_word(text.runs, size) > room:
            raise TooBig("a word is wider than its card.")
        return max(lines(text.runs, size, room) * look.LINE * size, 40.0) + 1.5 * look.PAD_CARD
    title = look.CARD_TITLE * step
    if longest_word(card.title, title) > room:
        raise TooBig("a word is wider than its card.")
    total = 2 * look.PAD_CARD + (lines(card.title, title, room) * look.LINE * title if card.title else 0.0)
    for block in card.blocks:
        high = item_height(block, size, room) if isinstance(block, Bullets) else _text_height(block, size, room)
        total += high + look.ITEM_GAP * size
    return total


def grid_of(block: Cards, step: float, room: float) -> list[list[Card]]:
    """The rows of cards: of all ways to share them out, the one that is least high."""
    count = len(block.cards)
    most = 2 if block.cards[0].kind == "option" else block.most
    best: tuple[float, list[list[Card]]] | None = None
    for columns in range(min(most, count), 0, -1):
        rows = _shared(block.cards, columns)
        wide = (room - look.GUTTER * (columns - 1)) / columns
        if wide < LEAST_CARD:
            continue
        try:
            high = sum(
                max(card_height(card, step, (room - look.GUTTER * (len(row) - 1)) / len(row)) for card in row)
                for row in rows
            )
        except TooBig:
            continue
        high += look.GUTTER * (len(rows) - 1)
        if best is None or high < best[0] - 1:
            best = (high, rows)
    if best is None:
        raise TooBig("a word is wider than its card.")
    return best[1]


def _shared(cards: tuple[Card, ...], columns: int) -> list[list[Card]]:
    """Rows of nearly equal length, the longer ones first: five in threes are three and two."""
    count = -(-len(cards) // columns)
    rows: list[list[Card]] = []
    left = list(cards)
    for row in range(count):
        take = -(-len(left) // (count - row))
        rows.append(left[:take])
        left = left[take:]
    return rows


def _text_height(block: Text, size: float, room: float) -> float:
    if longest_word(block.runs, size) > room:
        raise TooBig("a word is wider than its card.")
    return lines(block.runs, size, room) * look.LINE * size
