"""Certificates: made from judged files only, honest about what is missing, and not to be changed once signed."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest

from checker.errors import Misuse
from checker.result import Result, Row
from course import outline
from course.build import certificate
from course.build.certificate import differences, facts_of, main, project_facts
from course.build.certified import Facts, Line, page, read, verified
from course.project import rubric
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
    live = replace(row("image", 0, kind="live", verdict="could_not_check"), max=0)
    judged = [result("01_prediction_endpoint", row("a", 10), row("b", 0, helped="code"), live)]

    facts = facts_of(judged, course.profiles["six-hours"], course, name="Ada", day="2026-11-26")

    assert [line.number for line in facts.lines] == [1, 3, 5, 7, 9]
    assert facts.lines[0] == Line(1, "Prediction endpoint", 10, 20, 1, "ab" * 8, ("01.image",))
    assert [line.number for line in facts.missing] == [1, 3, 5, 7, 9]


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
        (["nowhere", "--project", "--name", "Ada"], "error: 'nowhere' holds none of the final project.\n"
                                                    "try: name the folder work/\n"),
        (["work", "--against", "none.html"], "error: 'none.html' cannot be read: No such file or directory.\n"
                                             "try: name the file of a certificate\n"),
        (["c.html", "--sign", "none.txt"], "error: 'none.txt' cannot be read: No such file or directory.\n"
                                           "try: make release writes it\n"),
    ],
)  # fmt: skip
def test_misuse_is_said_in_a_sentence_and_a_way_out(words, said, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err == said


def project(**changed: int) -> Result:
    """A result of the final project: full marks, but for the checks that `changed` names."""
    rows = []
    for one in rubric.load().rows:
        share, rest = divmod(one.points, len(one.checks) or 1)
        for place, name in enumerate(one.checks):
            most = share + (rest if place == 0 else 0)
            rows.append(replace(row(name, changed.get(name, most)), max=most))
    rows.append(replace(row("in-a-cluster", 0, kind="live", verdict="could_not_check"), max=0))
    return result("12_project", *rows)


def test_the_final_project_is_passed_by_its_rubric_and_lists_what_was_not_checked():
    facts, missing = project_facts(project(), person=4, name="Ada", day="2026-11-26")
    shown = page(facts).partition("<main>")[2].partition("<script")[0]
    said = " ".join(re.sub(r"<[^>]+>", " ", shown).split())

    assert missing == ()
    assert [(line.number, line.score, line.max) for line in facts.lines] == [
        (1, 25, 25), (2, 20, 20), (3, 15, 15), (4, 15, 15), (5, 10, 10), (6, 10, 10), (7, 4, 5),
    ]  # fmt: skip
    assert "passed the final project on 2026-11-26" in said
    assert "Row of the rubric Points" in said
    assert "4 of 5, by a person" in said
    assert "70 of 100 points are needed, and at least half of each of the rows 1, 2, 3, 4." in said
    assert said.count("12.in-a-cluster") == 1


def test_a_project_below_half_in_a_needed_row_gets_none_and_is_told_why(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(certificate, "_results", lambda *_: [project(reachable=0, killed=0)])
    out = tmp_path / "certificate.html"

    assert main(["work", "--project", "--name", "Ada", "--out", str(out)]) == 1
    assert not out.exists()
    assert capsys.readouterr().out == (
        "Not passed: row 1 has 12 of 25 points, below half.\nThere is no certificate yet.\n"
    )


def test_a_signed_project_is_made_verified_and_judged_again(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(certificate, "_results", lambda *_: [project()])
    out, secret = tmp_path / "certificate.html", tmp_path / "secret.txt"
    secret.write_bytes(SECRET)

    assert main(["w", "--project", "--name", "Ada", "--person", "5", "--out", str(out), "--sign", str(secret)]) == 0
    assert main([str(out), "--verify", "--sign", str(secret)]) == 0
    capsys.readouterr()
    assert main(["w", "--against", str(out)]) == 0
    assert capsys.readouterr().out == (
        "7 lines judged again: files and points are those of the certificate. "
        "5 points of a person were taken as they stand.\n"
    )


def test_a_certificate_that_the_files_do_not_bear_out_is_told_line_by_line(monkeypatch, tmp_path, capsys):
    shown = tmp_path / "shown.html"
    facts, _ = project_facts(project(), person=0, name="Ada", day="2026-11-26")
    shown.write_text(page(facts).replace('"score": 25', '"score": 26'))
    monkeypatch.setattr(certificate, "_results", lambda *_: [project()])

    assert main(["w", "--against", str(shown)]) == 1
    told = capsys.readouterr()
    assert told.out == "1 Deployment: 25 of 25 points, and not 26 of 25\n"
    assert told.err == f"error: the files do not reach what {str(shown)!r} says.\n"


def test_other_files_and_lines_that_are_not_there_differ():
    shown = replace(FACTS, lines=(LINES[0],))

    assert differences(shown, replace(FACTS, lines=(replace(LINES[0], files="2b" * 8), LINES[1]))) == [
        f"1 Prediction endpoint: other files, {'2b' * 8} and not {'0f' * 8}",
        f"3 Dockerfile: other files, {'1e' * 8} and not none",
        "3 Dockerfile: 35 of 50 points, and not 0 of 50",
    ]


@pytest.mark.parametrize("text", ["<html></html>", '<script type="application/json" id="facts">{"a": 1}</script>'])
def test_a_file_that_lists_no_facts_is_no_certificate(text):
    with pytest.raises(Misuse) as refused:
        read(text)

    assert str(refused.value) == "This file is no certificate of this course."


@pytest.mark.slow
def test_a_starter_gets_no_certificate_and_is_told_what_is_missing(tmp_path, capsys):
    shutil.copytree(ROOT / "exercises" / "03_dockerfile" / "starter", tmp_path / "work" / "03_dockerfile")
    out = tmp_path / "certificate.html"

    code = main([str(tmp_path), "--name", "Ada", "--profile", "six-hours", "--out", str(out)])

    said = capsys.readouterr().out
    assert (code, out.exists()) == (1, False)
    assert said.startswith("5 of 5 exercises are below 70 percent:\n  1 Prediction endpoint: not handed in\n  3 Docker")
    assert said.endswith("There is no certificate yet.\n")
