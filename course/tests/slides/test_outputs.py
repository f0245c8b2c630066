"""The five files of each deck agree, can be read without eyes or network, and can be edited."""

from __future__ import annotations

import hashlib
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pypdf import PdfReader

from course.build.site.decks import pages as site_pages
from course.build.slides import look
from course.build.slides.command import ROOT, main
from course.build.slides.fonts import VENDOR
from course.build.slides.model import Code, Picture, Table
from course.build.slides.overview import overview
from course.tests.slides.test_read_page import shown_by

pytestmark = pytest.mark.slow
# Attributes that make a browser ask somebody, and the same in styles.
ASKS = re.compile(r"""(?:\bsrc|\bposter|<link[^>]*\bhref)\s*=\s*["']?(?:https?:)?//|url\(\s*(?!["']?(?:data:|#))""")
# What a script could do is seen by the browser test, which counts the requests.
SCRIPT = re.compile(r"(?<=<script>).*?(?=</script>)", re.DOTALL)
LARGEST = 2_000_000


class Sections(HTMLParser):
    """What a page shows: its sections, their headings, their notes, the names of their pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.sections, self.headings, self.notes, self.alts = 0, 0, 0, []
        self.timing: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "section":
            self.sections += 1
            self.timing.append(int(said.get("data-timing") or 0))
        self.headings += tag in {"h1", "h2"}
        self.notes += tag == "aside"
        if tag == "svg":
            self.alts.append(said.get("aria-label"))


def page(path: Path) -> Sections:
    found = Sections()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def test_the_number_of_slides_is_the_same_in_all_five_and_on_the_sites_page(decks, files):
    site = site_pages(ROOT)
    for built in decks:
        slug, count = built.deck.slug, len(built.deck.slides)
        counts = {
            "html": page(files / f"{slug}.html").sections,
            "read": page(files / f"{slug}-read.html").sections,
            "site": shown_by(site[Path("slides", f"{slug}.md")]),
            "pdf": len(PdfReader(files / f"{slug}.pdf").pages),
            "notes": len(PdfReader(files / f"{slug}-notes.pdf").pages),
            "pptx": len(Presentation(str(files / f"{slug}.pptx")).slides),
        }
        assert counts == dict.fromkeys(counts, count), slug


def test_a_page_has_one_heading_and_notes_per_slide_and_paces_the_speaker(decks, files):
    for built in decks:
        found = page(files / f"{built.deck.slug}.html")

        assert (found.headings, found.notes) == (found.sections, found.sections)
        assert sum(found.timing) == round(built.deck.minutes * 60)
        assert all(found.alts)


def test_a_page_asks_no_host_for_anything(files, decks):
    pages = [*files.glob("*.html")]
    (files / "overview.html").write_text(overview(decks), encoding="utf-8")

    for path in [*pages, files / "overview.html"]:
        found = ASKS.search(SCRIPT.sub("", path.read_text(encoding="utf-8")))
        assert found is None, (path.name, found)


@pytest.mark.parametrize(
    "asks",
    [
        '<script src="https://x.y/z.js">',
        "<img src=//x.y/z.png>",
        '<link rel="a" href="http://x">',
        "@font-face{src:url(https://x.y/f.woff2)}",
        "a{background:url(images/a.png)}",
    ],
)
def test_a_page_that_asks_is_found(asks):
    assert ASKS.search(asks)


def test_a_pdf_is_tagged_titled_and_in_a_language(decks, files):
    for built in decks:
        for ending in (".pdf", "-notes.pdf"):
            root = PdfReader(files / f"{built.deck.slug}{ending}").trailer["/Root"]
            told = root["/Metadata"].get_data().decode("utf-8")

            assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  pypdf has a boolean of its own
            assert root["/Lang"].startswith("en")
            assert "<pdfuaid:part>1</pdfuaid:part>" in told
            assert built.deck.title.replace("&", "&amp;") in told


def test_a_pdf_says_the_words_of_its_slides(decks, files):
    for built in decks:
        pages = PdfReader(files / f"{built.deck.slug}.pdf").pages
        for one, shown in zip(built.deck.slides, pages, strict=True):
            words = set(re.findall(r"\w+", shown.extract_text()))
            assert set(re.findall(r"\w+", one.heading)) <= words, one.where


def test_the_notes_are_beside_each_slide(decks, files):
    for built in decks:
        pages = PdfReader(files / f"{built.deck.slug}-notes.pdf").pages
        for one, shown in zip(built.deck.slides, pages, strict=True):
            text = " ".join(shown.extract_text().split())
            assert f"{one.minutes:g} min" in text
            assert "Ask:" in text, one.where


def test_the_small_slide_beside_the_notes_is_the_slide_itself(decks, files):
    """Line by line, 39.8 percent of the size: what is set for the notes must not reach into it."""
    deck = decks[2].deck
    slides = PdfReader(files / f"{deck.slug}.pdf").pages
    notes = PdfReader(files / f"{deck.slug}-notes.pdf").pages
    for one, large, small in zip(deck.slides, slides, notes, strict=True):
        there, here = heights(large), heights(small)
        gaps = [there[text] - here[text] / 0.398 for text in there]
        assert max(gaps) - min(gaps) < 2, one.where


def heights(page) -> dict[str, float]:
    """Where each line that is there once stands, from below."""
    found: dict[str, list[float]] = {}

    def seen(text, cm, tm, *_):
        if len(text.strip()) > 3:
            found.setdefault(text.strip(), []).append(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])

    page.extract_text(visitor_text=seen)
    return {text: places[0] for text, places in found.items()}


def test_powerpoint_has_native_things_only(decks, files):
    for built in decks:
        show = Presentation(str(files / f"{built.deck.slug}.pptx"))
        for one, slide in zip(built.deck.slides, show.slides, strict=True):
            kinds = [shape.shape_type for shape in slide.shapes]
            assert slide.shapes.title.text_frame.text == one.heading
            assert len(slide.notes_slide.notes_text_frame.text.split()) >= 25
            assert MSO_SHAPE_TYPE.PICTURE not in kinds
            assert kinds.count(MSO_SHAPE_TYPE.TABLE) == sum(isinstance(block, Table) for block in one.blocks)
            assert kinds.count(MSO_SHAPE_TYPE.GROUP) == sum(isinstance(block, Picture) for block in one.blocks)


def test_powerpoint_stays_on_its_slides(decks, files):
    for built in decks:
        show = Presentation(str(files / f"{built.deck.slug}.pptx"))
        for slide in show.slides:
            for shape in slide.shapes:
                assert shape.left >= 0, shape.name
                assert shape.top + shape.height <= show.slide_height, (built.deck.slug, shape.name)


def test_pictures_in_powerpoint_have_words_and_glued_arrows(decks, files):
    for built in decks:
        show = Presentation(str(files / f"{built.deck.slug}.pptx"))
        for one, slide in zip(built.deck.slides, show.slides, strict=True):
            groups = [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
            for picture, group in zip([x for x in one.blocks if isinstance(x, Picture)], groups, strict=True):
                assert group._element.nvGrpSpPr.cNvPr.get("descr") == picture.alt
                xml = "".join(shape._element.xml for shape in group.shapes)
                if picture.edges:
                    assert xml.count("a:stCxn") == xml.count("a:endCxn") >= 1, one.where


def test_code_in_powerpoint_is_colored(decks, files):
    built = decks[1]
    show = Presentation(str(files / f"{built.deck.slug}.pptx"))
    place = next(
        n for n, one in enumerate(built.deck.slides) if any(isinstance(x, Code) and x.source for x in one.blocks)
    )
    code = next(shape for shape in show.slides[place].shapes if shape.name == "Code")

    colors = {str(run.font.color.rgb) for line in code.text_frame.paragraphs for run in line.runs}

    assert len(colors) >= 4


def test_words_can_be_told_from_their_ground():
    """WCAG asks for 4.5 to 1; a projector in a bright room takes some of it away."""
    for colours, code in ((look.LIGHT, look.CODE_LIGHT), (look.DARK, look.CODE_DARK)):
        pairs = [(ink, ground) for ink in (colours.ink, colours.text, colours.muted, colours.accent)
                 for ground in (colours.paper, colours.box, colours.code)]  # fmt: skip
        pairs += [(colours.good_ink, colours.good), (colours.bad_ink, colours.bad), (colours.text, colours.bad),
                  (colours.text, colours.good), (colours.paper, colours.accent)]  # fmt: skip
        pairs += [(ink, colours.code) for ink in code.values()]
        assert [(one, two, round(contrast(one, two), 2)) for one, two in pairs if contrast(one, two) < 4.5] == []
    assert contrast("#93a9ff", look.LIGHT.deep) > 4.5
    assert contrast("#a3aec6", look.LIGHT.deep) > 4.5


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((_light(one), _light(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_what_is_vendored_is_what_its_manifest_says():
    manifest = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()} - {"manifest.toml"}

    named = {f"{folder}/{name}": digest for folder, one in manifest.items() for name, digest in one["files"].items()}
    assert set(named) == there
    assert {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in named} == named
    for folder in manifest:
        assert (VENDOR / folder / "LICENSE").is_file()
        assert sum(path.stat().st_size for path in (VENDOR / folder).iterdir()) < LARGEST


def test_the_command_builds_one_deck_and_the_page_that_lists_all(tmp_path, capsys):
    code = main(["--profile", "day", "--part", "9", "--only", "html", "--only", "pptx", "--out", str(tmp_path)])

    assert code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "09_hands_on_project.html", "09_hands_on_project.pptx", "index.html",
    ]  # fmt: skip
    assert capsys.readouterr().out.startswith("09_hands_on_project: 6 slides, 60 minutes, .html, .pptx (")
    assert (tmp_path / "index.html").read_text().count("<tr>") == 11


def test_a_deck_that_breaks_a_rule_is_not_built(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("course.build.slides.command.faults", lambda decks, values: iter(["a fault."]))

    code = main(["--out", str(tmp_path / "out")])

    assert code == 2
    assert capsys.readouterr().err == "error: a fault.\ntry: mend the deck, then run `make slides` again\n"
    assert not (tmp_path / "out").exists()


def test_settings_that_are_not_there_are_refused_in_words(tmp_path, capsys):
    settings = tmp_path / "me.toml"

    assert main(["--settings", str(settings)]) == 2

    assert capsys.readouterr().err == (
        f"error: there is no file {str(settings)!r}.\ntry: copy slides/presenter.toml there, and fill it in\n"
    )


def test_an_unknown_profile_is_named(capsys):
    assert main(["--profile", "three-days"]) == 2
    assert capsys.readouterr().err == (
        "error: there is no profile 'three-days'. There are: two-days, day, six-hours, week, self.\n"
        "try: python -m course outline --list\n"
    )


def test_the_decks_lie_where_the_builder_looks():
    assert len(list((ROOT / "slides").glob("*.md"))) == 10
