"""The site in a browser that runs no script."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.tests.lab.browser import CHROMIUM, Seen, chromium

pytestmark = [pytest.mark.full, pytest.mark.live, pytest.mark.timeout(600)]


def test_without_scripts_all_of_it_is_there_to_read_and_to_tick(html: Path, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH; on Debian: apt-get install chromium")
    with chromium(tmp_path, Seen(), javascript=False) as context:
        page = context.new_page()
        page.goto((html / "start" / "path.html").as_uri())
        assert page.get_by_label("Exercise 2: ").is_visible()
        assert page.get_by_label("Exercise 2: ").is_enabled()
        page.goto((html / "slides" / "03_containerization_with_docker.html").as_uri())
        page.locator("summary", has_text="What is said").nth(1).click()
        assert page.get_by_text("Point: read the file from top to bottom.").is_visible()
