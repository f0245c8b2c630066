"""How the slides look: the palette in light and dark, the sizes, the frame. The three painters share it."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT, TOP, BOTTOM = 64, 1216, 138, 662
KICKER_Y, TITLE_Y, FOOT_Y = 38, 60, 684

# The steps in which a slide may grow or shrink until it fits; below the last it is refused, since the last row
# could not read it.
STEPS = (1.3, 1.24, 1.16, 1.1, 1.05, 1.0, 0.95, 0.9, 0.86, 0.82)
BODY, CARD, CARD_TITLE, TABLE, CODE, SOURCE = 28.0, 23.0, 24.0, 23.0, 21.0, 14.0
NODE, SUB, LABEL = 21.0, 17.0, 17.0
TITLES = (44.0, 40.0, 36.0, 32.0)
KICKER, FOOT = 17.0, 14.0

LINE, CODE_LINE, TABLE_LINE = 1.32, 1.42, 1.26
ITEM_GAP, BLOCK_GAP = 0.36, 22.0
PAD_CARD, PAD_CELL_X, PAD_CELL_Y, PAD_CODE = 18.0, 14.0, 8.0, 18.0
INDENT, NUMBERED, SECTION = 1.05, 1.4, 2.4
GUTTER = 20.0
# How much of its height a table, and a grid of cards, may grow where a slide has room left.
STRETCH = (0.35, 0.12)


@dataclass(frozen=True)
class Colours:
    """One set of colors, as `#rrggbb`."""

    paper: str
    ink: str
    text: str
    muted: str
    accent: str
    line: str
    box: str
    edge: str
    good: str
    good_ink: str
    bad: str
    bad_ink: str
    code: str
    deep: str


LIGHT = Colours(
    paper="#ffffff", ink="#1f2a44", text="#2c3853", muted="#56637f", accent="#3b5bdb", line="#5a6a8c",
    box="#f1f4fb", edge="#b9c3d8", good="#e6f4ea", good_ink="#1d5c36", bad="#fdeee6", bad_ink="#9a3412",
    code="#f6f8fc", deep="#1b2540",
)  # fmt: skip
DARK = Colours(
    paper="#141925", ink="#f1f4fb", text="#d5dcec", muted="#a3aec6", accent="#93a9ff", line="#97a5c3",
    box="#1f2738", edge="#46536f", good="#163320", good_ink="#93e2ad", bad="#3a2318", bad_ink="#ffb48a",
    code="#1a2130", deep="#0d1220",
)  # fmt: skip

# Kinds of tokens in code, light and dark; every pair reaches 4.5 to 1 on its background.
CODE_LIGHT = {
    "plain": "#2c3853", "keyword": "#3b3fc4", "name": "#0b5f73", "string": "#1d6b3a", "number": "#9a3412",
    "comment": "#5d6880",
}  # fmt: skip
CODE_DARK = {
    "plain": "#d5dcec", "keyword": "#a5b4ff", "name": "#7fd6e6", "string": "#93e2ad", "number": "#ffb48a",
    "comment": "#9aa6bf",
}  # fmt: skip
