"""The question bank's forms in a real browser, opened from the disk and used by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

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

    wrong.press("Space")
    form.locator("button").press("Enter")
    assert said.inner_text() == "Not yet. Read the note below your choice, then try another."
    assert form.locator(".quiz-why:visible").count() == 1
    assert page.locator("[data-quiz-count]").inner_text().startswith("0 of 10 right")

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
