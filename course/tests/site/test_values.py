"""What a page shows of the service is what this build's service and model do."""

from __future__ import annotations

import json
import shutil

import pytest

from course.build.site.parts import PageError, section_pages
from course.build.site.values import Values, filled, used
from course.outline import load
from course.start.places import this_clone

PAGES = this_clone().root / "docs" / "pages"


@pytest.fixture(scope="module")
def values(bundle_dir, data_dir) -> Values:
    return Values(bundle_dir, data_dir)


def test_every_section_has_its_page_and_every_page_shows_a_value_of_this_build():
    pages = section_pages(PAGES)

    assert sorted(pages) == sorted(section.id for part in load().part for section in part.section)
    for page in pages.values():
        assert list(used((PAGES / page.path).read_text(encoding="utf-8"))), f"{page.path} shows no value"


@pytest.mark.slow
def test_every_value_can_be_computed(values):
    shown = {name: compute() for name, compute in values.table.items()}

    assert all(shown.values())
    assert (shown["not_ready"], shown["still_alive"], shown["unknown_movie"]) == ("503", "200", "404")
    assert shown["refused_place"] == "body.age"


def test_another_model_changes_the_page(values, bundle_dir, data_dir, tmp_path):
    shutil.copytree(bundle_dir, tmp_path / "model")
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    changed = manifest | {"threshold": 0.9, "version": "2.0.0"}
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(changed))
    text = "version {{value:version}}: class {{value:class}} from {{value:threshold}} on"

    before, after = filled(text, "p.md", values), filled(text, "p.md", Values(tmp_path / "model", data_dir))

    assert before == "version 1.0.0: class 1 from 0.5 on"
    assert after == "version 2.0.0: class 0 from 0.9 on"


def test_facts_come_from_their_file(values):
    assert filled("Python {{fact:python_oldest}}", "p.md", values) == "Python 3.11"


@pytest.mark.parametrize("kind", ["value", "fact"])
def test_a_name_that_nothing_computes_is_refused(values, kind):
    with pytest.raises(PageError) as refused:
        filled(f"{{{{{kind}:scoer}}}}", "parts/2.1.md", values)

    assert str(refused.value) == (
        f"parts/2.1.md: there is no {kind} 'scoer'. Mend the name, or compute it in site/values.py."
    )
