"""A result as text and as HTML: which lines a row has, and how long texts are broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.report import as_html, as_text
from checker.result import Result, Row

FAULTS = "service.yaml:65, in the part of TODO 3: one\nservice.yaml:87, in the part of TODO 4: <two>"


def result(kind: str, verdict: str) -> Result:
    row = Row(
        "valid", 2, "No error.", "room", kind, verdict, 0, 0, seen=FAULTS, where="service.yaml:65", next="Which key?"
    )  # fmt: skip
    return Result("01_greeting", "Greeting", "graded", "self", 1, "none", {}, "", {}, "", 0.0, (row,))


def test_a_broken_guard_names_no_task_since_its_fault_may_stand_in_the_part_of_another():
    assert as_text(result("guard", "broken")).splitlines()[1:] == [
        "  broken        No error.",
        "                seen      service.yaml:65, in the part of TODO 3: one",
        "                          service.yaml:87, in the part of TODO 4: <two>",
        "                where     service.yaml:65",
        "                next      Which key?",
    ]


def test_a_row_with_points_names_its_task():
    assert as_text(result("graded", "not_yet")).splitlines()[1:3] == [
        "  not yet       No error.", "                task 2",
    ]  # fmt: skip


def test_a_stretch_is_named_where_points_stand():
    said = result("stretch", "not_yet")

    assert as_text(said).splitlines()[1] == f"  not yet       No error.{'stretch':>55}"
    assert '<td class="points">stretch</td>' in as_html(said)


def test_a_row_with_points_that_could_not_be_checked_does_not_say_that_it_costs_none():
    said = result("graded", "could_not_check")
    worth = replace(said, rows=tuple(replace(row, seen="No topk() here.", max=1) for row in said.rows))

    assert as_text(worth).splitlines()[2:] == [
        "                No topk() here. This is not your fault: an instructor decides",
        "                about its points. Your work is kept.",
    ]


def test_a_run_of_a_stretch_alone_has_no_points():
    assert as_text(result("stretch", "passed")).splitlines()[0].endswith(" no points")


@pytest.mark.parametrize(("kind", "verdict", "task"), [("guard", "broken", ""), ("graded", "not_yet", "2")])
def test_a_notebook_shows_the_same(kind, verdict, task):
    page = as_html(result(kind, verdict))

    assert ("<dt>task</dt><dd>2</dd>" in page) is bool(task)
    assert (
        "<dd>service.yaml:65, in the part of TODO 3: one<br>"
        "service.yaml:87, in the part of TODO 4: &lt;two&gt;</dd>"
    ) in page  # fmt: skip
