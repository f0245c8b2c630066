"""What README, CONTRIBUTING, the pages and the briefs promise is kept: commands run, names exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from course import prose
from course.build.sync import ROOT
from course.tests.walkthroughs.surroundings import SURROUNDINGS

PAGES = [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in prose.pages(ROOT)]
BRIEFS = prose.briefs(ROOT)
# The share of blocks whose own commands run in CI. It only goes up.
SHARE = 0.95


def test_so_many_blocks_are_executed_and_no_fewer():
    assert prose.executed(prose.counted(ROOT, prose.pages(ROOT))) >= SHARE


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_run_or_says_why_not(page):
    assert list(prose.undecided(ROOT, page, SURROUNDINGS)) == []


def test_a_reason_that_names_a_test_names_one_that_is_there():
    assert [said for page in prose.pages(ROOT) for said in prose.tests_that_are_gone(ROOT, page)] == []


def test_a_reason_with_a_test_that_is_gone_is_named(tmp_path):
    page = page_of(tmp_path, '```bash test=false reason="checker/tests/oven tests it"\n$ make start\n```\n')

    assert list(prose.tests_that_are_gone(tmp_path, page)) == [
        "README.md:1: the reason names 'checker/tests/oven', which is not there. Mend the path."
    ]


def test_blocks_are_counted_by_who_runs_them(tmp_path):
    infos = (
        *("", ' run="service"', ' run="course/tests/a.py"', ' run="ci"'),
        *(' test=false reason="checker/tests tests it"', ' test=false reason="it needs an account"'),
    )
    page = page_of(tmp_path, "".join(f"```bash{info}\n$ make\n```\n" for info in infos))

    found = prose.counted(tmp_path, [page])

    assert list(found.values()) == [2, 1, 1, 1, 1]
    assert prose.executed(found) == 4 / 6


@pytest.mark.parametrize("page", PAGES)
def test_targets_verbs_files_and_links_exist(page):
    assert list(prose.unknown_names(ROOT, page)) == []


@pytest.mark.parametrize("brief", [pytest.param(brief, id=brief.parent.name) for brief in BRIEFS])
def test_a_brief_names_commands_that_every_trainee_has(brief):
    assert list(prose.strange_commands(ROOT, brief)) == []


def test_a_brief_types_what_is_not_everybodys_in_a_surrounding_of_its_own(tmp_path):
    brief = tmp_path / "exercises" / "01_a" / "README.md"
    brief.parent.mkdir(parents=True)
    brief.write_text('```bash\n$ docker ps\n```\n\n```bash run="compose"\n$ docker ps\n```\n')

    assert list(prose.strange_commands(tmp_path, brief)) == [
        "exercises/01_a/README.md:1: 'docker ps' is no command of the brief's table. Show one that every trainee has."
    ]


def page_of(tmp_path: Path, text: str) -> Path:
    """A page in a clone that holds a checker/ and nothing else."""
    (tmp_path / "checker").mkdir()
    page = tmp_path / "README.md"
    page.write_text(text)
    return page


@pytest.mark.parametrize(
    ("info", "message"),
    [
        (
            " test=false",
            "README.md:3: no test runs 'make start'. "
            'Write ```bash test=false reason="why it is not run" above the block, or run="…".',
        ),
        (' run="oven"', "README.md:3: there is no surrounding 'oven'; there are ci, clone."),
        (
            ' run="course/tests/oven.py"',
            "README.md:3: 'course/tests/oven.py' is to run it and is not there. Mend the path.",
        ),
        (
            ' run="checker/oven.py"',
            "README.md:3: 'checker/oven.py' is to run it and does not read it. "
            'Write there: page_block(ROOT, "README.md", "make start")',
        ),
    ],
)
def test_a_block_that_nobody_runs_is_named_with_its_line(tmp_path, info, message):
    page = page_of(tmp_path, f"# Title\n\n```bash{info}\n$ make start\n```\n")
    (tmp_path / "checker" / "oven.py").write_text("assert True\n")

    assert list(prose.undecided(tmp_path, page, ["clone"])) == [message]


def test_a_test_may_read_its_block_on_several_lines(tmp_path):
    page = page_of(tmp_path, '```bash run="checker/oven.py"\n$ make start\n```\n')
    (tmp_path / "checker" / "oven.py").write_text('page_block(\n    ROOT, "README.md",\n    "make start",\n)\n')

    assert list(prose.undecided(tmp_path, page, [])) == []


def test_an_excuse_needs_a_reason(tmp_path):
    page = page_of(tmp_path, '```bash test=false reason="it needs an account"\n$ make start\n```\n')

    assert list(prose.undecided(tmp_path, page, [])) == []


def test_what_stands_behind_bash_is_that_of_the_last_command_or_of_each(tmp_path):
    page = page_of(tmp_path, '```bash until="ready" code="3 0"\n$ one\n$ two\n```\n')

    (block,) = prose.blocks(tmp_path, page)

    assert [(block.until(number), block.code(number)) for number in (0, 1)] == [("", 3), ("ready", 0)]
    assert prose.page_block(tmp_path, "README.md", "one") == block
    with pytest.raises(LookupError) as raised:
        prose.page_block(tmp_path, "README.md", "two")
    assert raised.value.args == ("README.md has no block of commands that begins with 'two'.",)


def test_blocks_of_briefs_are_typed_in_the_folder_of_their_exercise(tmp_path):
    for name in ("README.md", "exercises/01_a/README.md", "course/project/README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("```bash\n$ ls\n```\n")

    runs = [block.run for page in prose.pages(tmp_path) for block in prose.blocks(tmp_path, page)]

    assert runs == ["clone", "exercise", "project"]


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
