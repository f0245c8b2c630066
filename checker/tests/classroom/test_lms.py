"""Moodle and Canvas: what their downloads hold and what their imports read, by what their source says of both.

Which file of the source says so stands in checker/classroom/names.py and exports_to_lms.py.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from checker.classroom.exports import export
from checker.classroom.exports_to_lms import left_out
from checker.classroom.record import Cell, ClassExercise, ClassRun, Policy, Submission
from checker.tests.classroom.conftest import PARTIAL, RIGHT, SLUG, one


# -- what comes from them -------------------------------------------------------------------------------------------
def test_moodle_folders_and_files(collected, folder, zipped):
    folder(f"Ada Lovelace_17_assignsubmission_file_/{SLUG}")
    zipped("Alan Turing_18_assignsubmission_file_/my work.zip", f"work/{SLUG}")
    zipped("Grace Hopper_19_assignsubmission_file_work.zip")
    folder("Grace Hopper_19_assignsubmission_onlinetext_", {"onlinetext.html": "<p>hello</p>"})
    # Newer versions write no sign after it; two people have one name; a comma, an umlaut and a hyphen are names too.
    zipped("Grace Hopper_20_assignsubmission_file/work.zip")
    zipped("Müller-Lüdenscheidt, Jörg_21_assignsubmission_file_/work.zip")

    found = collected()

    assert {key: (c.found.name, c.found.lms_id, c.found.form, list(c.hand_ins)) for key, c in found.items()} == {
        "Ada-Lovelace_17": ("Ada Lovelace", "17", "moodle", [SLUG]),
        "Alan-Turing_18": ("Alan Turing", "18", "moodle", [SLUG]),
        "Grace-Hopper_19": ("Grace Hopper", "19", "moodle", [SLUG]),
        "Grace-Hopper_20": ("Grace Hopper", "20", "moodle", [SLUG]),
        "Muller-Ludenscheidt-Jorg_21": ("Müller-Lüdenscheidt, Jörg", "21", "moodle", [SLUG]),
    }


def test_marked_anonymously_moodle_says_participant(collected, zipped):
    zipped("Participant_17_assignsubmission_file_/work.zip")
    zipped("Participant_18_assignsubmission_file_/work.zip")

    found = [one.found for one in collected().values()]

    assert [(one.name, one.lms_id) for one in found] == [("Participant", "17"), ("Participant", "18")]


def test_canvas_and_a_later_attempt(collected, zipped):
    """Canvas marks the name of a file that is there already; the number is that of the file."""
    zipped("lovelaceada_123_456_work.zip", files=PARTIAL)
    zipped("lovelaceada_LATE_123_789_work-1.zip")
    zipped("turingalan_late_124_457_work.zip")

    found = collected()

    assert {key: (c.found.lms_id, c.number, c.of) for key, c in found.items()} == {
        "lovelaceada_123.1": ("123", 1, 2),
        "lovelaceada_123": ("123", 2, 2),
        "turingalan_124": ("124", 1, 1),
    }
    late = "Canvas marks it as late. By how much its name does not say; --received gives the time."
    assert [found[key].notices for key in ("turingalan_124", "lovelaceada_123", "lovelaceada_123.1")] == [
        (late,), (late,), (),
    ]  # fmt: skip
    assert (found["lovelaceada_123"].folder / SLUG / "answers.toml").read_text() == RIGHT["answers.toml"]


def test_of_canvas_each_file_has_a_number_and_all_of_a_person_are_one_hand_in(collected, folder):
    numbers = dict(zip(RIGHT, (456, 457), strict=True))
    folder("", {f"lovelaceada_123_{numbers[name]}_{name}": text for name, text in RIGHT.items()})

    found = one(collected(alone=True))

    assert (found.number, found.of) == (1, 1)
    assert sorted(path.name for path in (found.folder / SLUG).iterdir()) == sorted(RIGHT)


def test_all_files_of_a_later_attempt_are_marked(collected, folder):
    folder("", {f"lovelaceada_123_{n}_{name}": text for n, (name, text) in enumerate(PARTIAL.items(), start=1)})
    again = {name.replace(".", "-1."): text for name, text in RIGHT.items()}
    folder("", {f"lovelaceada_123_{n}_{name}": text for n, (name, text) in enumerate(again.items(), start=11)})

    found = collected(alone=True)

    assert {key: (one.number, one.of) for key, one in found.items()} == {
        "lovelaceada_123.1": (1, 2), "lovelaceada_123": (2, 2),
    }  # fmt: skip
    assert (found["lovelaceada_123"].folder / SLUG / "answers.toml").read_text() == RIGHT["answers.toml"]


@pytest.mark.parametrize(
    ("name", "who", "number"),
    [
        ("müllerjörg_123_456_work.zip", "müllerjörg", "123"),
        ("some999_1234_guy_123_456_work.zip", "some999_1234_guy", "123"),
        ("anon_Xy12Z_456_work.zip", "anon_Xy12Z", ""),
        ("LATE_anon_Xy12Z_456_work.zip", "anon_Xy12Z", ""),
    ],
)
def test_names_that_canvas_makes(collected, zipped, name, who, number):
    zipped(name)

    found = one(collected()).found

    assert (found.name, found.lms_id, found.form) == (who, number, "canvas")
    assert bool(found.notices) == name.startswith("LATE_")


@pytest.mark.parametrize(
    "at",
    ["Ada_17_assignsubmission_file_/{}", "Ada_17_assignsubmission_file_{}", "ada_123_{number}_{}", "ada/{}"],
)
def test_a_letter_beside_the_zip_is_no_matter(collected, folder, zipped, at):
    zipped(at.format("work.zip", number=456))
    place, _, name = at.format("Dear Eva.pdf", number=457).rpartition("/")
    folder(place, {name: "%PDF"})

    found = one(collected())

    assert (list(found.hand_ins), found.notices, found.refused) == ([SLUG], (), "")


def test_of_two_zips_with_one_exercise_the_last_uploaded_counts(collected, zipped):
    zipped("ada_123_456_work.zip", files=PARTIAL)
    zipped("ada_123_457_final.zip")

    found = one(collected())

    assert found.notices == (f"{SLUG} is in ada_123_457_final.zip and in ada_123_456_work.zip; the first counts.",)
    assert (found.folder / SLUG / "answers.toml").read_text() == RIGHT["answers.toml"]


def test_a_broken_zip_is_told_beside_a_whole_one(collected, folder, zipped):
    zipped("ada_123_456_work.zip")
    folder("", {"ada_123_457_more.zip": "junk"})

    assert one(collected()).notices == (
        "'ada_123_457_more.zip' cannot be read as a zip; it may have been cut off while it was sent. "
        "Zip the folder work again.",
    )


@pytest.mark.parametrize("name", ["ada_123_456_work.zip", "Ada_17_assignsubmission_file_/work.zip"])
def test_a_download_that_is_still_a_zip(collected, zipped, name):
    zipped("submissions.zip", "", {}, **{name: "x"})

    assert one(collected()).refused == (
        "It is the download of a whole class. Unpack it, and grade the folder that comes out."
    )


# -- what goes to them ----------------------------------------------------------------------------------------------
def person(name: str, form: str, number: str, score: int = 3, status: str = "graded") -> Submission:
    cell = Cell(SLUG, status if status == "not_graded" else "graded", score, 5)
    return Submission(f"{number}-x", f"{number}-x", name, "a.zip", form, status, lms_id=number, cells=(cell,),
                      received=datetime(2026, 11, 26, tzinfo=UTC).isoformat())  # fmt: skip


PEOPLE = (
    person("=cmd|' /C calc'!A0", "moodle", "17"), person("Lovelace, Ada", "moodle", "18", 5),
    person("Grace Hopper", "moodle", "19"), person("Grace Hopper", "moodle", "20", 0),
    person("Eve", "moodle", "21", status="not_graded"),
    person("müllerjörg", "canvas", "17"), person("@SUM(A1)", "canvas", "124", 5), person("Bob", "zip", ""),
    person("Eve", "canvas", "125", status="not_graded"),
)  # fmt: skip
RUN = ClassRun("self", 7, "namespace", {}, "x", "y", Policy(), (ClassExercise(SLUG, "Greeting", 5, "", {}),), PEOPLE)


def read(path):
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_moodle_s_grading_worksheet(tmp_path):
    (path,) = export(RUN, tmp_path, ["moodle"])

    assert read(path) == [
        # All three columns must be there, or Moodle takes no row.
        ["Identifier", "Full name", "Grade", "Last modified (grade)"],
        ["Participant 17", "'=cmd|' /C calc'!A0", "60.00", ""],
        ["Participant 18", "Lovelace, Ada", "100.00", ""],
        ["Participant 19", "Grace Hopper", "60.00", ""],
        ["Participant 20", "Grace Hopper", "0.00", ""],
    ]


def test_canvas_gradebook(tmp_path):
    (path,) = export(RUN, tmp_path, ["canvas"])

    assert read(path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Course exercises"],
        ["    Points Possible", "", "", "", "", "100"],
        ["müllerjörg", "17", "", "", "", "60.00"],
        ["'@SUM(A1)", "124", "", "", "", "100.00"],
    ]
    # Canvas reads two lines to know which sign separates.
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf") and b";" not in path.read_bytes()


def test_who_is_not_in_the_file_is_told():
    assert left_out(RUN, ["csv", "canvas"]) == [
        "canvas.csv has no row for 7 trainees, not graded or not out of a download of Canvas: =cmd|' /C calc'!A0, "
        "Lovelace, Ada, Grace Hopper, Grace Hopper, Eve and 2 more; enter those by hand"
    ]
    assert left_out(replace(RUN, submissions=PEOPLE[:4]), ["moodle"]) == []
    assert left_out(replace(RUN, submissions=PEOPLE[4:5]), ["moodle"]) == [
        "moodle.csv has no row for 1 trainee, not graded or not out of a download of Moodle: Eve; enter those by hand"
    ]
