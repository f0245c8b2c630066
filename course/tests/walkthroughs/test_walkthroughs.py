"""Every page is walked through: its blocks are typed as they stand, in the surrounding that they name."""

from __future__ import annotations

from itertools import groupby

import pytest

from checker.law.today import of_its_day
from course import prose
from course.build.sync import ROOT
from course.tests.walkthroughs.surroundings import SURROUNDINGS, Surrounding
from course.tests.walkthroughs.walk import typed_before, walk


def marks_of(surrounding: Surrounding | None, number: int) -> list[pytest.MarkDecorator]:
    """Those that take long have their day, so that a week walks them all."""
    if not surrounding or not (surrounding.engines or surrounding.full):
        return [pytest.mark.slow]
    tier = [pytest.mark.live] if surrounding.engines else [pytest.mark.full]
    one_cluster = [pytest.mark.cluster] if "kubernetes" in surrounding.engines else []
    return [*tier, *one_cluster, *of_its_day(number)]


def walks() -> list[object]:
    """The walkable blocks of each page by their surrounding, in the page's order."""
    found = []
    for page in prose.pages(ROOT):
        blocks = [one for one in prose.blocks(ROOT, page) if prose.class_of(one) == prose.WALKED]
        for name, some in groupby(sorted(blocks, key=lambda one: one.run), key=lambda one: one.run):
            marks = marks_of(SURROUNDINGS.get(name), len(found))
            label = f"{page.relative_to(ROOT).as_posix()}-{name}"
            found.append(pytest.param(name, list(some), id=label, marks=marks))
    return found


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("name", "blocks"), walks())
def test_a_page_is_walked_through(name, blocks, clone_for, desk_at):
    surrounding = SURROUNDINGS[name]
    clone = clone_for(surrounding)
    folder = surrounding.prepare(clone, blocks[0].page) or clone.root
    desk = desk_at(clone, folder, surrounding)

    assert [*typed_before(desk, surrounding.typed), *walk(blocks, desk, surrounding.names)] == []
