"""What becomes a page, and what is refused, without building anything."""

from __future__ import annotations

import pytest

from course.build.site.links import moved, plain_fences
from course.build.site.parts import PageError, index, overview, section_pages, slug
from course.build.site.plan import plan
from course.outline import load
from course.start.places import this_clone

ROOT = this_clone().root


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("[why](../../solutions/01/README.md#task-2)", "[why](01_why.md#task-2)"),
        ("you write [app.py](app.py)", "you write `app.py`"),
        ("you write [`app.py`](app.py)", "you write `app.py`"),
        ("the [table](tables/fields.csv)", "the table"),
        ("[docs](https://fastapi.tiangolo.com)", "[docs](https://fastapi.tiangolo.com)"),
        ("[below](#words)", "[below](#words)"),
    ],
)
def test_links_of_a_brief_lead_to_pages_or_become_names(text, page):
    assert moved(text, {"../../solutions/01/README.md": "01_why.md"}) == page


def test_what_only_a_test_reads_is_taken_off_a_fence():
    for info in ('test=false reason="it stays"', 'run="service"', 'until="ready"', 'code="3 0"'):
        assert plain_fences(f"```bash {info}\n$ make start\n```") == "```bash\n$ make start\n```"


@pytest.mark.slow
def test_every_part_has_a_page_and_every_exercise_two():
    site = plan(ROOT, load())

    made = {path.as_posix() for path in site.pages}
    assert {f"parts/{slug(part)}/index.md" for part in load().part} <= made
    for folder in sorted((ROOT / "exercises").glob("*/exercise.toml")):
        name = folder.parent.name
        assert {f"exercises/{name}.md", f"exercises/{name}_why.md"} <= made


def test_a_part_links_its_section_pages_and_says_what_is_to_come(tmp_path):
    outline = load()
    page = tmp_path / "parts" / "02_x" / "2.1_serving.md"
    page.parent.mkdir(parents=True)
    page.write_text('---\nsection: "2.1"\nquestion: What is served?\n---\n# Serving\n')

    text = overview(outline, outline.part[1], section_pages(tmp_path), {1: "01_prediction_endpoint"})

    assert "## [2.1 Understanding model serving](2.1_serving.md)" in text
    assert "What is served? 7 minutes." in text
    assert "**Exercise 1:** [Prediction endpoint](../../exercises/01_prediction_endpoint.md)" in text
    assert "**Exercise 2:** Model inference, to come." in text
    assert "26 minutes. This page is to come." in text


def test_the_page_of_a_section_with_an_exercise_leads_to_it():
    outline, found = load(), section_pages(ROOT / "docs" / "pages")

    for one in outline.exercise:
        text = (ROOT / "docs" / "pages" / found[one.section].path).read_text(encoding="utf-8")
        assert f"**Do it:** [exercise {one.number}](../../exercises/{one.slug}.md)" in text, one.slug


def test_the_index_names_all_parts():
    assert index(load()).count("/index.md)") == 10


@pytest.mark.parametrize("head", ["", "---\nsection: 2.1\nquestion: q\n---\n", '---\nsection: "2.1"\n---\n'])
def test_a_section_page_without_its_front_matter_is_refused(tmp_path, head):
    page = tmp_path / "parts" / "02_x" / "2.1.md"
    page.parent.mkdir(parents=True)
    page.write_text(head + "# A\n")

    with pytest.raises(PageError) as refused:
        section_pages(tmp_path)

    assert str(refused.value) == (
        'parts/02_x/2.1.md: a section page begins with a front matter of `section: "2.1"` and `question:`, '
        "both as texts."
    )


def test_two_pages_of_one_section_are_refused(tmp_path):
    for name in ("a", "b"):
        page = tmp_path / "parts" / "02_x" / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text('---\nsection: "2.1"\nquestion: q\n---\n')

    with pytest.raises(PageError) as refused:
        section_pages(tmp_path)

    assert str(refused.value) == "parts/02_x/b.md: section 2.1 has a page already, parts/02_x/a.md."


def test_section_pages_belong_to_sections_of_the_outline_and_lie_in_their_part():
    outline = load()
    folders = {section.id: slug(part) for part in outline.part for section in part.section}

    for page in section_pages(ROOT / "docs" / "pages").values():
        assert page.path.parts[1] == folders.get(page.section), f"{page.path}: not the folder of section {page.section}"
