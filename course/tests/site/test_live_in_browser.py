"""Exercise 1 in a real browser: the same rows and texts as `checker check 1`, an answer typed in, a loop stopped."""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from checker import Grader
from checker.markers import derive
from checker.report import table_html
from course.build.browser import assets
from course.build.npm import NotToBeHad
from course.build.site.browser import PATH
from course.engines.testing import not_in_ci
from course.start.places import this_clone
from course.tests.lab.browser import CHROMIUM, Seen, chromium

pytestmark = [pytest.mark.full, pytest.mark.live, pytest.mark.timeout(900)]
ROOT = this_clone().root
EXERCISE = ROOT / "exercises" / assets.SLUG
SAID = (
    "It asks a running service while that is busy, and here one thing runs at a time: `checker check` on a machine of "
    "your own asks it. This is not your fault: an instructor decides about its points. Your work is kept."
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def address(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site with Python beside it, on loopback; or a skip that says what cannot be had, in CI a failure."""
    cache = this_clone().build / assets.CACHE
    try:
        if CHROMIUM is None:
            raise NotToBeHad("no chromium on PATH; on Debian: apt-get install chromium")
        assets.fetch(ROOT, cache)
    except NotToBeHad as missing:
        if os.environ.get("CI") == "true" and "axe" not in not_in_ci():
            pytest.fail(f"{missing} In CI this test must run.", pytrace=False)
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("served") / "html"
    shutil.copytree(html, folder)
    print(f"Python beside the page: {assets.lay(ROOT, cache, folder) / 1e6:.1f} MB")
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{PATH.replace('.md', '.html')}"
        server.shutdown()


@pytest.fixture
def page(address: str, tmp_path: Path) -> Iterator[Page]:
    seen = Seen()
    with chromium(tmp_path / "profile", seen) as context:
        page = context.new_page()
        page.goto(address)
        expect(page.locator("[data-said]")).to_have_text(
            re.compile(r"^Python starts when you first write or run: \d+ MB")
        )
        yield page
        assert (seen.elsewhere(), seen.errors) == ([], [])


def check(page: Page, said: str) -> None:
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    expect(page.locator("[data-said]")).to_have_text(re.compile(said))


def rows(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("[data-shown] tr").all_inner_texts()]


def table(page: Page, html: str) -> list[str]:
    """The rows of a report as this browser shows them."""
    page.locator("[data-shown]").evaluate("(shown, html) => { shown.innerHTML = html; }", html)
    return rows(page)


def answer(name: str) -> str:
    return derive((EXERCISE / "solution" / name).read_text(encoding="utf-8"), name)[1]


def test_the_starter_gets_the_rows_and_texts_of_the_checker(page: Page) -> None:
    began = time.monotonic()
    check(page, r"^0 of 20 points, \d+ rows are not passed yet\.$")
    print(f"first result after {time.monotonic() - began:.1f} s, load {os.getloadavg()[0]:.1f}")
    shown = rows(page)

    with Grader(ROOT) as grader:
        result = grader.grade(1, EXERCISE / "starter")

    # What is drawn at random differs from run to run; what a starter loses first is no draw.
    numbers = re.compile(r"movie_id|user_id|age(?==)|-?\d+")
    there = table(page, table_html(result))
    assert [numbers.sub("", row) for row in shown] == [numbers.sub("", row) for row in there]


@pytest.mark.twice_a_week(3)
def test_what_is_typed_is_run_kept_checked_and_stopped(page: Page) -> None:
    page.get_by_label("app.py", exact=True).fill(answer("app.py"))
    page.get_by_role("button", name="200 requests of traffic.py").press("Enter")
    shown = page.locator("[data-shown]")
    expect(shown).to_contain_text("refused with 422, by `where`")
    told = shown.inner_text()
    found = {status: int(re.search(rf"^ +{status} +(\d+)$", told, re.MULTILINE)[1]) for status in ("422", "404")}
    places = re.findall(r"^ +body\.(\w+) +(\d+)$", told, re.MULTILINE)
    worst = max(places, key=lambda one: int(one[1]))[0]
    page.get_by_label("File", exact=True).select_option("answers.toml")
    lines = [line for line in answer("answers.toml").splitlines() if not re.match(r"refused|worst", line)]
    lines += [f"refused_{status} = {count}" for status, count in found.items()] + [f'worst_field = "{worst}"']
    page.get_by_label("answers.toml", exact=True).fill("\n".join(lines))
    page.reload()
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Python starts"))
    check(page, r"^16 of 20 points, no row is lost, 2 could not be checked here\.$")
    verdicts = page.locator("[data-shown] th").all_inner_texts()
    assert {one: verdicts.count(one) for one in set(verdicts)} == {"kept": 5, "passed": 10, "could not check": 2}
    assert sum(SAID in row for row in rows(page)) == 2

    page.get_by_role("button", name="Send it").press("Enter")
    expect(shown).to_contain_text("status 200, application/json")
    page.get_by_label("File", exact=True).select_option("app.py")
    page.get_by_label("app.py", exact=True).fill("while True:\n    pass\n")
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Still running after 10 seconds"))
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.locator("[data-said]")).to_have_text(
        "Stopped. What you wrote is kept; the next run starts Python anew."
    )
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()
