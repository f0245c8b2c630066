"""Pages of the question bank: one per topic, a form per question, and answers that need no script."""

import re
from html.parser import HTMLParser
from pathlib import Path

from checker.bank import read_bank, read_checks
from course.build.site.questions import anchor, below, form, pages, slug
from course.build.sync import ROOT

BANK = read_bank(ROOT / "course" / "questions")
PAGES = pages(ROOT, BANK)


def _page(name: str) -> str:
    text = PAGES[Path("questions", name)]
    assert isinstance(text, str)
    return text


def test_every_question_has_its_form_and_its_answer_on_the_page_of_its_topic():
    for topic in BANK:
        text = _page(f"{slug(topic)}.md")
        for item in topic.items:
            assert f"## {item.id} {item.asks} {{ #{anchor(item)} }}\n" in text
            assert f'data-quiz="topic:{item.id}"' in text
        assert text.count('??? note "Model answer"') == len(topic.items)


def test_the_index_links_every_page():
    index = _page("index.md")

    assert set(re.findall(r"\(([a-z0-9_]+\.md)\)", index)) | {"index.md"} == {path.name for path in PAGES}


def test_both_checks_ask_ten_questions_and_how_sure_one_is():
    objectives = read_checks(ROOT / "course" / "questions", BANK)
    for name in ("entry", "exit"):
        text = _page(f"{name}_check.md")
        assert re.findall(r'data-quiz="([a-z0-9.:]+)"', text) == [f"{name}:{getattr(one, name)}" for one in objectives]
        assert text.count("I am sure</label>") == 10


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_form_can_be_used_by_keyboard_and_read_aloud():
    item = BANK[0].items[0]
    parser = _Form()
    parser.feed(form(item))
    tags = [tag for tag, _ in parser.tags]
    radios = [attributes for tag, attributes in parser.tags if attributes.get("type") == "radio"]
    ids = {attributes["id"] for _, attributes in parser.tags if "id" in attributes}

    assert tags[:3] == ["form", "fieldset", "legend"]
    assert [radio["value"] for radio in radios if "data-right" in radio] == [item.right]
    assert {attributes["for"] for tag, attributes in parser.tags if tag == "label"} <= ids
    # A reason that describes its option is read aloud with it, also while it is hidden: the page's script sets it.
    assert not any("aria-describedby" in radio for radio in radios)
    assert {f"{radio['id']}-why" for radio in radios} <= ids
    assert ("output", {"role": "status"}) in parser.tags
    assert "noscript" in tags


def test_a_section_page_ends_with_the_questions_that_it_answers():
    page = Path("parts/02_model_serving_fundamentals/2.1_serving.md")
    taught = [item for topic in BANK for item in topic.items if item.page == page.as_posix()]

    text = below(page, BANK)

    assert f'??? abstract "Questions to practice on this page: {len(taught)}"' in text
    assert "    - [1.4 Compare the implications" in text
    assert "(../../questions/01_introduction_to_model_deployment.md#q-1-4)" in text
    assert below(Path("parts/none.md"), BANK) == ""
