"""Runs an exercise's notebook from top to bottom, as Lab's "Run All" does, in a course folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.law.case import Case
from checker.law.matrix import Target, given

CELL_SECONDS = 120


def notebook_runs(case: Case, target: Target, scratch: Path, resources: Mapping[str, Path]) -> list[str]:
    """Every cell runs without raising and without a word on stderr, on the files of `target`."""
    # Imported here: nbclient comes with Lab, and only this law needs it.
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    folder = _course_around(case, target, scratch, resources)
    path = folder / case.exercise.notebook
    if not path.is_file():
        return [f"{case.slug}/starter/{case.exercise.notebook} is not there. Run `make sync`."]
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(book, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}})
    where = f"{case.slug}/notebook.py on the {target.name}"
    try:
        client.execute(env=_environment(scratch))
    except CellExecutionError as error:
        return [f"{where}: a cell raises {error.ename}: {error.evalue}. Let helpers report instead of raising."]
    return [
        f"{where}: cell {number} writes to stderr: {text[:200]!r}. Print it, or mend what warns."
        for number, text in _stderr(book)
    ]


def _course_around(case: Case, target: Target, scratch: Path, resources: Mapping[str, Path]) -> Path:
    """A course of one exercise below `scratch`, and the trainee's folder in its work/."""
    table = ["[tool.checker]", f"exercises = {json.dumps(str(case.folder.parent))}", 'work = "work"']
    table += ["[tool.checker.resources]", *(f"{name} = {json.dumps(str(path))}" for name, path in resources.items())]
    (scratch / "pyproject.toml").write_text("\n".join(table) + "\n", encoding="utf-8")
    folder = scratch / "work" / case.slug
    folder.mkdir(parents=True)
    target.write(folder)
    given(case.exercise, folder)
    return folder


def _environment(scratch: Path) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    # A history file of its own: two kernels that start at once lock each other out of the shared one.
    return os.environ | {"PYTHONPATH": path, "IPYTHONDIR": str(scratch / "ipython")}


def _stderr(book: Any) -> list[tuple[int, str]]:
    return [
        (number, output["text"])
        for number, cell in enumerate(book.cells, 1)
        for output in cell.get("outputs", ())
        if output.get("output_type") == "stream" and output.get("name") == "stderr"
    ]
