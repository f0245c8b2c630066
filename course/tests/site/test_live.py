"""Forms, the learner's page, search and print in a real browser, opened from the disk and used by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from pypdf import PdfReader

from course.evaluation import answers
from course.tests.lab.browser import CHROMIUM, Seen, chromium

pytestmark = [pytest.mark.full, pytest.mark.live, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.fixture(scope="module")
def browser(seen: Seen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH; on Debian: apt-get install chromium")
    with chromium(tmp_path_factory.mktemp("profile"), seen) as context:
        yield context


def test_a_question_is_answered_by_keyboard_and_remembered(browser: BrowserContext, seen: Seen, html: Path) -> None:
    address = (html / "questions" / "04_monitoring_and_maintenance.html").as_uri()
    page = browser.new_page()
    page.goto(address)
    form = page.locator("form.quiz").first
    said, wrong = form.locator("output"), form.locator("input[type=radio]:not([data-right])").first
    form.locator("button").press("Enter")
    assert said.inner_text() == "Choose an option first."
    assert form.locator("[aria-describedby]").count() == 0

    wrong.press("Space")
    form.locator("button").press("Enter")
    assert said.inner_text() == "Not yet. Read the note below your choice, then try another."
    assert form.locator(".quiz-why:visible").count() == 1
    assert wrong.get_attribute("aria-describedby") == form.locator(".quiz-why:visible").get_attribute("id")
    assert page.locator("[data-quiz-count]").inner_text() == "0 of 10 right."

    form.locator("input[data-right]").press("Space")
    form.locator("button").press("Enter")
    assert said.inner_text() == "Right. The reason stands below your choice."
    page.reload()
    assert page.locator("[data-quiz-count]").inner_text() == "1 of 10 right."
    assert page.locator("form.quiz output").first.inner_text() == "You had this right."
    page.close()
    assert seen.errors == []
    assert [url for url in seen.requests if not url.startswith("file:")] == []


def test_in_a_check_the_first_answer_counts(browser: BrowserContext, html: Path) -> None:
    page = browser.new_page()
    page.goto((html / "questions" / "entry_check.html").as_uri())
    form = page.locator("form.quiz").first
    form.locator("input[type=radio]:not([data-right])").first.check()
    form.locator("input[name=sure]").check()
    form.locator("button").click()
    form.locator("input[data-right]").check()
    form.locator("button").click()

    count = page.locator("[data-quiz-count]").inner_text()
    assert count == "0 of 10 right, and 1 of the others you were sure of: begin there."
    page.close()


def test_the_learners_page_remembers_and_goes_to_another_machine_by_its_code(
    browser: BrowserContext, html: Path
) -> None:
    address = (html / "start" / "path.html").as_uri()
    page = browser.new_page()
    page.goto(address)
    left = page.locator("[data-path-left]")
    assert left.inner_text().startswith("0 of ")
    page.get_by_label("Weekend").press("Space")
    assert not page.get_by_label("Exercise 2").is_visible()
    page.get_by_label("Exercise 1: ").press("Space")
    page.get_by_label("Model metrics").fill("share of likes, ä ✓")
    page.reload()
    assert page.get_by_label("Exercise 1: ").is_checked()
    assert page.get_by_label("Weekend").is_checked()
    kept = left.inner_text()
    assert kept.startswith("1 of ")

    page.get_by_role("button", name="Show the code").press("Enter")
    code = page.get_by_label("The code of this page").input_value()
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.goto(address)
    assert left.inner_text() != kept
    for text, said in ((code[:-9], "This is no code of this page. Copy all of it, from the first letter to the last. "
                        "Nothing was changed."), (code, "1 ticks and 1 notes were taken over.")):  # fmt: skip
        page.get_by_label("The code of this page").fill(text)
        page.get_by_role("button", name="Use the code").press("Enter")
        assert page.locator("[data-path-said]").inner_text() == said
    assert left.inner_text() == kept
    assert page.get_by_label("Model metrics").input_value() == "share of likes, ä ✓"
    page.close()


def test_the_search_finds_pages_from_the_disk(browser: BrowserContext, seen: Seen, html: Path) -> None:
    page = browser.new_page()
    page.goto((html / "index.html").as_uri())
    page.locator(".md-search__input").click()
    for words in ("exec form", "burn rate", "idle load balancer", "imagedefinitions", "salted hash"):
        page.locator(".md-search__input").fill("")
        page.keyboard.type(words)
        found = page.locator(".md-search-result__item").filter(has_text=re.compile(words.split()[-1], re.IGNORECASE))
        found.first.wait_for()
    page.close()
    assert seen.errors == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:", "about:"))] == []


def test_the_words_of_an_error_find_its_entry_first(browser: BrowserContext, html: Path) -> None:
    page = browser.new_page()
    page.goto((html / "index.html").as_uri())
    page.locator(".md-search__input").click()
    for words in ("Address already in use", "is not JSON serializable", "CrashLoopBackOff"):
        page.locator(".md-search__input").fill("")
        page.keyboard.type(words)
        entry = page.locator(".md-search-result__item").first.get_by_role("heading", name=words, exact=True)
        entry.wait_for()
    page.close()


def test_what_is_folded_is_printed_and_no_line_is_cut(browser: BrowserContext, html: Path, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto((html / "questions" / "04_monitoring_and_maintenance.html").as_uri())
    answer = page.locator("details p").nth(0).text_content() or ""
    assert not page.locator("details p").nth(0).is_visible()
    page.pdf(path=tmp_path / "printed.pdf", format="A4")
    page.goto((html / "exercises" / "05_kubernetes.html").as_uri())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 900})
    cut = "[...document.querySelectorAll('pre > code')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert page.evaluate(cut) == 0
    assert not page.locator(".md-header").is_visible()
    page.close()

    printed = " ".join(" ".join(one.extract_text() for one in PdfReader(tmp_path / "printed.pdf").pages).split())
    assert " ".join(answer.split())[:60] in printed


def test_the_form_about_the_course_makes_a_code_and_keeps_nothing(
    browser: BrowserContext, seen: Seen, html: Path
) -> None:
    page = browser.new_page()
    page.goto((html / "start" / "evaluation.html").as_uri())
    said = page.locator("[data-evaluation-said]")
    page.get_by_role("button", name="Make the code").press("Enter")
    assert said.inner_text() == "Nothing is answered yet."

    page.get_by_label("too fast").press("Space")
    page.get_by_label("What should stay as it is?").fill("the drill, ä ✓")
    page.get_by_role("button", name="Make the code").press("Enter")

    assert said.inner_text() == "2 answers are in the code. Copy it, and hand it in."
    assert answers(page.get_by_label("Your code").input_value()) == {"pace": "too fast", "best": "the drill, ä ✓"}
    assert page.evaluate("Object.keys(localStorage).filter(one => one.includes('evaluation')).length") == 0
    page.close()
    assert [url for url in seen.requests if not url.startswith("file:")] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_sign_of_a_heading_takes_no_line_and_no_width(browser: BrowserContext, html: Path, width: int) -> None:
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("service/lifecycle", "service/logs", "how-to/windows-and-mac"):
        page.goto((html / f"{name}.html").as_uri())
        heights = "[...document.querySelectorAll('.md-content :is(h1, h2, h3)')].map(one => one.offsetHeight)"
        with_sign = page.evaluate(heights)
        page.add_style_tag(content=".headerlink { display: none !important; }")
        assert page.evaluate(heights) == with_sign, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
