"""The decks as pages: every slide with what is said to it, below each other."""

from __future__ import annotations

from pathlib import Path

from course.build.schedule import RECOMMENDED
from course.build.site.links import found
from course.build.site.parts import FOLDER as PARTS
from course.build.site.parts import slug
from course.build.slides import reading
from course.build.slides.command import Built, ready
from course.build.slides.values import load_values

FOLDER = "slides"
STYLES = "assets/slides.css"


def pages(root: Path) -> dict[Path, Path | str]:
    """An index, a page per deck, and their styles, by path in the site."""
    built = ready(load_values(root, RECOMMENDED))
    made: dict[Path, Path | str] = {Path(FOLDER, "index.md"): _index(built), Path(STYLES): reading.site_styles()}
    return made | {Path(FOLDER, f"{one.deck.slug}.md"): _page(one) for one in built}


def _index(decks: list[Built]) -> str:
    lines = [
        "# Slides", "",
        "Every slide with what is said to it, to be read here or printed.",
        "What a room sees after an exercise is folded, because it gives the exercise away.",
        "So are the notes, which have the answers of predictions.",
        "For a projector, paper or PowerPoint, `make slides` builds the same decks as files: "
        "[how it is done](../how-to/slides.md).", "",
        "| | Part | Slides | Minutes in two days |", "|--:|:--|--:|--:|",
        *(f"| {one.deck.part} | [{one.deck.title}]({one.deck.slug}.md) | {len(one.fitted)} | {one.deck.minutes:g} |"
          for one in decks), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _page(built: Built) -> str:
    deck = built.deck
    part = slug(built.frame.outline.part[deck.part - 1])
    lines = [
        # The pages of the part say the same in whole sentences, and are found first.
        found(0.5) + f"# Slides of part {deck.part}: {deck.title}", "",
        f"{len(built.fitted)} slides. "
        f"What they say in a few words, [the pages of this part](../{PARTS}/{part}/index.md) say in whole ones.", "",
    ]  # fmt: skip
    for one in reading.slides(deck, built.fitted, built.frame):
        lines += [f"## {one.number}. {one.heading} {{ #slide-{one.number} }}", "", one.shown, "", one.told, ""]
    return "\n".join(lines)
