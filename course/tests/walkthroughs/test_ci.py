"""Blocks with run="ci": CI types these very commands, so no test types them a second time."""

from __future__ import annotations

import os
import re

import pytest

from course import prose
from course.build.sync import ROOT
from course.start import verbs

RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
BLOCKS = [one for page in prose.pages(ROOT) for one in prose.blocks(ROOT, page) if prose.class_of(one) == prose.BY_CI]


class Became(Exception):
    """What the bootstrap would have become."""


def typed_in_ci(text):
    """The make targets and the programs that a script of CI starts."""
    # Its second loop prints what the first has run.
    tiers = re.findall(r"^for tier in (.*); do$", text, re.MULTILINE)[0]
    made = {f"make {one}" for one in tiers.split()} if 'make "$tier"' in text else set()
    return made | set(re.findall(r"python3 -m course\.engines \w+", text))


def program_of(target, monkeypatch):
    """The program that a make target becomes, when it is one."""

    def become(path, argv):
        raise Became(" ".join(["python3", *argv[1:]]))

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(os, "chdir", lambda _: None)
    do = next(one.do for one in verbs.VERBS if one.name == target)
    with pytest.raises(Became) as became:
        do(verbs.this_clone(), verbs.console_for(), [])
    return str(became.value)


@pytest.mark.parametrize("block", [pytest.param(one, id=one.where) for one in BLOCKS])
def test_ci_types_the_commands_of_the_page(block, monkeypatch):
    for command, _ in block.commands:
        typed = typed_in_ci(RUN)
        assert command in typed or program_of(command.removeprefix("make "), monkeypatch) in typed, command


def test_a_script_that_types_something_else_is_noticed():
    assert "make test-full" in typed_in_ci(RUN)
    assert "make test-full" not in typed_in_ci(RUN.replace("test test-full", "test"))
    assert typed_in_ci(RUN.replace('make "$tier"', "true")) == {
        "python3 -m course.engines up", "python3 -m course.engines down",
    }  # fmt: skip
