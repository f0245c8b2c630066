"""A trainee's YAML, JSON and TOML are parsed with limits, and a fault has its line."""

from __future__ import annotations

import pytest

from checker.errors import NotYet
from checker.readers import load_words, read_json, read_toml, read_yaml, read_yaml_12


def refused(read, text, name="f"):
    with pytest.raises(NotYet) as ended:
        read(name, text)
    return ended.value.finding


LAUGHS = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


def test_billion_laughs_is_refused_in_a_sentence():
    finding = refused(read_yaml, LAUGHS, "compose.yaml")

    assert finding.seen == "compose.yaml expands to more than 100000 values"
    assert finding.expected == "at most 40 levels and 100 aliases"
    assert finding.next == "Which part of the file repeats itself?"


def test_too_many_aliases():
    text = "a: &a 1\n" + "".join(f"b{n}: *a\n" for n in range(101))

    assert refused(read_yaml, text).seen == "f has more than 100 aliases"


@pytest.mark.parametrize(
    ("read", "text"), [(read_yaml, "[" * 60 + "]" * 60), (read_json, "[" * 60 + "]" * 60), (read_json, "[" * 100_000)]
)
def test_too_deep(read, text):
    assert refused(read, text).seen == "f has more than 40 levels"


def test_a_list_that_holds_itself_is_too_deep():
    assert refused(read_yaml, "&a [*a]").seen == "f has more than 40 levels"


@pytest.mark.parametrize(
    ("read", "text", "seen", "where"),
    [
        (read_json, '{"a": 1,\n "b": }', "line 2: Expecting value", "f:2"),
        (read_toml, "a = 1\nb = \n", "line 2: Invalid value", "f:2"),
        (read_toml, "a = 1\nb = port\n", "line 2: a text stands in quotes, and here are none", "f:2"),
        (read_yaml, "a: 1\nb: [1\n", "line 3: expected ',' or ']', but got '<stream end>'", "f:3"),
        (read_yaml, "a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands twice", "f:3"),
        (read_yaml, "a: !!python/object:os.system 1\n", None, "f:1"),
        (read_yaml, "a: \x00", None, "f:1"),
    ],
)
def test_a_syntax_error_has_its_line(read, text, seen, where):
    finding = refused(read, text)

    assert seen in (None, finding.seen)
    assert (finding.where, finding.next) == (where, "What stands on this line, and on the one before it?")


def test_what_is_right_is_read():
    assert read_yaml("f", "a: &x [1, 2]\nb: *x\n<<: {c: 1}\n") == {"a": [1, 2], "b": [1, 2], "c": 1}
    assert read_json("f", '{"a": [1]}') == {"a": [1]}
    assert read_toml("f", "a = 1") == {"a": 1}


def test_yaml_1_2_has_words_where_yaml_1_1_has_booleans_and_dates():
    text = "on: [yes, no, off, true, False, 2026-11-25]\n"

    assert read_yaml_12("f", text) == {"on": ["yes", "no", "off", True, False, "2026-11-25"]}
    assert load_words(text) == [read_yaml_12("f", text)]


def test_short_functions_of_a_template_of_ours_are_written_out():
    text = "a: !Ref Port\nb: !GetAtt Role.Arn\nc: !If [x, !Sub '${y}', 2]\nd: !Transform {Name: n}\n"

    assert load_words(text) == [
        {
            "a": {"Ref": "Port"},
            "b": {"Fn::GetAtt": ["Role", "Arn"]},
            "c": {"Fn::If": ["x", {"Fn::Sub": "${y}"}, 2]},
            "d": {"Fn::Transform": {"Name": "n"}},
        }
    ]


def test_a_tag_in_a_trainees_yaml_is_refused_all_the_same():
    assert refused(read_yaml_12, "a: !Ref Port\n").where == "f:1"


def test_who_changes_what_was_read_changes_it_for_nobody_else():
    read_yaml("f", "a: {b: [1]}")["a"]["b"].append(2)

    assert read_yaml("f", "a: {b: [1]}") == {"a": {"b": [1]}}
