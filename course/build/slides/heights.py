"""How high a block becomes in a given width."""

from __future__ import annotations

from course.build.slides import look
from course.build.slides.fonts import lines, longest_word, width
from course.build.slides.grid import TooBig, card_height, grid_of, item_height
from course.build.slides.model import Block, Bullets, Cards, Code, Table, Text
from course.build.slides.tables import ruled

LEAST_CODE = 16.5


def height_of(block: Block, step: float, room: float) -> float:
    """The height of anything but a picture. Raises TooBig when it is too wide."""
    size = look.BODY * step
    if isinstance(block, Text):
        if longest_word(block.runs, size) > room:
            raise TooBig("a word is wider than its place.")
        return lines(block.runs, size, room) * look.LINE * size
    if isinstance(block, Bullets):
        return item_height(block, size, room)
    if isinstance(block, Table):
        return sum(ruled(block, look.TABLE * step, room).heights)
    if isinstance(block, Code):
        named = 22.0 if block.source else 0.0
        return len(block.lines) * look.CODE_LINE * code_size(block, step, room) + 2 * look.PAD_CODE + named
    if isinstance(block, Cards):
        rows = grid_of(block, step, room)
        gaps = look.GUTTER * (len(rows) - 1)
        return gaps + sum(
            max(card_height(card, step, (room - look.GUTTER * (len(row) - 1)) / len(row)) for card in row)
            for row in rows
        )
    raise AssertionError(block)


def code_size(block: Code, step: float, room: float) -> float:
    """The font size of code: that of the step, or smaller where a line is long."""
    longest = max(width(line, 1.0, "mono") for line in block.lines)
    size = min(look.CODE * step, (room - 2 * look.PAD_CODE - 4) / longest if longest else look.CODE)
    if size < LEAST_CODE:
        raise TooBig("a line of code is too long for its place.")
    return size


__all__ = ["TooBig", "code_size", "height_of"]
