"""What the checks of rules share: the given scripts that make nights, and a night as series of a database."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import Any

from checker.errors import CouldNotCheck, Finding
from checker.promql import CannotFollow, Database, Labels, Points, RulesRefused, labels_of

GIVEN = Path(__file__).parents[1] / "starter"
CANNOT = "{name} in {file} cannot be judged. {why} `python -m checker.promql --help` lists what is."
# No doctor finds that: nothing is wrong with the machine.
OTHERWISE = "write {file} with what `python -m checker.promql --help` lists, or hand it in: an instructor decides"

QUERY = "Read the query from its inside out. Has each bracket its partner, and what does each function take?"
RANGE = "How is a range written? A number and a unit of one or two letters, in square brackets, without a blank."
# What the parser says of a range, behind the query; of one whose bracket is not closed it names the bracket after it.
OF_RANGE = re.compile(r"\bduration\b|inside brackets: '[^)]'")


def of_query(refused: RulesRefused) -> str:
    """The question to a query that cannot be read."""
    # The query is quoted before it, and its metric may have a duration in its name.
    *_, said = str(refused).partition(" is no query: ")
    return RANGE if OF_RANGE.search(said) else QUERY


def cannot(name: str, file: str, why: CannotFollow) -> CouldNotCheck:
    """A rule that Prometheus may take and that is not computed here."""
    return CouldNotCheck(Finding(seen=CANNOT.format(name=name, file=file, why=why), next=OTHERWISE.format(file=file)))


def given(name: str) -> dict[str, Any]:
    """The names of a given script: what it shows and what is judged cannot drift apart."""
    before = set(sys.modules)
    sys.path.insert(0, str(GIVEN))
    try:
        return runpy.run_path(str(GIVEN / name))
    finally:
        sys.path.remove(str(GIVEN))
        # Given scripts import each other; another exercise may have one of the same name.
        for imported in {path.stem for path in GIVEN.glob("*.py")} & (set(sys.modules) - before):
            del sys.modules[imported]


def series_of(made: dict[tuple[str, tuple[tuple[str, str], ...]], list[float]], step: int) -> dict[Labels, Points]:
    """The series of a night; `step` is seconds between two samples."""
    return {
        labels_of({"job": "movies", **dict(labels)}, name): Points.every(step * 1000, values)
        for (name, labels), values in made.items()
    }


def database_of(series: dict[Labels, Points]) -> Database:
    """A database with these series, to which rules add their own."""
    database = Database()
    for labels, points in series.items():
        database.put(labels, points)
    return database
