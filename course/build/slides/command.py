"""`python -m course slides`: builds every deck of slides/ into build/slides."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course import outline
from course.build.schedule import RECOMMENDED
from course.build.slides import reading
from course.build.slides.frame import Frame
from course.build.slides.html import page
from course.build.slides.layout import Fitted, fit_deck
from course.build.slides.model import Deck, DeckError
from course.build.slides.overview import overview
from course.build.slides.pdf import notes_pdf, slides_pdf
from course.build.slides.pptx_deck import write_pptx
from course.build.slides.read import deck_paths, read_deck
from course.build.slides.rules import faults
from course.build.slides.values import Values, load_values

ROOT = Path(__file__).parents[3]
KINDS = ("html", "read", "pdf", "notes", "pptx")


@dataclass(frozen=True)
class Built:
    """A deck that was read and laid out, ready to be painted."""

    deck: Deck
    fitted: tuple[Fitted, ...]
    frame: Frame


def ready(values: Values) -> list[Built]:
    """Read and lay out all decks."""
    frame = Frame(values.outline, values.profile, values.facts)
    decks = [read_deck(path, values) for path in deck_paths(values.root)]
    return [Built(deck, fit_deck(deck), frame) for deck in decks]


def _html(built: Built, out: Path) -> None:
    out.write_text(page(built.deck, built.fitted, built.frame), encoding="utf-8")


def _read(built: Built, out: Path) -> None:
    out.write_text(reading.page(built.deck, built.fitted, built.frame), encoding="utf-8")


def _writers() -> dict[str, tuple[str, Callable[[Built, Path], None]]]:
    return {
        "html": (".html", _html),
        "read": ("-read.html", _read),
        "pdf": (".pdf", lambda built, out: slides_pdf(built.deck, built.fitted, built.frame, out)),
        "notes": ("-notes.pdf", lambda built, out: notes_pdf(built.deck, built.fitted, built.frame, out)),
        "pptx": (".pptx", lambda built, out: write_pptx(built.deck, built.fitted, built.frame, out)),
    }


def write(built: Built, folder: Path, kinds: Sequence[str] = KINDS) -> list[Path]:
    """Write a deck in the asked kinds and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        ending, painter = _writers()[kind]
        out = folder / f"{built.deck.slug}{ending}"
        painter(built, out)
        written.append(out)
    return written


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m course slides", description=__doc__)
    parser.add_argument("--part", type=int, action="append", default=[], help="only this part; can be repeated")
    parser.add_argument("--only", choices=KINDS, action="append", default=[], help="only this kind; can be repeated")
    parser.add_argument("--profile", default=RECOMMENDED, help=f"whose minutes count (default: {RECOMMENDED})")
    parser.add_argument("--settings", type=Path, help="who presents (default: slides/presenter.toml)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "slides", help="where to (default: build/slides)")
    options = parser.parse_args(argv)
    known = outline.load().profiles
    if options.profile not in known:
        print(f"error: there is no profile {options.profile!r}. There are: {', '.join(known)}.", file=sys.stderr)
        print("try: python -m course outline --list", file=sys.stderr)
        return 2
    if options.settings and not options.settings.is_file():
        print(f"error: there is no file {str(options.settings)!r}.", file=sys.stderr)
        print("try: copy slides/presenter.toml there, and fill it in", file=sys.stderr)
        return 2
    try:
        values = load_values(ROOT, options.profile, options.settings)
        decks = ready(values)
        wrong = list(faults([built.deck for built in decks], values)) if _whole(values) else []
    except DeckError as error:
        wrong = [str(error)]
    if wrong:
        for fault in wrong:
            print(f"error: {fault}", file=sys.stderr)
        print("try: mend the deck, then run `make slides` again", file=sys.stderr)
        return 2
    return _build(decks, options.part, options.out, options.only or KINDS)


def _whole(values: Values) -> bool:
    """Say whether the profile holds every exercise; in a shorter one the minutes of the others are left over."""
    return len(values.profile.exercises) == len(values.outline.exercise)


def _build(decks: list[Built], parts: Sequence[int], out: Path, kinds: Sequence[str]) -> int:
    for built in (one for one in decks if not parts or one.deck.part in parts):
        began = time.monotonic()
        files = write(built, out, kinds)
        endings = ", ".join(path.name.removeprefix(built.deck.slug) for path in files)
        count, minutes = len(built.fitted), built.deck.minutes
        print(
            f"{built.deck.slug}: {count} slides, {minutes:g} minutes, {endings} ({time.monotonic() - began:.1f} s)",
            flush=True,
        )
    if "html" in kinds:
        (out / "index.html").write_text(overview(decks), encoding="utf-8")
        print(f"Open {out / 'index.html'}; S shows the notes, D dark, T the clock, ? all keys.")
    return 0
