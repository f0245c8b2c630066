"""The columns and rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from course.build.slides import look
from course.build.slides.fonts import lines, longest_word, runs_width
from course.build.slides.grid import TooBig
from course.build.slides.model import Run, Runs, Table


@dataclass(frozen=True)
class Ruled:
    """A table's widths and heights, in pixels."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]


def shown(table: Table, row: int, column: int) -> Runs:
    """The words of a cell; the header and the first column are bold."""
    cell = table.rows[row][column]
    if row and (column or table.pairs):
        return cell
    return tuple(Run(run.text, True, run.italic, run.code) for run in cell)


def stretched(said: Ruled, high: float) -> Ruled:
    """Give every row its share of what a table's place is higher than the table."""
    more = max(0.0, high - sum(said.heights)) / len(said.heights)
    return Ruled(said.widths, tuple(one + more for one in said.heights))


def ruled(table: Table, size: float, room: float) -> Ruled:
    """Share the width by what the columns hold, and give each row the height that it needs."""
    columns = range(len(table.rows[0]))
    rows = range(len(table.rows))
    pad = 2 * look.PAD_CELL_X
    least = [max(longest_word(shown(table, row, one), size) for row in rows) * 1.04 + pad for one in columns]
    full = [max(runs_width(shown(table, row, one), size) for row in rows) * 1.04 + pad for one in columns]
    spare = room - sum(least)
    if spare < 0:
        raise TooBig("its table is too wide.")
    wanted = sum(full) - sum(least)
    if table.pairs:
        widths = [room / len(full)] * len(full)
        if any(small > wide for small, wide in zip(least, widths, strict=True)):
            raise TooBig("its table is too wide.")
    elif wanted <= spare:
        # All on one line: what is left goes to every column alike, so that the table spans its place.
        widths = [one + (spare - wanted) / len(full) for one in full]
    else:
        widths = [small + spare * (big - small) / wanted for small, big in zip(least, full, strict=True)]
    heights = []
    for row in rows:
        most = max(lines(shown(table, row, one), size, widths[one] - pad) for one in columns)
        heights.append(most * look.TABLE_LINE * size + 2 * look.PAD_CELL_Y)
    return Ruled(tuple(widths), tuple(heights))
