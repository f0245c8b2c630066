"""What a class is exported as: names of trainees are text in it, whatever they look like."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from checker.classroom.exports import export, formats_of, safe, table
from checker.classroom.overrides import Override, write_overrides
from checker.classroom.record import (
    Attempt,
    Cell,
    ClassExercise,
    ClassRun,
    Late,
    Policy,
    Submission,
    result_path,
    write_class,
)
from checker.classroom.table import as_table, exit_code
from checker.errors import Misuse
from checker.tests.classroom.conftest import PARTIAL, SLUG

PATH = result_path("ada", SLUG)
ADA = Submission(
    "ada", "ada", "=cmd|' /C calc'!A0", "ada.zip", "moodle", "graded", lms_id="17",
    cells=(Cell(SLUG, "graded", 3, 5, PATH, job="1" * 64),), notices=("<script>alert(1)</script>",),
    late=Late(90, 10, "90 minutes late: 10 % less, for 1 day begun."),
)  # fmt: skip
NONE = (Cell(SLUG, "nothing", 0, 5, says="Nothing was handed in."),)
BOB = replace(ADA, id="bob", trainee="bob", name="Bob", status="refused", says="It is empty.", cells=NONE, notices=(),
              late=None, lms_id="")  # fmt: skip
EVE = replace(
    BOB, id="eve", trainee="eve", name="Eve", status="not_graded", says="The run ended.",
    cells=(Cell(SLUG, "not_graded", 0, 5, says="The run ended."),),
)  # fmt: skip
OLD = replace(EVE, id="eve.1", attempt=Attempt(1, 2, "latest", False), says="A later attempt counts.")
RUN = ClassRun(
    "self", 7, "namespace", {}, "x", "y", Policy(70, 10, 3, "2026-11-26T18:00:00+00:00"),
    (ClassExercise(SLUG, "Greeting", 5, "", {}),), (ADA, BOB, OLD, EVE),
)  # fmt: skip


@pytest.fixture
def out(tmp_path, grader, hand_in):
    """The folder of the class, with Ada's result; what a check saw is what she wrote."""
    result = grader.grade(1, hand_in(**{name.replace(".", "__"): text for name, text in PARTIAL.items()}), seed=7)
    rows = [replace(row, seen="]]>\x00<script>") if row.id == "answers" else row for row in result.rows]
    path = tmp_path / PATH
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(replace(result, rows=tuple(rows)).to_dict()))
    return tmp_path


