"""Measures text with the very fonts that the slides bring along."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from course.build.slides.model import Run, Runs

VENDOR = Path(__file__).parent / "vendor"
FILES = {
    "regular": VENDOR / "inter" / "inter-latin-400-normal.ttf",
    "italic": VENDOR / "inter" / "inter-latin-400-italic.ttf",
    "bold": VENDOR / "inter" / "inter-latin-700-normal.ttf",
    "mono": VENDOR / "jetbrains-mono" / "jetbrains-mono-latin-400-normal.ttf",
    "mono-bold": VENDOR / "jetbrains-mono" / "jetbrains-mono-latin-700-normal.ttf",
}
# Inline code is set a little smaller, since the mono font is wider; it has a tint that takes room at both ends.
CODE_IN_TEXT, TINT = 0.9, 0.12
# Browsers and typst kern pairs that Pillow's basic layout does not; what is narrower here must not be wider there.
CARE = 0.975
_EM = 200


@lru_cache(maxsize=8)
def _font(face: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FILES[face], _EM, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=100_000)
def _ems(text: str, face: str) -> float:
    return _font(face).getlength(text) / _EM


def face_of(run: Run) -> str:
    if run.code:
        return "mono"
    return "bold" if run.bold else "italic" if run.italic else "regular"


def width(text: str, size: float, face: str = "regular") -> float:
    """The width of a line of text, in pixels."""
    return _ems(text, face) * size


def runs_width(runs: Runs, size: float) -> float:
    """The width of styled text on one line."""
    return sum(_piece(run.text, run, size) for run in runs)


def longest_word(runs: Runs, size: float) -> float:
    """The width of the longest piece that cannot be broken."""
    return max((sum(_piece(text, run, size) for text, run in word) for word in _words(runs)), default=0.0)


def lines(runs: Runs, size: float, room: float) -> int:
    """How many lines styled text takes, broken at spaces."""
    room *= CARE
    space = width(" ", size)
    count, used = 1, 0.0
    for word in _words(runs):
        wide = sum(_piece(text, run, size) for text, run in word)
        if used and used + space + wide > room:
            count, used = count + 1, wide
        else:
            used += wide + (space if used else 0.0)
    return count


def missing(text: str, face: str = "regular") -> str:
    """The characters that the fonts do not have, which would be shown as boxes."""
    return "".join(sorted({one for one in text if one not in "\n\t" and ord(one) not in _known(face)}))


@lru_cache(maxsize=8)
def _known(face: str) -> frozenset[int]:
    font = _font(face)
    unknown = bytes(font.getmask("\uffff"))
    common = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2010, 0x2027)) | {0x20AC, 0x2212, 0x2022}
    return frozenset(code for code in common if code in {0x20, 0xA0} or bytes(font.getmask(chr(code))) != unknown)


def _piece(text: str, run: Run, size: float) -> float:
    if run.code:
        return width(text, size * CODE_IN_TEXT, "mono") + 2 * TINT * size
    return width(text, size, face_of(run))


def _words(runs: Runs) -> list[list[tuple[str, Run]]]:
    """Words with their styles; one word may change its style in the middle, as in `code`."""
    found: list[list[tuple[str, Run]]] = [[]]
    for run in runs:
        for number, text in enumerate([run.text] if run.code else run.text.split(" ")):
            if number:
                found.append([])
            if text:
                found[-1].append((text, run))
    return [word for word in found if word]


def broken(text: str, size: float, room: float, face: str = "regular") -> list[str]:
    """The lines of a plain text."""
    found: list[str] = []
    for word in text.split():
        if found and width(f"{found[-1]} {word}", size, face) <= room * CARE:
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
    return found
