"""Texts of hand-ins as they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.classroom.shown import safe, shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a plain text", "a plain text"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07shown", "shown"),
        ("anna\u202etxt.exe", "anna[U+202E]txt.exe"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\x00\x08b\x9bc", "abc"),
        ("\udcff.py", "\\udcff.py"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("Z" + "\u0301" * 40 + ".", "Z" + "\u0301" * 4 + "."),
        ("x" * 700, "x" * 599 + "…"),
    ],
)
def test_what_is_not_seen_is_named_or_gone(text, seen):
    assert shown(text) == seen


def test_html_is_text():
    assert safe("<b title=\"a\" id='b'>&") == "&lt;b title=&quot;a&quot; id=&#x27;b&#x27;&gt;&amp;"


@pytest.mark.slow
@settings(max_examples=60)
@given(st.text(max_size=80))
def test_no_text_leaves_its_place(text):
    said = safe(text)

    assert not set(said) & set("<>\"'\x1b\u202e\u2066")
    said.encode("utf-8")
