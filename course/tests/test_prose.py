"""What README, CONTRIBUTING, the pages and the briefs promise is kept: commands run, names exist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course import prose
from course.build.sync import ROOT

PAGES = [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in prose.pages(ROOT)]
BRIEFS = prose.briefs(ROOT)
COMMANDS = {
    command: (block.where, output)
    for page in prose.pages(ROOT)
    if page not in BRIEFS
    for block in prose.blocks(ROOT, page)
    if not block.excused
    for command, output in block.commands
    if prose.QUIET.fullmatch(command)
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_prose_runs_and_prints_what_the_page_shows(command):
    where, shown = COMMANDS[command]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, ""), where
    assert [line for line in shown if line not in done.stdout.split("\n") and line != "…"] == [], where


@pytest.mark.parametrize("page", [page for page in PAGES if page.values[0] not in BRIEFS])
def test_every_other_command_says_why_no_test_runs_it(page):
    assert list(prose.unrunnable(ROOT, page)) == []


def test_a_reason_that_names_a_test_names_one_that_is_there():
    assert [said for page in prose.pages(ROOT) for said in prose.tests_that_are_gone(ROOT, page)] == []


def test_a_reason_with_a_test_that_is_gone_is_named(tmp_path):
    page = page_of(tmp_path, '```bash test=false reason="checker/tests/oven tests it"\n$ make start\n```\n')

    assert list(prose.tests_that_are_gone(tmp_path, page)) == [
        "README.md:1: the reason names 'checker/tests/oven', which is not there. Mend the path."
    ]


def test_blocks_are_counted_by_who_runs_them(tmp_path):
    tested, alone = ('test=false reason="checker/tests tests it"', 'test=false reason="it needs an account"')
    page = page_of(tmp_path, "".join(f"```bash{info}\n$ make\n```\n" for info in ("", f" {tested}", f" {alone}")))

    assert prose.counted(tmp_path, [page]) == {
        "run as they stand": 1, "of briefs": 0, "run by another test": 1, "run by nobody": 1,
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_targets_verbs_files_and_links_exist(page):
    assert list(prose.unknown_names(ROOT, page)) == []


@pytest.mark.parametrize("brief", [pytest.param(brief, id=brief.parent.name) for brief in BRIEFS])
def test_a_brief_names_commands_that_every_trainee_has(brief):
    assert list(prose.strange_commands(ROOT, brief)) == []


def page_of(tmp_path: Path, text: str) -> Path:
    """A page in a clone that holds a checker/ and nothing else."""
    (tmp_path / "checker").mkdir()
    page = tmp_path / "README.md"
    page.write_text(text)
    return page


def test_a_command_that_nothing_runs_is_named_with_its_line(tmp_path):
    page = page_of(tmp_path, "# Title\n\n```bash\n$ make start\n```\n")

    assert list(prose.unrunnable(tmp_path, page)) == [
        "README.md:3: no test runs 'make start'. "
        'Write ```bash test=false reason="why it is not run" above the block, or show a quick command.'
    ]


def test_an_excuse_needs_a_reason(tmp_path):
    page = page_of(tmp_path, "```bash test=false\n$ make start\n```\n")

    assert len(list(prose.unrunnable(tmp_path, page))) == 1

    page.write_text('```bash test=false reason="it stays until Ctrl-C"\n$ make start\n```\n')

    assert list(prose.unrunnable(tmp_path, page)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("`make tea`", "README.md: 'make tea' names the make target 'tea', which is not there. Mend the name."),
        ("`checker bake 1`", "README.md: 'checker bake 1' names the verb of checker 'bake', which is not there. "
         "Mend the name."),
        ("```bash\n$ python -m course bake\n```\n", "README.md: '$ python -m course bake' names the verb of "
         "python -m course 'bake', which is not there. Mend the name."),
        ("see `checker/oven.py`", "README.md names 'checker/oven.py', which is not there. Mend the path."),
        ("[oven](checker/oven.py)", "README.md links to 'checker/oven.py', which is not there. Mend the link."),
    ],
)  # fmt: skip
def test_a_name_that_is_not_there_is_refused(tmp_path, text, message):
    assert list(prose.unknown_names(tmp_path, page_of(tmp_path, text))) == [message]


def test_words_that_only_look_like_names_are_left_alone(tmp_path):
    text = "To make sure, read `from checker import check`, `build/model`, `exercises/NN_slug/solution` and `a/b`."

    assert list(prose.unknown_names(tmp_path, page_of(tmp_path, text))) == []