def read(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_the_gradebook(out):
    (path,) = export(RUN, out, ["csv"])

    assert read(path) == [
        ["id", "name", SLUG, "score", "max", "late_minutes", "late_percent_off", "points", "percent", "status",
         "attempt", "attempts", "source", "remarks"],
        ["ada", "'=cmd|' /C calc'!A0", "3", "3", "5", "90", "10", "2.7", "54.0", "graded", "1", "1", "ada.zip",
         "<script>alert(1)</script>"],
        ["bob", "Bob", "", "", "5", "0", "0", "", "", "refused", "1", "1", "ada.zip", "It is empty."],
        ["eve", "Eve", "", "", "5", "0", "0", "", "", "not_graded", "1", "1", "ada.zip", "The run ended."],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\ufeff=1"])
def test_no_cell_begins_a_formula(text):
    assert safe(text) == f"'{text}"


def test_numbers_and_plain_text_stay():
    assert [safe(value) for value in (-1, 2.5, "ada", "a=b", "")] == [-1, 2.5, "ada", "a=b", ""]
    assert table([["a,b", 'c"d', "e\nf"]]) == '"a,b","c""d","e\nf"\r\n'


def test_json(out):
    (path,) = export(RUN, out, ["json"])

    assert json.loads(path.read_text())[0] == {
        "id": "ada", "name": "=cmd|' /C calc'!A0", "lms_id": "17", "status": "graded", "says": "", "score": 3,
        "max": 5, "points": 2.7, "exercises": {SLUG: {"status": "graded", "score": 3, "max": 5}},
    }  # fmt: skip


def test_junit_is_xml_whatever_a_check_saw(out):
    (path,) = export(RUN, out, ["junit"])
    suites = ElementTree.parse(path).getroot()

    ada, bob, eve = suites
    assert [ada.attrib, bob.attrib, eve.attrib] == [
        {"name": "ada", "tests": "3", "failures": "1", "errors": "0"},
        {"name": "bob", "tests": "1", "failures": "0", "errors": "1"},
        {"name": "eve", "tests": "1", "failures": "0", "errors": "1"},
    ]
    failure = ada[2][0]
    assert (ada[2].attrib["classname"], failure.tag) == (f"ada.{SLUG}", "failure")
    assert "seen: ]]>?<script>" in failure.text


def test_gradescope(out):
    (folder,) = export(RUN, out, ["gradescope"])
    ada = json.loads((folder / "ada" / "results.json").read_text())

    assert (ada["score"], ada["output_format"]) == (2.7, "text")
    assert ada["output"].splitlines() == ["90 minutes late: 10 % less, for 1 day begun.", "<script>alert(1)</script>"]
    assert [(one["number"], one["score"], one["max_score"], one["status"]) for one in ada["tests"]] == [
        ("01.imports", 0, 0, "passed"), ("01.names", 2, 2, "passed"), ("01.answers", 1, 3, "failed"),
    ]  # fmt: skip
    assert json.loads((folder / "bob" / "results.json").read_text())["output"] == "It is empty."


def test_points_set_by_hand_stand_in_every_export(out):
    by_hand = Override("ada", "01.answers", 3, "Counted by hand.", "Eva", date(2026, 11, 26))
    write_overrides(out, [by_hand])
    write_class(RUN, out)
    gradebook, junit, folder = export(RUN, out, ["csv", "junit", "gradescope"])

    assert read(gradebook)[1][2:4] == ["5", "5"]
    assert json.loads((folder / "ada" / "results.json").read_text())["score"] == 4.5
    assert json.loads((folder / "ada" / "results.json").read_text())["tests"][2]["score"] == 3
    assert junit.is_file()


def test_gradescope_shows_no_word_of_a_hidden_check(out):
    table = json.loads((out / PATH).read_text())
    table["rows"][2]["hidden"] = True
    (out / PATH).write_text(json.dumps(table))
    (folder,) = export(RUN, out, ["gradescope"])

    hidden = json.loads((folder / "ada" / "results.json").read_text())["tests"][2]
    assert (hidden["score"], hidden["output"]) == (1, "partial")


def test_a_format_that_is_not_known():
    assert formats_of("csv, junit,csv") == ("csv", "junit")
    with pytest.raises(Misuse) as error:
        formats_of("csv,pdf")

    known = "csv, json, junit, gradescope, moodle, canvas, html"
    assert str(error.value) == f"There is no format 'pdf'. There are: {known}."


def test_the_class_on_a_terminal():
    assert as_table(RUN).splitlines() == [
        "3 trainees, 1 exercise: 1 graded, 1 refused, 1 not graded",
        "deadline 2026-11-26T18:00:00+00:00, profile self, seed 7, isolation namespace",
        "01 Greeting",
        "",
        "  trainee                      01   points     %  late",
        "  =cmd|' /C calc'!A0            3      2.7    54  -10 %",
        "  Bob                       refused",
        "  Eve                           ?        ?",
        "  of                            5        5",
        "  0 of 1 graded reach the pass mark of 70 %",
        "  ? not graded yet",
        "",
        "look at:",
        "  =cmd|' /C calc'!A0 (ada.zip)",
        "    90 minutes late: 10 % less, for 1 day begun.",
        "    <script>alert(1)</script>",
        "  Bob (ada.zip)",
        "    refused: It is empty.",
        "  Eve (ada.zip)",
        "    not graded: The run ended.",
    ]


def test_exit_codes():
    whole = replace(ADA, cells=(replace(ADA.cells[0], score=5),))

    assert [exit_code([whole]), exit_code([whole, ADA]), exit_code([whole, BOB]), exit_code([EVE])] == [0, 1, 3, 3]
