"""The text of a Dockerfile as instructions: what Docker joins, skips and refuses."""

from __future__ import annotations

import pytest

from checker.dockerfile.reading import MAX_LINES, DockerfileError, read_instructions


def read(text):
    return read_instructions(text)[1]


def test_a_continued_line_is_one_instruction_and_keeps_its_lines():
    one, two = read("FROM python:3.11\nRUN a && \\\n    # said aside\n\n    b \\\n    c\n")[:2]

    assert (two.keyword, two.text, two.line, two.end) == ("RUN", "a &&     b     c", 2, 6)
    assert (one.line, one.end) == (1, 1)


def test_a_backslash_before_a_backslash_continues_nothing():
    assert [one.keyword for one in read("FROM a\nRUN echo \\\\\nUSER b\n")] == ["FROM", "RUN", "USER"]


def test_keywords_may_be_lower_case_and_tabs_divide():
    assert [(one.keyword, one.text) for one in read("from a\nenv\tA=1\n")] == [("FROM", "a"), ("ENV", "A=1")]


def test_directives_stand_at_the_very_top():
    directives, made = read_instructions("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN b `\n  c\n")

    assert directives == {"syntax": "docker/dockerfile:1", "escape": "`"}
    assert made[1].text == "b   c"


def test_a_comment_before_a_directive_makes_it_a_comment():
    assert read_instructions("# hello\n# escape=`\nFROM a\n")[0] == {}


def test_flags_are_told_from_what_follows():
    made = read('FROM a\nRUN --mount=type=cache,target="/x" --network=none pip --version\nCOPY --link b c\n')

    assert made[1].flags == (("mount", "type=cache,target=/x"), ("network", "none"))
    assert made[1].text == "pip --version"
    assert (made[2].flag("link"), made[2].flag("from"), made[2].text) == ("", None, "b c")


def test_a_quoted_flag_has_no_quotes():
    assert read('FROM a\nCOPY --chown="1:1" b c\n')[1].flag("chown") == "1:1"


@pytest.mark.parametrize(
    ("opening", "literal", "body"),
    [("<<END", False, "a\n\tb $C\n"), ("<<-END", False, "a\nb $C\n"), ("<<'END'", True, "a\n\tb $C\n")],
)
def test_a_heredoc_is_no_instruction(opening, literal, body):
    made = read(f"FROM a\nRUN {opening}\na\n\tb $C\nEND\nUSER d\n")

    assert [one.keyword for one in made] == ["FROM", "RUN", "USER"]
    assert (made[1].heredocs[0].text, made[1].heredocs[0].literal, made[1].end) == (body, literal, 5)


def test_two_heredocs_follow_each_other():
    made = read("FROM a\nCOPY <<ONE <<TWO /etc/\n1\nONE\n2\nTWO\n")[1]

    assert [(one.name, one.text) for one in made.heredocs] == [("ONE", "1\n"), ("TWO", "2\n")]


@pytest.mark.parametrize("text", ['python -c "a << B"', "python -c 'print(1 <<B)'", "cat <<< word"])
def test_what_looks_like_a_heredoc_inside_quotes_is_none(text):
    assert read(f"FROM a\nRUN {text}\nUSER b\n")[1].heredocs == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('["a", "b c"]', ("a", "b c")),
        ("['a', 'b']", None),
        ('["a", 1]', None),
        ('["a"', None),
        ("a b", None),
        ("[" * 90_000, None),
    ],
)
def test_the_exec_form_is_a_json_list_of_texts(text, words):
    assert read(f"FROM a\nCMD {text}\n")[1].words == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FROM a\nRUM b\n", "line 2: unknown instruction: RUM"),
        ("FROM a\n\nUSER\n", "line 3: USER has nothing after it"),
        ("FROM a\nRUN <<END\nb\n", "line 2: the text that begins with <<END has no closing END"),
        ("# escape=x\nFROM a\n", "line 1: the escape character is 'x'; it can be a backslash or a backtick"),
        ("\n" * (MAX_LINES + 1), f"line {MAX_LINES}: the file has more than {MAX_LINES} lines"),
    ],
)
def test_what_docker_would_refuse_is_told_with_its_line(text, message):
    with pytest.raises(DockerfileError) as refused:
        read(text)

    assert str(refused.value) == message


def test_a_long_instruction_is_shown_shortened():
    assert read("FROM a\nRUN --network=none " + "b" * 80)[1].shown == "RUN --network=none " + "b" * 38 + "..."
