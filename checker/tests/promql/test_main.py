"""`python -m checker.promql`: what a person at a terminal reads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from checker.promql.__main__ import main

RULES = """groups:
  - name: g
    rules:
      - {alert: Errors, expr: errors > 5, for: 1m}
      - {alert: Nothing, expr: absent(errors)}
"""
NIGHT = """# two bad minutes
step 30s
errors{pod="a"} 0x3 9x3 0x3
"""
SAID = """\
Computed from a.yaml in the way of Prometheus 3; no Prometheus runs.
night: two bad minutes
  Errors   at most 9  pending from minute 2.00 to 2.50; firing from minute 3.00 to 3.50
  Nothing             is silent
"""


def said(tmp_path, capsys, rules=RULES, night=NIGHT):
    (tmp_path / "a.yaml").write_text(rules)
    (tmp_path / "night.txt").write_text(night)
    code = main([str(tmp_path / "a.yaml"), str(tmp_path / "night.txt")])
    return code, capsys.readouterr().out


def test_stretches_are_told(tmp_path, capsys):
    assert said(tmp_path, capsys) == (0, SAID)


def test_what_is_recorded_is_told_and_the_files_own_step_is_taken(tmp_path, capsys):
    rules = """groups:
  - name: g
    rules:
      - {record: pod:errors:double, expr: 2 * errors}
      - {record: pod:none:double, expr: 2 * none}
"""

    code, out = said(tmp_path, capsys, rules, NIGHT.replace("30s", "2m"))

    assert (code, out.splitlines()[1:]) == (
        0,
        [
            "night: two bad minutes",
            "  pod:errors:double  at most 18 at minute 14.00; 0 at minute 22.00, its last",
            "  pod:none:double    has no value",
            "  there is no alert in this file",
        ],
    )


def test_an_alert_with_two_series_fires_while_one_of_them_does(tmp_path, capsys):
    night = 'step 30s\nerrors{pod="a"} 0x3 9x5 0x3\nerrors{pod="b"} 0x4 9x5 0x3\n'

    code, out = said(tmp_path, capsys, night=night)

    assert code == 0
    assert out.splitlines()[2] == (
        "  Errors   at most 9  pending from minute 2.00 to 2.50; firing from minute 3.00 to 5.00"
    )


def test_what_is_asked_of_an_alert_stands_beside_it(tmp_path, capsys):
    night = NIGHT.replace("step 30s\n", "step 30s\nasked Nothing must be silent\nasked Errors must fire\n")

    code, out = said(tmp_path, capsys, night=night)

    assert (code, out.splitlines()[2:]) == (
        0,
        [
            "  Errors   must fire                 at most 9  pending from minute 2.00 to 2.50; "
            "firing from minute 3.00 to 3.50",
            "  Nothing  must be silent  as asked             is silent",
            "Nothing: 1 of 1 nights as asked",
        ],
    )


@pytest.mark.parametrize(
    ("asked", "word", "counted"),
    [
        ("Errors must fire from minute 2 to 3", "as asked", "Errors: 1 of 1 nights as asked"),
        # An evaluation later is in time, one before the beginning is not.
        ("Errors must fire from minute 1 to 2", "NOT MET", "Errors: 0 of 1 nights as asked"),
        ("Errors must fire from minute 4 to 9", "NOT MET", "Errors: 0 of 1 nights as asked"),
        ("Errors must be silent", "NOT MET", "Errors: 0 of 1 nights as asked"),
    ],
)
def test_whether_an_alert_did_as_asked_is_told_and_counted(tmp_path, capsys, asked, word, counted):
    code, out = said(tmp_path, capsys, night=NIGHT.replace("step 30s\n", f"step 30s\nasked {asked}\n"))

    _, _, errors, _, *last = out.splitlines()
    assert (code, word in errors, last) == (0, True, [counted])


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        ("errors > 100", "at most 9"),
        ("(errors) < -1", "at least 0"),
        ("none > 5", "no result"),
        ("errors / errors < 0.5", "at least 1"),
        ("5 < errors", ""),
        ("absent(errors)", ""),
    ],
)
def test_how_near_a_query_came_to_its_limit(tmp_path, capsys, expr, words):
    """Without a number on the right there is nothing to tell; 0 divided by 0 is no number."""
    rules = f"groups: [{{name: g, rules: [{{alert: A, expr: {expr!r}, for: 1h}}]}}]"

    out = said(tmp_path, capsys, rules)[1].splitlines()[2]

    assert out.split("  ")[2:-1] == ([words] if words else [])


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    (tmp_path / "a.yaml").write_text(RULES)
    (tmp_path / "night.txt").write_text(NIGHT)
    nights = [str(tmp_path / "night.txt")] * 2
    reads, writes = os.pipe()
    os.close(reads)

    ended = subprocess.run(
        [sys.executable, "-m", "checker.promql", str(tmp_path / "a.yaml"), *nights],
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writes)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_file_without_an_alert_says_so(tmp_path, capsys):
    code, out = said(tmp_path, capsys, "groups: []")

    assert (code, out.splitlines()[-1]) == (0, "  there is no alert in this file")


@pytest.mark.parametrize(
    ("rules", "night", "message"),
    [
        (
            "groups: [{name: g, rules: [{alert: A, expr: up, fro: 5m}]}]",
            NIGHT,
            "error: The key 'fro' is not known here",
        ),
        (
            "groups: [{name: g, rules: [{alert: A, expr: 'topk(1, up)'}]}]",
            NIGHT,
            "error: The aggregation topk() is not",
        ),
        ("groups: [", NIGHT, "error: a.yaml, line "),
        (RULES, "errors\n", "error: night.txt:1 is no series: 'errors'."),
        (RULES, "step 5\nerrors 1\n", "error: night.txt:2 is no series: 'errors 1'."),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, capsys, rules, night, message):
    code, out = said(tmp_path, capsys, rules, night)

    assert code == 3
    assert message in out
    assert out.splitlines()[-1].startswith("try: ")


def test_a_file_that_is_not_there(tmp_path, capsys):
    missing = str(tmp_path / "none.yaml")

    assert main([missing, missing]) == 3
    assert capsys.readouterr().out == f"error: {missing} cannot be read: No such file or directory.\ntry: ls\n"
