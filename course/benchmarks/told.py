"""How rows were measured, in the words that stand below a picture."""

from __future__ import annotations

from itertools import takewhile

from course.benchmarks.report import Row

SHOWN = {"python": "Python", "uvicorn": "uvicorn", "fastapi": "FastAPI", "lightgbm": "LightGBM", "numpy": "NumPy"}
# Letters at the end of several methods that tell them to be one.
SHARED = 60


def how(rows: list[Row]) -> str:
    """When, of what, on what, and how; once for rows that were measured in one run."""
    runs = list(dict.fromkeys(map(_run, rows)))
    methods = list(dict.fromkeys(row.method for row in rows))
    shared = _shared(methods)
    if len(methods) > 1 and len(shared) > SHARED:
        # They differ in names alone, and the bars say those.
        methods = [shared.partition(": " if ": " in shared else ", ")[2]]
    method = "; ".join(methods)
    return f"{'; '.join(runs)}. {method[:1].upper()}{method[1:]}."


def _shared(texts: list[str]) -> str:
    """The end that all of them have."""
    backwards = zip(*(text[::-1] for text in texts), strict=False)
    return "".join(one[0] for one in takewhile(lambda letters: len(set(letters)) == 1, backwards))[::-1]


def _run(row: Row) -> str:
    versions = ", ".join(f"{says} {row.versions[name]}" for name, says in SHOWN.items() if name in row.versions)
    load = ", ".join(f"{value:.1f}" for value in row.load)
    quick = "a quick run of few rounds, " if row.quick else ""
    return f"Measured {row.date}: {quick}commit {row.commit}, {row.cores} cores, load {load}, {versions}"
