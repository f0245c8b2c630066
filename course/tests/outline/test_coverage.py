"""Coverage: every row has a place or a plan, every place exists, and mistakes are named in full."""

import json

import pytest

from course.coverage import KINDS, CoverageError, load, main, summary

GOOD = """\
[wanted]
"O-1/" = "PD E*2"
"T-q/toc" = "Q"

[[cover]]
rows = ["O-1/", "T-q/toc"]
planned = "the site"

[[cover]]
rows = ["O-1/02"]
E = ["exercises"]
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "exercises").mkdir()
    return tmp_path


def read(root, text: str):
    (root / "coverage.toml").write_text(text)
    return load(root / "coverage.toml", root=root)


def test_every_row_of_the_list_has_a_place_or_a_plan():
    counts = summary(load())

    assert counts["rows"] == 838
    assert counts["done"] > 0 and counts["done"] + counts["begun"] + counts["planned"] == 838


def test_the_longer_name_wins(root):
    rows = {row.id: row for row in read(root, GOOD)}

    assert {id: row.missing for id, row in rows.items()} == {
        "O-1/01": "PD", "O-1/02": "", "O-1/03": "E", "T-q/toc": "Q",
    }  # fmt: skip


def test_rows_are_counted_as_done_begun_and_planned(root):
    begun = GOOD.replace('planned = "the site"', 'P = ["exercises"]\nplanned = "the site"')

    assert summary(read(root, begun)) == {"rows": 4, "done": 1, "begun": 1, "planned": 2}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"O-1/", ', "", "nothing covers 'O-1/01'. Add it to the rows of a [[cover]]."),
        ('"O-1/", ', '"O-1/", "O-1/02", ', "'O-1/02' is covered 2 times. Keep one."),
        ('"O-1/02"]', '"O-1/02", "O-1/07"]', "'O-1/07' covers no row. Correct the name or take it out."),
        ('["exercises"]', '["exercise"]', "'O-1/02' names 'exercise', which is not there. Correct the path."),
        (
            'planned = "the site"',
            "",
            "'O-1/01' has no place for 'PD'. Name one, or say in `planned` what is to come.",
        ),
        ("PD E*2", "PZ E*2", "[wanted] 'O-1/' has 'PZ'. Write kinds of ESXPDQG, as in 'PD*2'."),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(root, old, new, message):
    assert old in GOOD

    with pytest.raises(CoverageError) as error:
        read(root, GOOD.replace(old, new, 1))

    assert str(error.value) == f"coverage.toml: {message}"


@pytest.mark.slow
def test_the_verb_counts_rows_and_kinds_and_lists_what_is_missing(capsys):
    rows = load()
    counts = summary(rows)

    assert main(["--missing"]) == 0
    said = capsys.readouterr().out.splitlines()

    lacking = [row for row in rows if row.missing]
    assert [line.split()[0] for line in said[: len(lacking)]] == [row.id for row in lacking]
    assert said[len(lacking)] == (
        f"{counts['done']} of {counts['rows']} rows done, {counts['begun']} begun, {counts['planned']} planned."
    )
    assert len(said) == len(lacking) + 1 + len(KINDS)
    main(["--json"])
    assert json.loads(capsys.readouterr().out) == counts
