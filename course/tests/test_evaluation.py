"""What a room thought of the course: codes read, counted, and refused with the line that is none."""

from __future__ import annotations

import base64
import json

import pytest

from course.evaluation import FEW, Question, answers, main, questions, read, summary

PACE = Question("pace", "How was the pace?", ("too slow", "right", "too fast"))
BEST = Question("best", "What should stay as it is?")


def code(**said: str) -> str:
    return base64.b64encode(json.dumps({"v": 1, "said": said}).encode()).decode()


def test_choices_are_counted_and_words_are_listed_by_the_alphabet():
    said = [{"pace": "right", "best": "the  drill"}, {"pace": "right"}, {"pace": "too fast"}, {"best": "hints"}, {}]

    assert list(summary(said, (PACE, BEST))) == [
        "5 answers",
        "",
        "How was the pace?  (3 of 5)",
        "  too slow    0",
        "  right       2  ████████████████████████",
        "  too fast    1  ████████████",
        "",
        "What should stay as it is?  (2 of 5)",
        "  - hints",
        "  - the drill",
    ]


def test_a_small_room_is_warned_before_its_words_are_shown():
    assert list(summary([{}] * (FEW - 1), ()))[1] == (
        "Fewer than 5: a room may know whose words these are. Read them, and do not show them."
    )
    assert len(list(summary([{}] * FEW, ()))) == 1


def test_an_option_of_an_older_form_is_counted_too():
    assert "  breakneck    1  ████████████████████████" in list(summary([{"pace": "breakneck"}], (PACE,)))


def test_a_code_that_is_pasted_twice_counts_once_and_empty_lines_count_nothing():
    assert read(f"\n{code(pace='right')}\n\n  {code(pace='right')}  \n{code(pace='too fast')}", "codes.txt") == [
        {"pace": "right"},
        {"pace": "too fast"},
    ]


def test_words_in_any_script_come_through_and_empty_ones_are_none():
    assert answers(code(best="ä ✓", worst="  ")) == {"best": "ä ✓"}


@pytest.mark.parametrize(
    "line", ["hello", code(pace="right")[:-7], base64.b64encode(b"[]").decode(), base64.b64encode(b"\xff").decode()]
)
def test_a_line_that_is_no_code_is_named(tmp_path, capsys, line):
    (tmp_path / "codes.txt").write_text(f"{code(pace='right')}\n{line}\n")

    assert main([str(tmp_path / "codes.txt")]) == 1
    assert capsys.readouterr().err == (
        f"error: {tmp_path}/codes.txt:2 is no code of the form. "
        "Put one whole code on each line, or take the line out.\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "error: {file}: No such file or directory. Name the file of codes.\n"),
        (b"\n", "error: {file} holds no code. Ask for the codes of the page start/evaluation.\n"),
        (b"\xff\xfe", "error: {file} is not text in UTF-8. Save it as plain text.\n"),
    ],
)
def test_a_file_that_cannot_be_counted_is_one_sentence(tmp_path, capsys, content, message):
    file = tmp_path / "codes.txt"
    if content is not None:
        file.write_bytes(content)

    assert main([str(file)]) == 1
    assert capsys.readouterr() == ("", message.format(file=file))


def test_the_summary_asks_what_the_form_asks(tmp_path, capsys):
    (tmp_path / "codes.txt").write_text(code(pace="right"))

    assert main([str(tmp_path / "codes.txt")]) == 0
    shown = capsys.readouterr().out
    assert [line.partition("  (")[0] for line in shown.splitlines() if line.endswith("of 1)")] == [
        one.asks for one in questions()
    ]
