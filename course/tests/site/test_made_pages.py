"""Pages made from sources: glossary, coverage map, the form of a result; and what names the pre-work."""

from __future__ import annotations

import re
import tomllib

import pytest

from checker.bank import read_bank
from checker.result import schema
from course import coverage, outline
from course.build.site import covered, glossary, reference
from course.build.site.plan import PROJECT, plan
from course.build.sources import folders, read
from course.start.places import this_clone

ROOT = this_clone().root
EXERCISES = [read(folder) for folder in [*folders(ROOT), ROOT / PROJECT]]
PRE_WORK = ROOT / "docs" / "pages" / "start" / "pre-work.md"


@pytest.fixture(scope="module")
def site():
    return plan(ROOT, outline.load())


def test_the_glossary_has_every_word_of_every_brief_once_in_its_order():
    text = glossary.page(EXERCISES)

    shown = re.findall(r"^\*\*([^*]+)\*\*: ", text, re.MULTILINE)
    told = [one.term for exercise in EXERCISES for one in glossary.words(exercise)]
    assert sorted(shown) == sorted(told)
    assert len(shown) >= 60
    assert [one.lower().removeprefix("to ") for one in shown] == sorted(one.lower().removeprefix("to ") for one in told)
    assert f"The {len(shown)} words" in text


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.slug)
def test_every_brief_explains_five_words_or_more(exercise):
    assert len(list(glossary.words(exercise))) >= 5


def test_the_form_of_a_result_has_every_field_with_a_sentence():
    text, table = reference.result(), schema()

    for fields in (table["properties"], table["properties"]["rows"]["items"]["properties"]):
        for name, field in fields.items():
            assert f"| `{name}`" in text
            assert field["description"].endswith(".")
    assert "| `hidden` (optional) | `true` |" in text


def test_the_coverage_map_prints_the_count_and_each_row_in_one_group():
    rows, course = coverage.load(), outline.load()
    counts = coverage.summary(rows)

    text = covered.page(rows, course)

    assert f"{counts['done']} rows have every kind that they want, {counts['begun']} some" in text
    groups = re.findall(r"^\| [^|]+ \| (\d+) \| (\d+) \| [^|]*\| [^|]*\|$", text, re.MULTILINE)
    assert sum(int(all_) for all_, _ in groups) == counts["rows"]
    assert sum(int(done) for _, done in groups) == counts["done"]


@pytest.mark.slow
def test_the_coverage_map_links_pages_that_are_there(site):
    text = covered.page(coverage.load(), outline.load())

    links = {link.removeprefix("../") for link in re.findall(r"\]\(([^)]+)\)", text)}
    assert links <= {path.as_posix() for path in site.pages}


def test_what_an_entry_ticket_reads_of_the_pre_work_is_a_heading_of_it():
    heads = re.findall(r"^## (.+)$", PRE_WORK.read_text(encoding="utf-8"), re.MULTILINE)
    named = {
        found[1]
        for exercise in EXERCISES
        if (exercise.folder / "predictions.toml").is_file()
        for one in tomllib.loads((exercise.folder / "predictions.toml").read_text(encoding="utf-8"))["entry"]
        if (found := re.search(r"[Tt]he pre-work(?: of part 2)?[:,] (.+)$", one["read"]))
    }

    assert named
    assert {name.lower() for name in named} <= {head.lower() for head in heads}


@pytest.mark.slow
def test_every_question_is_asked_on_a_page_that_is_there(site):
    pages = {path.as_posix() for path in site.pages}

    assert {item.page for topic in read_bank(ROOT / "course" / "questions") for item in topic.items} <= pages


def test_a_search_shows_error_texts_first_and_what_gives_an_exercise_away_last(site):
    boosts = {
        path.as_posix(): float(found[1])
        for path, text in site.pages.items()
        if isinstance(text, str) and (found := re.match(r"---\nsearch:\n  boost: ([\d.]+)\n---\n# ", text))
    }

    answers = {name for name in boosts if name.endswith("_why.md")}
    decks = {name for name in boosts if name.startswith("slides/")}
    assert boosts["how-to/troubleshooting.md"] == max(boosts.values()) > 1
    assert (len(answers), {boosts[name] for name in answers}) == (11, {0.2})
    assert (len(decks), {boosts[name] for name in decks}) == (10, {0.5})
