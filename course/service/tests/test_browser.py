"""The pages in a real browser: they work, and nothing is asked of another host."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium on the PATH; the pages' links are tested without it in test_openapi.py")
    # Without its sandbox, which a container without user namespaces cannot give; only our own pages are opened.
    options = {"executable_path": chromium, "args": ["--no-sandbox"]}
    with sync_playwright() as playwright, playwright.chromium.launch(**options) as browser:
        yield browser


@pytest.fixture
def visit(browser, serve, bundle):
    """Opens a page; gives it, the addresses it asked for elsewhere, and what the browser complained about."""
    _, url = serve(model_dir=bundle)
    page = browser.new_page()
    elsewhere, complaints = [], []
    page.on("request", lambda asked: asked.url.startswith((url, f"blob:{url}")) or elsewhere.append(asked.url))
    page.on("console", lambda message: complaints.append(message.text))

    def go(path, selector):
        page.goto(url + path)
        page.wait_for_selector(selector)
        page.wait_for_load_state("networkidle")
        return page, elsewhere, complaints

    return go


def test_swagger_sends_a_prediction(visit):
    page, elsewhere, complaints = visit("/docs", ".opblock-summary")

    page.click("#operations-predictions-predict_predict_post .opblock-summary")
    page.click("text=Try it out")
    page.click("text=Execute")
    page.wait_for_selector('text=/inference_time_ms": 0/')

    assert (elsewhere, complaints) == ([], [])


def test_redoc_shows_the_request(visit):
    _, elsewhere, complaints = visit("/redoc", "text=Known users get a prediction of their own.")

    assert (elsewhere, complaints) == ([], [])
