"""The rows that the site shows, in published.json: `python -m course bench --publish` takes build/bench.json over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from course.benchmarks.report import NAMES, Row, row_from, stored
from course.training.console import complain

PUBLISHED = Path(__file__).with_name("published.json")


def rows(path: Path = PUBLISHED) -> dict[str, Row]:
    """The published rows by name."""
    return {table["name"]: row_from(table) for table in stored(path) if table.get("name") in NAMES}


def publish(bench: Path, into: Path = PUBLISHED) -> int:
    """Exit 0 when every row was taken over, 1 when some could not be, 2 when there is nothing to take."""
    made = [table for table in stored(bench) if table.get("name") in NAMES]
    if not made:
        complain(f"{bench.parent.name}/{bench.name} holds no measurement.", "make bench")
        return 2
    found, refused = rows(into), []
    taken = []
    for table in made:
        try:
            row = row_from(table)
        except (KeyError, TypeError):
            refused.append(f"{table['name']}: an older bench wrote it, without its lines.")
            continue
        if row.quick and row.name in found and not found[row.name].quick:
            refused.append(f"{row.name}: a quick run does not replace a whole one.")
            continue
        found[row.name] = row
        taken.append(row.name)
    _write(into, found)
    print(f"{len(taken)} rows published: {', '.join(taken) or 'none'}.")
    if kept := [name for name in found if name not in taken]:
        print(f"{len(kept)} kept from earlier runs: {', '.join(kept)}.")
    for sentence in refused:
        complain(sentence, "measure it again: python -m course bench --only NAME")
    return 1 if refused else 0


def _write(path: Path, found: Mapping[str, Row]) -> None:
    ordered = [asdict(found[name]) for name in NAMES if name in found]
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(path)
