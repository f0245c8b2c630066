"""The slides in a real browser, opened as files, and the PowerPoint decks in LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from pypdf import PdfReader

from course.tests.lab.browser import CHROMIUM, Seen, chromium

pytestmark = [pytest.mark.full, pytest.mark.live, pytest.mark.timeout(600)]
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

# Every block of the shown slide whose words need more room than it has, or that reaches over the edge.
TOO_BIG = """() => {
  const slide = Reveal.getCurrentSlide(), whole = slide.getBoundingClientRect(), found = [];
  for (const box of slide.querySelectorAll('.box, h1, h2, .kicker, .foot-left, .foot-middle, .foot-right')) {
    if (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
      found.push(`${box.className || box.tagName}: ${box.scrollWidth}x${box.scrollHeight} ` +
        `in ${box.clientWidth}x${box.clientHeight}`);
    for (const one of box.querySelectorAll('p, li, td, th, code, h3, pre')) {
      const rect = one.getBoundingClientRect(), outer = box.getBoundingClientRect();
      if (rect.right > outer.right + 1.5 || rect.bottom > outer.bottom + 1.5)
        found.push(`${one.tagName} of ${box.className}: ${one.textContent.slice(0, 40)}`);
    }
    const rect = box.getBoundingClientRect();
    if (rect.right > whole.right + 1 || rect.bottom > whole.bottom + 1) found.push(`${box.className} over the edge`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.fixture(scope="module")
def browser(seen: Seen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH; on Debian: apt-get install chromium")
    with chromium(tmp_path_factory.mktemp("profile"), seen, height=720) as context:
        yield context


def opened(browser: BrowserContext, path: Path, query: str = "") -> Page:
    page = browser.new_page()
    page.goto(f"{path.as_uri()}{query}")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.evaluate("document.fonts.ready")
    return page


def test_nothing_runs_over_in_the_browser_and_nobody_is_asked(browser, seen, decks, files):
    for built in decks:
        page = opened(browser, files / f"{built.deck.slug}.html")
        for place, slide in enumerate(built.deck.slides):
            page.evaluate(f"Reveal.slide({place})")
            assert page.evaluate(TOO_BIG) == [], (slide.where, slide.heading)
        page.close()

    assert seen.errors == []
    assert [url for url in seen.requests if not re.match(r"file:|data:|blob:|about:", url)] == []


def test_all_slides_are_reached_by_keyboard_and_the_overview_shows_them(browser, decks, files):
    built = decks[8]
    page = opened(browser, files / f"{built.deck.slug}.html")
    reached = [page.evaluate("Reveal.getIndices().h")]
    for _ in built.deck.slides[1:]:
        page.keyboard.press("Space")
        reached.append(page.evaluate("Reveal.getIndices().h"))

    assert reached == list(range(len(built.deck.slides)))
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.close()


def test_d_is_dark_and_light_and_t_runs_the_clock_of_an_exercise(browser, decks, files):
    built = decks[1]
    page = opened(browser, files / f"{built.deck.slug}.html", "?light")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.keyboard.press("d")
    assert page.evaluate(paper) == "rgb(20, 25, 37)"
    page.keyboard.press("d")

    place = next(n for n, slide in enumerate(built.deck.slides) if slide.kind == "handoff")
    page.evaluate(f"Reveal.slide({place})")
    clock = page.locator("section.present .clock")
    assert clock.inner_text() == "20:00"
    page.keyboard.press("t")
    page.wait_for_function("document.querySelector('section.present .clock').textContent !== '20:00'")
    page.keyboard.press("t")
    page.close()


def test_the_speakers_window_opens_from_a_file_with_notes_and_clock(browser, decks, files):
    built = decks[2]
    page = opened(browser, files / f"{built.deck.slug}.html")
    page.evaluate("Reveal.slide(1)")
    with browser.expect_page() as window:
        page.keyboard.press("s")
    speaker = window.value
    speaker.wait_for_function("document.querySelector('.speaker-controls-notes .value')?.textContent.includes('Ask:')")

    told = speaker.locator(".speaker-controls-notes .value").inner_text()
    assert "Point: read the file from top to bottom." in told
    assert speaker.locator(".speaker-controls-time .clock-value").inner_text()
    # Ahead or behind: the minutes of the slides so far against the clock.
    assert speaker.locator(".speaker-controls-time .pacing").is_visible()
    speaker.close()
    page.close()


@pytest.mark.parametrize("query", ["", "?print-pdf"])
def test_printing_gives_a_page_per_slide(browser, decks, files, tmp_path, query):
    built = decks[4]
    page = opened(browser, files / f"{built.deck.slug}.html", query)
    if query:  # The print view lays its pages out after the load, a frame at a time.
        page.wait_for_function(f"document.querySelectorAll('.pdf-page').length === {len(built.deck.slides)}")
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True, print_background=True)
    page.close()

    pages = PdfReader(tmp_path / "printed.pdf").pages
    assert len(pages) == len(built.deck.slides)
    for slide, printed in zip(built.deck.slides, pages, strict=True):
        assert slide.heading.split()[0] in printed.extract_text()


def test_libreoffice_opens_every_deck_and_finds_all_slides(decks, files, tmp_path):
    if OFFICE is None:
        pytest.skip("no LibreOffice on PATH; on Debian: apt-get install libreoffice-impress-nogui")
    shows = [str(files / f"{built.deck.slug}.pptx") for built in decks]
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), *shows],
        check=True, capture_output=True, timeout=500,
    )  # fmt: skip

    pages = {built.deck.slug: len(PdfReader(tmp_path / f"{built.deck.slug}.pdf").pages) for built in decks}
    assert pages == {built.deck.slug: len(built.deck.slides) for built in decks}
