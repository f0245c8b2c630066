"""The record of a class: written whole, validated on read, each refusal one sentence."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checker.classroom.record import (
    Attempt,
    Cell,
    ClassExercise,
    ClassRun,
    Late,
    Policy,
    Submission,
    read_class,
    read_result,
    result_path,
    write_class,
)
from checker.errors import CheckerError, Misuse

AGAIN = "that file from a backup, or checker grade SUBMISSIONS --out ANOTHER"
CELL = Cell("01_greeting", "graded", 5, 5, result_path("ada", "01_greeting"), job="0" * 64)
ADA = Submission("ada", "ada", "Ada Lovelace", "ada.zip", "zip", "graded", cells=(CELL,), notices=("a note",))
RUN = ClassRun(
    "self", 7, "process", {"python": "3.11"}, "2026-11-26T09:00:00+00:00", "2026-11-26T09:00:05+00:00",
    Policy(70, 10, 3, "2026-11-25T18:00:00+00:00"), (ClassExercise("01_greeting", "Greeting", 5, "0" * 64, {}),),
    (replace(ADA, id="ada.1", attempt=Attempt(1, 2, "best", False)),
     replace(ADA, late=Late(90, 10, "late"), attempt=Attempt(2, 2, "best"))),
)  # fmt: skip


def test_what_is_written_is_read(tmp_path):
    write_class(RUN, tmp_path)

    assert read_class(tmp_path) == RUN


def test_one_row_for_each_trainee():
    assert [one.id for one in RUN.counted] == ["ada"]
    assert (RUN.counted[0].score, RUN.counted[0].points, RUN.max) == (5, 4.5, 5)


def test_a_run_without_an_end_is_not_whole():
    unfinished = replace(RUN, submissions=(replace(ADA, status="not_graded"),))

    assert (RUN.whole, replace(RUN, ended="").whole, unfinished.whole) == (True, False, False)


@pytest.mark.parametrize(
    ("text", "message", "step"),
    [
        (None, "There is no graded class in {out!r}.", "checker grade SUBMISSIONS --out {out}"),
        ("{half", "{path!r} cannot be read: {json}.", AGAIN),
        ("[" * 200_000, "{path!r} cannot be read: {deep}.", AGAIN),
        (
            '{"schema": 2}',
            "{path!r} has version 2 of the record; this checker knows 1.",
            "a checker as new as the one that graded the class",
        ),
        ("[]", "{path!r} is no record of a class: at the whole, [] is not of type 'object'.", AGAIN),
    ],
)
def test_what_is_no_record(tmp_path, text, message, step):
    path = tmp_path / "class.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Misuse) as error:
        read_class(tmp_path)

    words = {"json": "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}
    words["deep"] = "maximum recursion depth exceeded while decoding a JSON array from a unicode string"
    assert str(error.value) == message.format(out=str(tmp_path), path=str(path), **words)
    assert error.value.next_step == step.format(out=tmp_path)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"path": "results/../../etc/passwd"}, "path, 'results/../../etc/passwd' does not match"),
        ({"score": -1}, "score, -1 is less than the minimum of 0."),
        ({"status": "fine"}, "status, 'fine' is not one of"),
    ],
)
def test_a_record_that_was_edited(tmp_path, change, fault):
    write_class(RUN, tmp_path)
    table = json.loads((tmp_path / "class.json").read_text())
    table["submissions"][0]["cells"][0].update(change)
    (tmp_path / "class.json").write_text(json.dumps(table))
    with pytest.raises(Misuse) as error:
        read_class(tmp_path)

    assert str(error.value).startswith(
        f"{str(tmp_path / 'class.json')!r} is no record of a class: at submissions.0.cells.0.{fault}"
    )


def test_a_record_that_does_not_fit_is_not_written(tmp_path):
    write_class(RUN, tmp_path)
    with pytest.raises(CheckerError) as error:
        write_class(replace(RUN, isolation="strong"), tmp_path)

    levels = "['', 'none', 'process', 'landlock', 'namespace', 'container']"
    fault = f"at isolation, 'strong' is not one of {levels}."
    assert str(error.value) == f"The record of this class was not written: {fault}"
    assert read_class(tmp_path) == RUN


def test_a_result_is_read_or_missed_in_words(tmp_path, grader, hand_in):
    result = grader.grade(1, hand_in(), seed=7)
    path = tmp_path / CELL.path
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(result.to_dict()))

    assert read_result(tmp_path, CELL) == result
    assert read_result(tmp_path, replace(CELL, path="")) is None

    path.write_text("{")
    with pytest.raises(Misuse) as error:
        read_result(tmp_path, CELL)
    assert str(error.value) == f"{str(path)!r}, which the record of the class names, cannot be read."
