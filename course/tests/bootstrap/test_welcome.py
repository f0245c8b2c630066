"""START_HERE is written once, and what it links to is copied beside it by `checker start`."""

import re
from pathlib import Path

import nbformat
import pytest

from checker.course import find_course
from course.start import welcome

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def page():
    return welcome.text(find_course(ROOT).exercises)


def test_it_is_a_valid_notebook_that_is_mostly_prose(page):
    notebook = nbformat.reads(page, as_version=4)
    nbformat.validate(notebook)
    kinds = [cell.cell_type for cell in notebook.cells]

    assert kinds.count("markdown") > kinds.count("code")
    assert "".join(cell.source for cell in notebook.cells if cell.cell_type == "code").count("import") == 1


def test_it_has_a_row_for_every_exercise(page):
    for exercise in find_course(ROOT).exercises:
        assert f"| {int(exercise.number)} | [{exercise.title}]({exercise.slug}/{exercise.notebook}) |" in page
    assert "{{" not in page


def test_what_it_links_to_is_part_of_an_exercise(page):
    for slug, name in re.findall(r"\]\((\d\d_\w+)/([\w.]+)\)", page):
        folder = ROOT / "exercises" / slug
        assert (folder / "starter" / name).exists() or name in {"README.md", f"{slug}.ipynb"}


def test_one_that_is_there_is_never_overwritten(tmp_path, capsys):
    out = tmp_path / "work" / "START_HERE.ipynb"

    welcome.main(["--out", str(out)])
    welcome.main(["--out", str(out)])
    out.write_text("mine", encoding="utf-8")
    welcome.main(["--out", str(out)])

    assert out.read_text(encoding="utf-8") == "mine"
    assert capsys.readouterr().out.split("\n") == ["written", "fresh", "yours, kept", ""]
