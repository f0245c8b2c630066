"""The pages about the sample service show its code by named region; each region is there."""

import re

import pytest

from course.start.places import this_clone

ROOT = this_clone().root
PAGES = sorted((ROOT / "docs" / "pages" / "service").glob("*.md"))
SHOWN = [
    (page.name, path, region)
    for page in PAGES
    for path, region in re.findall(r'^--8<-- "([^":]+):(\w+)"$', page.read_text(encoding="utf-8"), re.MULTILINE)
]


def test_every_page_shows_code():
    assert {name for name, _, _ in SHOWN} == {page.name for page in PAGES}


@pytest.mark.parametrize(("page", "path", "region"), SHOWN)
def test_region_is_there_once(page, path, region):
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()

    for mark in (f"# --8<-- [start:{region}]", f"# --8<-- [end:{region}]"):
        assert [line.strip() for line in lines].count(mark) == 1, f"{page}: {path} has not exactly one {mark}"
