"""Points set by hand: validated, applied to results and record, kept by every run."""

from __future__ import annotations

import datetime

import pytest

from checker.classroom.overrides import Override, apply, apply_to_class, read_overrides, write_overrides
from checker.classroom.record import read_class
from checker.classroom.report import page
from checker.classroom.report_load import load
from checker.cli import main
from checker.errors import Misuse
from checker.tests.classroom.made import LOST, WAITS, result, usual

DAY = datetime.date(2026, 11, 26)
ONE = Override("cy", "01.names", 1, 'Greets "Ada", \\ and 🙂\x7f', "R. Lehrer", DAY)
ENTRY = 'submission = "cy"\ncheck = "01.names"\npoints = 1\ncomment = "why"\nby = "me"\ndate = 2026-11-26\n'


def test_what_is_written_is_read(tmp_path):
    write_overrides(tmp_path, [ONE])

    assert read_overrides(tmp_path) == (ONE,)


def test_without_a_file_there_are_none(tmp_path):
    assert read_overrides(tmp_path) == ()


def test_a_result_gets_the_points_and_a_note():
    changed = apply([ONE], "cy", result(LOST, WAITS))

    assert (changed.score, changed.row("names").earned, changed.row("names").verdict) == (1, 1, "not_yet")
    assert changed.notes[0].startswith("01.names: 1 in place of 0 points, set by R. Lehrer on 2026-11-26. Greets")


def test_the_record_of_a_class_gets_the_points(tmp_path):
    out = usual(tmp_path / "out")
    run = read_class(out)

    changed = apply_to_class([ONE], run, out)

    assert {one.id: one.score for one in changed.submissions}["cy"] == 1
    assert [one for one in changed.submissions if one.id != "cy"] == [one for one in run.submissions if one.id != "cy"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("override = 3", "{path} may hold [[override]] entries only."),
        ("[[override", "{path} is not TOML: Expected ']]' at the end of an array declaration (at end of document)."),
        (
            ENTRY.replace('by = "me"\n', ""),
            "{path}: entry 1 has no 'by'. Each entry needs submission, check, points, comment, by, date.",
        ),
        (ENTRY.replace("1\n", "true\n", 1), "{path}: entry 1: points is True. It must be a whole number."),
        (ENTRY.replace("1\n", "1.5\n", 1), "{path}: entry 1: points is 1.5. It must be a whole number."),
        (
            ENTRY.replace("2026-11-26", '"today"'),
            "{path}: entry 1: date is 'today'. It must be a date such as 2026-11-26.",
        ),
        (ENTRY.replace('"why"', '" "'), "{path}: entry 1: comment is empty. Who reads it later needs it."),
        (ENTRY + "more = 1\n", "{path}: entry 1 has an unknown key 'more'. Remove it or mend its name."),
        (
            ENTRY.replace("01.names", "names"),
            "{path}: entry 1: check is 'names'. It must be an exercise's number and a check's id, such as 05.probes.",
        ),
        (ENTRY + "[[override]]\n" + ENTRY, "{path}: 'cy' has two overrides for 01.names. Keep one of them."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, text, message):
    path = tmp_path / "overrides.toml"
    path.write_text(text if "override" in text[:11] else "[[override]]\n" + text)

    with pytest.raises(Misuse) as refused:
        read_overrides(tmp_path)

    assert str(refused.value) == message.format(path=path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"points": 3}, "cy: 3 points for 01.names, which gives 0 to 2. Set a number between the two."),
        ({"check": "01.nams"}, "There is no check '01.nams' in 01_greeting. Is it 01.names?"),
        ({"submission": "cyy"}, "{out}/overrides.toml: 'cyy' has no result of exercise 01. Is it 'cy'?"),
        ({"check": "07.names"}, "{out}/overrides.toml: 'cy' has no result of exercise 07."),
    ],
)
def test_an_override_of_nothing_is_refused(tmp_path, change, message):
    out = usual(tmp_path / "out")

    with pytest.raises(Misuse) as refused:
        apply_to_class([Override(**vars(ONE) | change)], read_class(out), out)

    assert str(refused.value) == message.format(out=out)


def test_the_command_sets_shows_and_takes_back(mini, tmp_path, monkeypatch, capsys):
    out = usual(tmp_path / "out")
    monkeypatch.chdir(mini.root)

    assert main(["override", str(out), "cy", "01.names", "2", "--comment", "Said it aloud", "--by", "R. L."]) == 0
    assert main(["override", str(out)]) == 0

    today = datetime.date.today().isoformat()
    assert capsys.readouterr().out == (
        f"written: {out}/overrides.toml\nnext: checker report {out}\n"
        f"cy  01.names  2  by R. L., {today}: Said it aloud\n1 set by hand\n"
    )
    text = page(load(mini, out))
    assert "2 of 2 points set by hand; the check said not yet" in text
    assert "Said it aloud" in text
    assert main(["override", str(out), "cy", "01.names", "--remove"]) == 0
    assert read_overrides(out) == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["cy", "01.names"],
            "error: An override needs a check and its points.\n"
            'try: checker override {out} cy 05.probes 2 --comment "why"\n',
        ),
        (
            ["cy", "01.names", "1"],
            'error: An override needs its reason: who reads it later was not there.\ntry: add --comment "why"\n',
        ),
        (
            ["cy", "01.names", "--remove"],
            "error: No points of 'cy' were set for 01.names.\ntry: checker override {out}\n",
        ),
    ],
)
def test_misuse_of_the_command(tmp_path, capsys, arguments, said):
    out = usual(tmp_path / "out")

    assert main(["override", str(out), *arguments]) == 2

    assert capsys.readouterr().err == said.format(out=out)
    assert read_overrides(out) == ()
