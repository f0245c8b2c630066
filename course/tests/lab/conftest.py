"""One copy of the course, one Lab and one browser for all tests of this folder; a page of its own for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from course.start.places import Places
from course.start.session import Open
from course.tests.lab.browser import CHROMIUM, Notebook, Seen, chromium
from course.tests.lab.desk import copy_of_the_course, opened


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, data_dir: Path, bundle_dir: Path) -> Places:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH; on Debian: apt-get install chromium")
    return copy_of_the_course(tmp_path_factory.mktemp("lab") / "a course", data_dir, bundle_dir)


@pytest.fixture(scope="module")
def lab(places: Places) -> Iterator[Open]:
    with opened(places) as running:
        yield running


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.fixture(scope="module")
def browser(lab: Open, seen: Seen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with chromium(tmp_path_factory.mktemp("profile"), seen) as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext, lab: Open, seen: Seen) -> Iterator[Page]:
    """Lab at START_HERE. Afterwards: nothing was asked of another host, and no page has met an error."""
    page = browser.new_page()
    page.goto(f"{lab.lab_url}&reset")
    # Lab puts the notebook in front once it has opened it, whatever was opened meanwhile.
    Notebook(page).ready()
    yield page
    page.close()
    asked = len(seen.requests)
    print(f"{asked} requests so far, to other hosts: {len(seen.elsewhere())}, load {os.getloadavg()[0]:.1f}")
    assert asked > 0
    assert seen.elsewhere() == []
    assert seen.errors == []
