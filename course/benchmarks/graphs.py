"""Bars as SVG, for the pages: what was measured, when, with what, and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from course.benchmarks.report import PEERS, Line, Measured, versions

WIDTH, LABEL, VALUE, BAR, GAP, TOP = 820, 340, 110, 22, 10, 44
SHOWN = ("python", "uvicorn", "fastapi", "lightgbm")
# Readable on a light and on a dark page.
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:currentColor}.t{font-weight:600}.n{font-size:11px}"
    "rect{fill:#4477aa}rect.o{fill:#cc6677}svg{color:#333}@media(prefers-color-scheme:dark){svg{color:#ddd}}"
)


def write(folder: Path, found: Iterable[Measured], *, note: str) -> None:
    """A picture per row; the peers share one."""
    folder.mkdir(parents=True, exist_ok=True)
    peers = [one for one in found if one.name in PEERS]
    kept = ", ".join(f"{name} {value}" for name, value in versions().items() if name in SHOWN)
    for one in found:
        if one.name not in PEERS:
            lines = [line for line in one.lines if line.unit == one.lines[0].unit]
            text = picture(one.name, lines, (one.method, f"{note}; {kept}"))
            (folder / f"{one.name.replace(' ', '-')}.svg").write_text(text, encoding="utf-8")
    if peers:
        lines = [*reversed(peers[0].lines[1:]), *(one.lines[0] for one in peers)]
        text = picture(
            "peers", lines, (peers[0].method.replace(peers[0].lines[0].what.split(",")[0], "a peer"), f"{note}; {kept}")
        )
        (folder / "peers.svg").write_text(text, encoding="utf-8")


def picture(title: str, lines: Sequence[Line], notes: Sequence[str]) -> str:
    """Medians as bars, all of one unit."""
    longest = max(line.median for line in lines)
    scale = (WIDTH - LABEL - VALUE) / longest
    said = [part for note in notes for part in _wrapped(note)]
    bottom = TOP + len(lines) * (BAR + GAP)
    height = bottom + 16 * len(said) + 12
    drawn = [f'<text class="t" x="0" y="20">{escape(title)}: {escape(lines[0].unit)}, median</text>']
    for number, line in enumerate(lines):
        y = TOP + number * (BAR + GAP)
        kind = ' class="o"' if "movie_service" in line.what or "/predict, " in line.what else ""
        drawn += [
            f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(line.what)}</text>',
            f'<rect{kind} x="{LABEL}" y="{y}" width="{max(1, line.median * scale):.1f}" height="{BAR}"/>',
            f'<text x="{LABEL + line.median * scale + 6:.1f}" y="{y + 16}">{line.median:.4g}</text>',
        ]
    drawn += [f'<text class="n" x="0" y="{bottom + 16 * (at + 1)}">{escape(one)}</text>' for at, one in enumerate(said)]
    what = escape(f"{title}: " + ", ".join(f"{line.what} {line.median:.4g}" for line in lines), quote=True)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{what}">'
    return "\n".join([head, f"<style>{STYLE}</style>", *drawn, "</svg>", ""])


def _wrapped(text: str, width: int = 120) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]
