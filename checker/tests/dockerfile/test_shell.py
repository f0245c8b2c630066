"""A line for a shell as simple commands."""

from __future__ import annotations

import pytest

from checker.dockerfile.shell import failure_ends, sets_pipefail, simple_commands


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b && c", [["a", "b"], ["c"]]),
        ("a 'b && c' \"d ; e\"", [["a", "b && c", "d ; e"]]),
        ('a "b \\" c" d\\ e', [["a", 'b " c', "d e"]]),
        ("a | b || c; d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("(cd x && a); b", [["cd", "x"], ["a"], ["b"]]),
        ("a >/dev/null 2>&1 < b > c d", [["a", "d"]]),
        ("A=1 B='x y' a", [["a"]]),
        ("a # b && c\nd", [["a"], ["d"]]),
        ("a $(b && c) `d; e` f", [["a", "$(b && c)", "`d; e`", "f"]]),
        ("if a; then b; else c; fi", [["a"], ["b"], ["c"]]),
        ("for x in 1 2; do a $x; done", [["for", "x", "in", "1", "2"], ["a", "$x"]]),
        ("a \\\n b", [["a", "b"]]),
        ("a &>log b", [["a", "b"]]),
        ("", []),
        ("a 'b", [["a", "b"]]),
    ],
)
def test_commands_are_told_apart(text, words):
    assert [list(one.words) for one in simple_commands(text)] == words


def test_operators_and_assignments_are_kept():
    one, two = simple_commands("A=1 a || b")

    assert (one.env, one.then, two.then) == (("A=1",), "||", "")


def test_the_operator_behind_a_bracket_belongs_to_the_group():
    assert [one.then for one in simple_commands("(a; b) || c")] == [";", "||", ""]


def test_options_have_values():
    (one,) = simple_commands("/usr/bin/uvicorn app --host 0.0.0.0 --port=80 --reload")

    assert (one.program, one.option("--host"), one.option("--port"), one.option("--reload")) == (
        "uvicorn", "0.0.0.0", "80", "",
    )  # fmt: skip
    assert (one.has("--reload"), one.has("--workers"), one.option("--workers")) == (True, False, None)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("check", True),
        ("check && b", True),
        ("check; b", False),
        ("set -e; check; b", True),
        ("set -eux\ncheck\nb", True),
        ("check || true", False),
        ("check | tee log", False),
        ("check & b", False),
        ("(check) || b", False),
        ("check;", True),
    ],
)
def test_a_failure_ends_the_line_or_not(text, ends):
    commands = simple_commands(text)
    number = next(place for place, one in enumerate(commands) if one.program == "check")

    assert failure_ends(commands, number) is ends


def test_a_strict_shell_ends_at_any_failure():
    assert failure_ends(simple_commands("check; b"), 0, strict=True)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("check | tee log", True),
        ("check | tee log && b", True),
        ("check | tee log; b", False),
        ("check | b || c", False),
    ],
)
def test_with_pipefail_a_pipe_fails_with_any_of_its_commands(text, ends):
    assert failure_ends(simple_commands(text), 0, pipefail=True) is ends


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("/bin/bash", "-o", "pipefail", "-c"), True),
        (("set", "-euo", "pipefail"), True),
        (("/bin/bash", "-c"), False),
        (("set", "-e", "pipefail"), False),
    ],
)
def test_pipefail_is_an_option_with_a_name(words, said):
    assert sets_pipefail(words) is said
