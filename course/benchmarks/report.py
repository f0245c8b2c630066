"""What a measurement is, when it holds, and how it is shown and stored."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from statistics import median
from typing import Any

PACKAGES = (
    "fastapi", "starlette", "uvicorn", "uvloop", "httptools", "pydantic", "orjson", "lightgbm", "numpy", "pytest",
    "scikit-learn", "pandas", "boto3",
)  # fmt: skip


class BenchTrouble(Exception):
    """A measurement cannot be made; its row stays missing, which counts as not held."""


@dataclass(frozen=True)
class Bar:
    """What a ratio is held against; `at_least` says from which side."""

    name: str
    limit: float
    at_least: bool

    def holds(self, ratio: float) -> bool:
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"


BARS = (
    Bar("raw hello", 0.15, at_least=True),
    Bar("capabilities", 0.11, at_least=True),
    Bar("fast route", 0.35, at_least=True),
    Bar("workers", 1.1, at_least=False),
    Bar("memory", 3, at_least=False),
    Bar("size", 6, at_least=False),
    Bar("overload", 0.8, at_least=True),
    # The slowest of a hundred answers, in parts of the 100 ms that are promised.
    Bar("latency", 1, at_least=False),
    Bar("naive", 10, at_least=True),
    Bar("batch", 1.7, at_least=False),
    Bar("import", 4, at_least=True),
    Bar("feedback", 4, at_least=True),
    # The slowest grade of an exercise, in parts of the seconds that are promised for it.
    Bar("exercises", 1, at_least=False),
    Bar("grade: nbgrader autograde", 25, at_least=True),
    Bar("grade: nbgrader API", 10, at_least=True),
    Bar("grade: pytest", 5, at_least=True),
    Bar("grade: flat", 1.2, at_least=False),
    # CPU of a server that one would pick instead, over ours: the best of them has to be that far behind.
    *(Bar(f"peer: {name}", 4, at_least=True) for name in ("KServe", "MLServer", "LitServe", "BentoML", "mlflow")),
)
NAMES = tuple(bar.name for bar in BARS)
PEERS = tuple(name for name in NAMES if name.startswith("peer: "))
# What `make bench` measures: peers need environments of their own, two gigabytes of them.
OURS = tuple(name for name in NAMES if name not in PEERS)


@dataclass(frozen=True)
class Line:
    """One line of a table: a value per round. `at` is the load that it belongs to, in parts of the capacity."""

    what: str
    values: tuple[float, ...]
    unit: str
    at: float | None = None

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        numbers = (self.median, min(self.values), max(self.values))
        return f"  {self.what:<46}{''.join(f'{_short(number):>10}' for number in numbers)}  {self.unit}"


@dataclass(frozen=True)
class Measured:
    """What one measurement found; `ratio` is made from the medians of its first two lines."""

    name: str
    ratio: float
    method: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Run:
    """What all rows of one run share."""

    versions: Mapping[str, str]
    commit: str
    date: str
    cores: int
    quick: bool


@dataclass(frozen=True)
class Summary:
    """A line of a table as it is stored: median, least and most of its rounds."""

    what: str
    unit: str
    median: float
    least: float
    most: float
    at: float | None = None


@dataclass(frozen=True)
class Row:
    """One object of build/bench.json."""

    name: str
    ratio: float
    bar: float
    holds: bool
    method: str
    versions: Mapping[str, str]
    load: tuple[float, ...]
    commit: str
    date: str
    cores: int
    quick: bool
    lines: tuple[Summary, ...]


def this_run(root: Path, *, quick: bool) -> Run:
    return Run(versions(), commit(root), date.today().isoformat(), os.cpu_count() or 1, quick)


def row_of(measured: Measured, run: Run, *, load: Sequence[float]) -> Row:
    bar = bar_of(measured.name)
    held, load = bar.holds(measured.ratio), tuple(round(value, 2) for value in load)
    return Row(
        bar.name, round(measured.ratio, 4), bar.limit, held, measured.method, dict(run.versions), load, run.commit,
        run.date, run.cores, run.quick, tuple(map(_summary, measured.lines)),
    )  # fmt: skip


def row_from(table: Mapping[str, Any]) -> Row:
    """A stored row. Raises KeyError or TypeError for one that an older bench wrote."""
    lines = tuple(Summary(**line) for line in table["lines"])
    return Row(**{**table, "lines": lines, "load": tuple(table["load"])})


def bar_of(name: str) -> Bar:
    return next(bar for bar in BARS if bar.name == name)


def _summary(line: Line) -> Summary:
    median, least, most = (float(f"{value:.5g}") for value in (line.median, min(line.values), max(line.values)))
    return Summary(line.what, line.unit, median, least, most, line.at)


def table(measured: Measured) -> str:
    head = f"  {'':<46}{'median':>10}{'min':>10}{'max':>10}  unit"
    return "\n".join([measured.name, head, *map(str, measured.lines)])


def verdicts(rows: Iterable[Row], names: Sequence[str] = NAMES) -> tuple[str, bool]:
    """A line per name, and whether all of them hold. A name without a row does not."""
    found = {row.name: row for row in rows}
    lines, all_hold = [], True
    for bar in BARS:
        if bar.name not in names:
            continue
        row = found.get(bar.name)
        if row is None:
            lines.append(f"  {bar.name:<26}{'-':>8}   bar {bar!s:<14}  not held: it was not measured.")
        else:
            lines.append(f"  {bar.name:<26}{row.ratio:>8.3f}   bar {bar!s:<14}  {'holds' if row.holds else 'not held'}")
        all_hold = all_hold and row is not None and row.holds
    return "\n".join(lines), all_hold


def write(path: Path, rows: Iterable[Row], *, measured: Sequence[str] = NAMES) -> None:
    """Store the rows. Rows of names that were not to be measured this time are kept as they are."""
    made = [asdict(row) for row in rows]
    kept = [row for row in stored(path) if row.get("name") in NAMES and row["name"] not in measured]
    merged = sorted([*kept, *made], key=lambda row: NAMES.index(row["name"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")
    half.replace(path)


def stored(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of rows; none where it is missing or spoiled."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def versions() -> dict[str, str]:
    """Python's and the packages' that the figures depend on."""
    found = {"python": python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit(root: Path) -> str:
    """The commit that was measured, `-dirty` when files differ from it; "none" outside of a clone."""
    words = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return "none"
    return done.stdout.strip() or "none"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 1000 else f"{number:.4g}"
