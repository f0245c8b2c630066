""".dockerignore: Docker's rules, each with the case in which .gitignore would say something else."""

from __future__ import annotations

import pytest

from checker.dockerfile import Ignore

SENT, LEFT_OUT = True, False


@pytest.mark.parametrize(
    ("patterns", "path", "sent"),
    [
        ("*.pyc", "a.pyc", LEFT_OUT),
        ("*.pyc", "b/a.pyc", SENT),
        ("**/*.pyc", "a.pyc", LEFT_OUT),
        ("**/*.pyc", "b/c/a.pyc", LEFT_OUT),
        (".env", "conf/.env", SENT),
        ("**/.env", "conf/.env", LEFT_OUT),
        ("data", "data/x/y.csv", LEFT_OUT),
        ("data/", "data/x.csv", LEFT_OUT),
        ("/data", "data/x.csv", LEFT_OUT),
        ("./data", "data/x.csv", LEFT_OUT),
        ("data", "mydata/x.csv", SENT),
        ("data", "a/data/x.csv", SENT),
        ("*/data", "a/data/x.csv", LEFT_OUT),
        ("data/*", "data/x/y.csv", LEFT_OUT),
        ("data/**", "data/x/y.csv", LEFT_OUT),
        ("a?", "ab", LEFT_OUT),
        ("a?", "abc", SENT),
        ("a[0-9]", "a7", LEFT_OUT),
        ("a[0-9]", "ax", SENT),
        (r"a\*", "a*", LEFT_OUT),
        (r"a\*", "ab", SENT),
        ("*\n!app.py", "app.py", SENT),
        ("!app.py\n*", "app.py", LEFT_OUT),
        ("*\n!model", "model/a/b.txt", SENT),
        ("**\n!model/**", "model/a/b.txt", SENT),
        ("*\n!model\nmodel/secret*", "model/secret.txt", LEFT_OUT),
        ("# *", "a", SENT),
        ("", "a", SENT),
        ("  b  ", "b", LEFT_OUT),
        ("!", "b", SENT),
        ("a.c", "abc", SENT),
        ("a[z-a]", "ab", SENT),
        ("a[[]b", "a[b", LEFT_OUT),
        ("a[&&]b", "a&b", LEFT_OUT),
        ("a[+--]b", "a,b", LEFT_OUT),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns, path, sent):
    assert Ignore.of(patterns).sends(path) is sent


def test_the_deciding_pattern_has_its_line():
    ignore = Ignore.of("# all\n*\n!a\n")

    assert (ignore.decides("b").line, ignore.decides("a")) == (2, None)
