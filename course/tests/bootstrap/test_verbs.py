"""One list of verbs: what make offers, what the bootstrap does and what the README names are the same."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course.start import verbs

ROOT = Path(__file__).parents[3]
PROSE = ("README.md", "course/start_here.py", "CONTRIBUTING.md")


def make_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.search(r"^VERBS = (.*)$", text, re.MULTILINE).group(1).split())


def test_make_has_a_target_for_every_verb_and_no_other():
    assert make_targets() == {verb.name for verb in verbs.VERBS}


@pytest.mark.parametrize("name", PROSE)
def test_every_target_named_in_prose_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    named = set(re.findall(r"(?:`|\$ )make ([a-z][a-z-]*)", text))

    assert named <= make_targets() | {"help"}


def test_make_alone_lists_the_everyday_targets_a_line_each():
    told = subprocess.run(
        ["make", "-s", f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    lines = told.stdout.splitlines()
    assert lines == verbs.listing(everyday=True).splitlines()
    assert 8 <= len(lines) <= 12
    assert lines[0].split()[:2] == ["make", "start"]


def test_help_lists_every_verb(capsys):
    assert verbs.main(["--help"]) == 0

    told = capsys.readouterr().out
    assert all(f"make {verb.name}" in told for verb in verbs.VERBS)


def test_an_unknown_verb_gets_the_nearest_one(capsys):
    assert verbs.main(["tset"]) == 2

    assert capsys.readouterr().err == (
        "error: there is no verb 'tset'. Did you mean test?\ntry: python3 -m course.bootstrap --help\n"
    )


def test_check_without_an_exercise(capsys):
    assert verbs.main(["check"]) == 2

    assert capsys.readouterr().err == "error: no exercise was named.\ntry: make check EX=1\n"


def test_clean_never_touches_work_or_the_environment(tmp_path, capsys):
    for name in ("build", "work", ".venv", ".mypy_cache"):
        (tmp_path / name).mkdir()

    verbs._clean(verbs.Places(tmp_path), verbs.console_for(), [])

    assert sorted(path.name for path in tmp_path.iterdir()) == [".venv", "work"]
    assert capsys.readouterr().out == "Removed build, .mypy_cache; work/ was not touched.\n"
