"""Certificates: made from judged files only, honest about what is missing, and not to be changed once signed."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest

from checker.errors import Misuse
from checker.result import Result, Row
from course import outline
from course.build.certificate import Facts, Line, facts_of, main, page, verified
from course.start.places import this_clone

ROOT = this_clone().root
SECRET = b"a secret of this test"
LINES = (Line(1, "Prediction endpoint", 60, 60, 0, "0f" * 8), Line(3, "Dockerfile", 35, 50, 1, "1e" * 8, ("03.live",)))
FACTS = Facts("Ada <Lovelace>", "two-days", "Two days", "2026-11-26", 70, LINES)


def result(slug: str, *rows: Row) -> Result:
    return Result(slug, "t", "graded", "two-days", 1, "process", {"sha256": "ab" * 32}, "c", {}, "", 0.0, rows)


def row(id: str, earned: int, *, kind: str = "graded", verdict: str = "passed", helped: str = "") -> Row:
    return Row(id, 1, "title", "room", kind, verdict, earned, 10, helped=helped)


def test_a_line_for_each_exercise_of_the_profile_also_for_one_that_is_missing():
    course = outline.load()
    live = replace(row("01.live", 0, kind="live", verdict="could_not_check"), max=0)
    judged = [result("01_prediction_endpoint", row("01.a", 10), row("01.b", 0, helped="code"), live)]

    facts = facts_of(judged, course.profiles["six-hours"], course, name="Ada", day="2026-11-26")

    assert [line.exercise for line in facts.lines] == [1, 3, 5, 7, 9]
    assert facts.lines[0] == Line(1, "Prediction endpoint", 10, 20, 1, "ab" * 8, ("01.live",))
    assert [line.exercise for line in facts.missing] == [1, 3, 5, 7, 9]


@pytest.mark.parametrize(("score", "reaches"), [(42, True), (41, False), (0, False)])
def test_the_pass_mark_is_a_share_of_the_profiles_maximum(score, reaches):
    assert replace(LINES[0], score=score).reaches(70) is reaches


def test_a_page_says_what_was_reached_what_was_not_checked_and_who_stands_behind_it():
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page(FACTS).partition("<main>")[2]))

    assert "Ada &lt;Lovelace&gt;" in said
    assert "completed Two days on 2026-11-26" in said
    assert "3 Dockerfile 35 of 50 1" in said
    assert "Not checked , since they need a real engine, and without points: 03.live." in said
    assert "Self-assessed. Nobody signed this page" in said


def test_a_signed_page_is_known_again_and_a_changed_one_is_not():
    signed = page(FACTS, SECRET)
    refusal = "The code does not belong to what the page says: it was changed, or signed with another secret."

    assert verified(signed, SECRET) == FACTS
    for changed, secret in ((signed.replace('"score": 35', '"score": 50'), SECRET), (signed, b"another"),
                            (page(FACTS), SECRET)):  # fmt: skip
        with pytest.raises(Misuse) as refused:
            verified(changed, secret)
        assert str(refused.value) == refusal


def test_verifying_prints_what_was_signed_so_that_the_paper_can_be_compared(tmp_path, capsys):
    shown, secret = tmp_path / "c.html", tmp_path / "secret.txt"
    shown.write_text(page(FACTS, SECRET))
    secret.write_bytes(SECRET + b"\n")

    assert main([str(shown), "--verify", "--sign", str(secret)]) == 0
    assert capsys.readouterr().out == (
        "Ada <Lovelace> completed Two days on 2026-11-26: the code is right. Compare the points:\n"
        "  1 Prediction endpoint: 60 of 60\n  3 Dockerfile: 35 of 50\n"
    )


def test_another_file_is_no_certificate():
    with pytest.raises(Misuse) as refused:
        verified("<html></html>", SECRET)

    assert str(refused.value) == "This file is no certificate of this course."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere", "--name", "Ada"], "error: 'nowhere' holds none of the exercises of 'self'.\n"
                                       "try: name the folder work/\n"),
        (["nowhere"], "error: A certificate has somebody's name.\ntry: add it: --name \"Ada Lovelace\"\n"),
        (["c.html", "--verify"], "error: A code can be compared by its secret only.\n"
                                 "try: name its file: --sign build/release/secret.txt\n"),
        (["c.html", "--sign", "none.txt"], "error: 'none.txt' cannot be read: No such file or directory.\n"
                                           "try: make release writes it\n"),
    ],
)  # fmt: skip
def test_misuse_is_said_in_a_sentence_and_a_way_out(words, said, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err == said


@pytest.mark.slow
def test_a_starter_gets_no_certificate_and_is_told_what_is_missing(tmp_path, capsys):
    shutil.copytree(ROOT / "exercises" / "03_dockerfile" / "starter", tmp_path / "work" / "03_dockerfile")
    out = tmp_path / "certificate.html"

    code = main([str(tmp_path), "--name", "Ada", "--profile", "six-hours", "--out", str(out)])

    said = capsys.readouterr().out
    assert (code, out.exists()) == (1, False)
    assert said.startswith("5 of 5 exercises are below 70 percent:\n  1 Prediction endpoint: not handed in\n  3 Docker")
    assert said.endswith("There is no certificate yet.\n")
