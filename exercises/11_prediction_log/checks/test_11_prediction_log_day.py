"""Task 2: a query that opens the objects of one day, and gives its numbers."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from checker import check, expect, read_hints
from checker.athena.engine import without_comments

HINTS = read_hints(__file__)
DAY = "2026-11-17"
# Days that a condition on a part of dt takes for it.
ALIKE = (date(2026, 10, 17), date(2025, 11, 17))
MONTHS = "Which months and years does your condition on dt say nothing about?"
FOLDERS = "Which columns are folder names? A condition on another column cannot skip a folder."
BY_CONSTANT = (
    "The query names dt. Does a condition compare it with a day that stands there itself? By what is joined or looked "
    "up, the stand-in skips no folder."
)


@check(
    id="prunes",
    task=2,
    points=2,
    hints=HINTS["prunes"],
    why="What is not opened is neither waited for nor paid for.",
)
def test_one_day_reads_one_day(submission, subject, lakes):
    """The query for one day opens the objects of that day, and its numbers are right."""
    month = lakes.month(subject.cloud, submission.random, beside=ALIKE, changed=alike)
    lakes.with_table(subject.cloud)
    sql = submission.text("one_day.sql")
    answer, said = lakes.asked(subject.cloud, sql)
    tried = f"ran your query for {DAY} on {month.count} objects of {len(month.rows)} days"
    expect(
        not said,
        tried=tried,
        seen=said,
        expected="rows: a query that Athena accepts",
        where="one_day.sql",
        next=lakes.question(said, "Which two types meet in this condition, or which name does the table not have?"),
    )
    days = [day for day, objects in month.objects.items() if set(objects) & set(answer.objects)]
    only_alike, none_skipped = set(days) <= {DAY, *map(str, ALIKE)}, len(days) == len(month.rows)
    thrown = f"; rows of {len(days) - 1} days were thrown away afterwards"
    what = f": {', '.join(sorted(days))}" if only_alike else thrown
    expect(
        set(days) <= {DAY},
        tried=tried,
        seen=f"opened {len(set(answer.objects))} objects of {len(days)} days{what}",
        expected="the objects of one day",
        where="one_day.sql",
        next=MONTHS if only_alike else BY_CONSTANT if none_skipped and names_dt(sql) else FOLDERS,
    )
    expect_traffic(month, answer, tried=tried)


def alike(day: str, rows: list[dict[str, Any]]) -> None:
    """Give two requests of one version one score and one user: whoever counts either does not count requests."""
    rows[1] |= {name: rows[0][name] for name in ("score", "user_key", "model_version")}


def names_dt(sql: str) -> bool:
    """Whether a condition of the query may speak of dt: it stands behind a WHERE or an ON."""
    return bool(re.search(r"\b(WHERE|ON)\b.*\bdt\b", without_comments(sql), re.IGNORECASE | re.DOTALL))


def expect_traffic(month: Any, answer: Any, *, tried: str) -> None:
    due: dict[str, list[float]] = {}
    for row in month.rows[DAY]:
        due.setdefault(row["model_version"], []).append(row["score"])
    found = {str(one.get("model_version")): one for one in answer.records()}
    counted = len(answer.rows) == len(due) and all(
        found.get(version, {}).get("requests") == len(scores) for version, scores in due.items()
    )
    expect(
        counted,
        tried=tried,
        seen=f"{len(answer.rows)} rows: {str(answer.records())[:150]}",
        expected="per model_version: requests (how many) and mean_score, of all rows of that day",
        where="one_day.sql",
        next="Which rows of the day does your condition let go, or which of other days does it let in?",
    )
    for version, scores in due.items():
        number, mean = found[version].get("mean_score"), sum(scores) / len(scores)
        expect(
            _close(number, mean),
            tried=tried,
            seen=f"{version}: mean_score = {number!r}; the rows say {mean!r}",
            expected="the numbers that the query gave before: its requests are right, its mean_score too",
            where="one_day.sql",
            next="The rows are the right ones. What does the query do with their scores besides taking the mean?",
        )


def _close(found: Any, due: float) -> bool:
    return isinstance(found, int | float) and math.isclose(found, due, rel_tol=1e-6)
