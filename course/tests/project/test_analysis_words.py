"""What row 5 says of an analysis and of the run that it is read from, in full."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.project import final
from course.tests.project.verdicts import said

CHECKS = str(final.COURSE.project.checks / "x.py")
gate = sibling(CHECKS, "gate")
SUM = "Over how many scenarios do you have to sum?"
WALK = "Add the scenarios up, then go through `milliseconds` from the fastest: where are 95 of 100?"
CHARACTERS = "Which of these characters belong to the number?"


def run_of(**fields):
    """A run in which 400 requests a second were asked for and 390 came, none failed and nobody was busy."""
    scenario = {"name": "a", "requests": 9_750, "failures": 0, "milliseconds": {"5": 9_750}} | fields
    usage = [{"service": fields.get("busy", 0.3), "locust": 0.3}]
    return {"asked_rate": 400.0, "lasted": 25.0, "usage": usage, "scenarios": [scenario]} | fields


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({}, None),
        ({"asked_rate": 500.0}, None),
        ({"asked_rate": 100.0, "requests": 2_000}, None),
        ({"asked_rate": 20.0, "requests": 490},
         ("20 requests a second were asked for, and 98 % of them were kept",
          "a run in which something gives, or one at 400 requests a second",
          "What do you know now about twice as many requests?")),
        ({"lasted": 19.9},
         ("lasted is 19.9", "a run in which it is 20 s or more", "Which queue fills within a few seconds?")),
        ({"failures": 9_750},
         ("100 % of the requests failed", "a run in which at least half of them are answered well",
          "What was answered in place of a prediction, and how long does a service take for that?")),
        ({"failures": 4_875}, None),
    ],
)  # fmt: skip
def test_a_run_that_says_nothing_of_what_gives(fields, short):
    checks = sibling(CHECKS, "test_12_project_5_load")
    record = run_of(**fields)

    if not short:
        checks._says_something(record)
        return

    seen, expected, question = short
    assert said(checks._says_something, record).finding == Finding(
        "read in load.json what gave", seen, expected, "load.json", question
    )


@pytest.mark.parametrize(
    ("fields", "word"),
    [({}, "none"), ({"failures": 390}, "elsewhere"), ({"failures": 390, "busy": 0.9}, "service_cpu")],
)
def test_a_request_that_failed_was_not_kept(fields, word):
    assert gate.bottleneck(run_of(**fields))[0] == word


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("requests", "?", ("computed `requests` from load.json", "the value of your own run, exactly", SUM)),
        ("requests", 9_749, ("computed `requests` from load.json", "the value of your own run, exactly", SUM)),
        ("p95_ms", "8", ("computed `p95_ms` from load.json", "the value of your own run, within 2", WALK)),
        ("p95_ms", "5 ms", ("read p95_ms in analysis.toml", "a number and nothing else", CHARACTERS)),
        ("failed_percent", True, ("read failed_percent in analysis.toml", "a number and nothing else", CHARACTERS)),
    ],
)
def test_a_figure_that_is_not_of_the_run(monkeypatch, key, value, told):
    checks = sibling(CHECKS, "test_12_project_5_load")
    monkeypatch.setattr(checks, "_record", lambda _: run_of())
    right = {"requests": "9750", "failed_percent": "0", "p95_ms": 5, "p99_ms": "5", "service_cores": 0.3}

    tried, expected, question = told
    verdict = said(checks.test_the_analysis_agrees_with_its_run, SimpleNamespace(toml=lambda _: right | {key: value}))

    assert verdict.finding == Finding(tried, f"{key} is {value!r}", expected, f"analysis.toml, {key}", question)
    checks.test_the_analysis_agrees_with_its_run(SimpleNamespace(toml=lambda _: right))
