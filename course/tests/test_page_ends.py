"""How pages end: those that teach with a question, guides with how one sees that it worked, all with a way on."""

import re

import pytest

from course.start.places import this_clone

PAGES = this_clone().root / "docs" / "pages"
SECTIONS = sorted((PAGES / "parts").glob("*/*.md"))
TEACHING = [*SECTIONS, *sorted((PAGES / "service").glob("*.md"))]
GUIDES = sorted((PAGES / "how-to").glob("*.md"))
QUESTION = re.compile(r'^\?\?\? question "Check yourself: [^"]+[?.]"\n    \S', re.MULTILINE)
WORKED = re.compile(r"^\*\*It worked\*\* when \S.*\.$", re.MULTILINE)
# An exercise may stand before it.
ONWARD = re.compile(r"^(?:\*\*Do it:\*\* .*)?\*\*Next:\*\* .*\]\([^)]+\.md(?:#[\w-]+)?\).*\.$")


def named(pages):
    return [pytest.param(page, id=page.relative_to(PAGES).as_posix()) for page in pages]


def test_every_section_and_service_page_is_held_to_it():
    assert len(SECTIONS) == 31
    assert {page.parent.name for page in TEACHING} > {"service"}


@pytest.mark.parametrize("page", named(TEACHING))
def test_a_page_that_teaches_asks_and_answers_a_question(page):
    assert QUESTION.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", named(GUIDES))
def test_a_guide_says_once_how_one_sees_that_it_worked(page):
    assert len(WORKED.findall(page.read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("page", named([*TEACHING, *GUIDES]))
def test_the_last_line_leads_on(page):
    last = page.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[2]

    assert ONWARD.search(last), last
