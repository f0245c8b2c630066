"""A notebook is run from top to bottom; what it raises or writes to stderr is said."""

from __future__ import annotations

import nbformat
import pytest

from checker.law.case import Case
from checker.law.matrix import starter
from checker.law.notebook_run import notebook_runs


def with_cells(case: Case, *sources: str) -> Case:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbformat.write(book, case.exercise.starter / case.exercise.notebook)
    return case


@pytest.mark.slow
def test_cells_find_the_course_and_the_trainees_files(case, tmp_path) -> None:
    cell = "from checker.course import find_course\nassert find_course().exercise(1).title == 'Parcel price'"
    case = with_cells(case, cell, "import parcel, load, pathlib\nassert pathlib.Path('.checker.json').exists()")

    assert notebook_runs(case, starter(case), tmp_path, {}) == []


@pytest.mark.slow
def test_a_cell_that_raises_is_refused(case, tmp_path) -> None:
    case = with_cells(case, "raise ValueError('no')")

    assert notebook_runs(case, starter(case), tmp_path, {}) == [
        "01_parcel/notebook.py on the starter: a cell raises ValueError: no. Let helpers report instead of raising."
    ]


@pytest.mark.slow
def test_a_cell_that_warns_is_refused(case, tmp_path) -> None:
    case = with_cells(case, "x = 1", "import sys\nprint('hm', file=sys.stderr)")

    assert notebook_runs(case, starter(case), tmp_path, {}) == [
        "01_parcel/notebook.py on the starter: cell 2 writes to stderr: 'hm\\n'. Print it, or mend what warns."
    ]


def test_a_missing_notebook_is_refused(case, tmp_path) -> None:
    assert notebook_runs(case, starter(case), tmp_path, {}) == [
        "01_parcel/starter/01_parcel.ipynb is not there. Run `make sync`."
    ]
