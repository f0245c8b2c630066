"""Facts: dated, sourced, in step with the lock files, and found again when they grow old."""

import re
from datetime import date

import pytest

from course.benchmarks import published
from course.build.sync import ROOT
from course.facts import Fact, FactError, load, older_than

FACTS = load()
GOOD = '[fastapi]\nvalue = "1"\nunit = "version"\ndate = 2026-11-01\nsource = "the lock"\nsays = "it"\n'


def written(tmp_path, text: str):
    (tmp_path / "facts.toml").write_text(text)
    return load(tmp_path / "facts.toml", today=date(2026, 11, 21))


@pytest.mark.parametrize("fact", [fact for fact in FACTS.values() if fact.locked], ids=lambda fact: fact.name)
def test_a_locked_version_agrees_with_every_lock_file_that_names_it(fact):
    lines = "\n".join(path.read_text() for path in sorted((ROOT / "requirements").glob("*.txt")))

    pins = set(re.findall(rf"^{re.escape(fact.locked)}==(\S+)", lines, re.MULTILINE))

    assert pins == {fact.value}, f"correct {fact.name!r} in course/facts.toml"


@pytest.mark.parametrize(
    ("fact", "measured"),
    [
        ("naive_ratio", lambda rows: rows["naive"].ratio),
        ("request_cpu_us", lambda rows: rows["raw hello"].lines[1].median),
    ],
)
def test_a_figure_of_the_benchmark_is_the_one_that_the_site_draws(fact, measured):
    assert int(FACTS[fact].value.split()[0]) == round(measured(published.rows())), (
        f"correct {fact!r} in course/facts.toml"
    )


@pytest.mark.parametrize(("fact", "line"), [("naive_first_answer", 0), ("first_answer", 1)])
def test_a_first_answer_of_the_notes_is_the_one_that_the_site_draws(fact, line):
    measured = published.rows()["import"].lines[line].median

    assert float(FACTS[fact].value.split()[0]) == round(measured, 1), f"correct {fact!r} in course/facts.toml"


def test_the_oldest_python_is_the_one_of_the_settings():
    assert f'requires-python = ">={FACTS["python_oldest"].value}"' in (ROOT / "pyproject.toml").read_text()


def test_a_fact_is_read_with_its_date_and_source(tmp_path):
    assert written(tmp_path, GOOD) == {"fastapi": Fact("fastapi", "1", "version", date(2026, 11, 1), "the lock", "it")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace("2026-11-01", "2026-11-22"),
            "fact 'fastapi' is dated 2026-11-22, which is to come. Give the day of looking.",
        ),
        (GOOD.replace('"the lock"', '" "'), "fact 'fastapi' has an empty 'source'. Fill it in."),
        (GOOD.replace('source = "the lock"\n', ""), "fact 'fastapi' has no 'source'. Add it."),
        (
            GOOD.replace("2026-11-01", '"yesterday"'),
            "fact 'fastapi': 'date' is 'yesterday', not a date. Correct it.",
        ),
        (GOOD + GOOD, "Cannot declare ('fastapi',) twice (at line 7, column 9)"),
        ("fastapi = 1\n", "fact 'fastapi' is 1, not a table. Write its keys as `name = value`."),
    ],
)
def test_a_fact_without_what_makes_it_one_is_refused(tmp_path, text, message):
    with pytest.raises(FactError) as error:
        written(tmp_path, text)

    assert str(error.value) == f"facts.toml: {message}"


@pytest.mark.parametrize(("today", "names"), [(date(2027, 5, 1), []), (date(2027, 5, 2), ["fastapi"])])
def test_facts_older_than_six_months_are_found(tmp_path, today, names):
    facts = written(tmp_path, GOOD)

    assert [fact.name for fact in older_than(facts.values(), 6, today=today)] == names
