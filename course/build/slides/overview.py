"""The page from which an instructor opens the decks: minutes, slides and the five files of each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from course.build.slides.html import styles

if TYPE_CHECKING:
    from course.build.slides.command import Built

LAYOUT = """
body { max-width: 1080px; margin: 0 auto; padding: 48px 24px; color: var(--text); }
body { font: 18px/1.5 Inter, Arial, sans-serif; }
h1 { color: var(--ink); font-size: 36px; margin: 0 0 4px; } td a { white-space: nowrap; } a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; margin: 28px 0; } th, td { text-align: left; padding: 10px 12px; }
thead th { color: var(--accent); border-bottom: 2px solid var(--accent); }
tbody tr + tr > * { border-top: 1px solid var(--edge); }
td.n, th.n { text-align: right; }
kbd { background: var(--box); border-radius: 4px; padding: 1px 7px; font-weight: 700; }
"""
KEYS = (("Space", "next"), ("S", "notes and clock"), ("Esc", "all slides"), ("D", "dark or light"),
        ("T", "clock of an exercise"), ("F", "full screen"), ("?", "all keys"))  # fmt: skip


def overview(decks: Sequence[Built]) -> str:
    """The whole page."""
    frame = decks[0].frame
    rows = "".join(_row(built) for built in decks)
    slides = sum(len(built.fitted) for built in decks)
    minutes = sum(built.deck.minutes for built in decks)
    keys = " ".join(f"<kbd>{escape(key)}</kbd> {escape(what)}&ensp;" for key, what in KEYS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Slides: {escape(frame.outline.title)}</title>"
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{styles()}{LAYOUT}</style></head><body><main><h1>{escape(frame.outline.title)}</h1>"
        f"<p>Profile: {escape(frame.profile.title)}. {slides} slides, {minutes:g} minutes with the exercises.</p>"
        '<table><thead><tr><th scope="col">Part</th><th scope="col" class="n">Slides</th>'
        '<th scope="col" class="n">Minutes</th><th scope="col">To read</th>'
        '<th scope="col">To print</th><th scope="col">To edit</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f"<p>In the slides: {keys}</p></main></body></html>"
    )


def _row(built: Built) -> str:
    deck = built.deck
    return (
        f'<tr><th scope="row"><a href="{deck.slug}.html">{deck.part} {escape(deck.title)}</a></th>'
        f'<td class="n">{len(built.fitted)}</td><td class="n">{deck.minutes:g}</td>'
        f'<td><a href="{deck.slug}-read.html">with notes</a></td>'
        f'<td><a href="{deck.slug}.pdf">slides</a>, <a href="{deck.slug}-notes.pdf">notes</a> (PDF)</td>'
        f'<td><a href="{deck.slug}.pptx">PowerPoint</a></td></tr>'
    )
