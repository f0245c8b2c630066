"""Tasks 4 and 5: a table that says what the files say, and two numbers of the report."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from checker import check, expect, read_hints, sibling
from checker.athena import QueryFailed
from checker.athena.engine import statements, without_comments

HINTS = read_hints(__file__)
DAY = "2026-11-17"
# On this day each fourth request goes to v2, and waits long for it: neither version's number is that of all.
MIXED = "2026-11-05"
HOW_MANY = "Of how many requests is each of the numbers that you join, and may one join them?"
WHICH = "Which requests of a day does p95_ms look at, and what share of them exceeds it?"


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="rows-found",
    task=4,
    points=2,
    tier="full",
    hints=HINTS["rows-found"],
    why="A table without partitions is no error: it has no rows, and says so to nobody.",
)
def test_every_row_is_found(submission, subject, lakes, months):
    """After table.sql, a query finds the rows of every folder, by dt."""
    month = few_rows(submission, subject, lakes, months)
    declare(submission, subject.cloud, lakes)
    due = len(month.all_rows)
    counted, said = lakes.asked(subject.cloud, "SELECT count(*) AS rows FROM predictions")
    expect(
        not said and counted.rows == ((due,),),
        tried=f"ran the statements of table.sql, then counted the rows of {len(month.rows)} folders",
        seen=said or f"{counted.rows[0][0]} rows of {due}",
        expected="every row, out of the folders dt=2026-11-01 to dt=2026-11-30",
        where="table.sql",
        next=lakes.question(said, "How do the folders name their column, and which statement tells the table of them?"),
    )
    one, said = lakes.asked(subject.cloud, f"SELECT count(*) AS rows FROM predictions WHERE dt = '{DAY}'")
    expect(
        not said and one.rows == ((len(month.rows[DAY]),),) and set(one.objects) == set(month.objects[DAY]),
        tried=f"counted the rows WHERE dt = '{DAY}'",
        seen=said or f"{one.rows[0][0]} rows out of {len(one.objects)} objects",
        expected=f"{len(month.rows[DAY])} rows, out of the objects of that day",
        where="table.sql",
        next="Which type must dt have, so that a text in quotes can be compared with it?"
        if said.startswith("TYPE_MISMATCH")
        else lakes.question(said, "Which value has each partition, and which folder does it read?"),
    )


def few_rows(submission: Any, subject: Any, lakes: Any, months: Any) -> Any:
    cloud = subject.cloud
    return lakes.again(cloud, months, "few", lambda: lakes.month(cloud, submission.random, rows=5, most=1))


def declare(submission: Any, cloud: Any, lakes: Any) -> None:
    for statement in statements(submission.text("table.sql")):
        try:
            cloud.athena.run(statement)
        except QueryFailed as failed:
            expect(
                False,
                tried=f"ran the statement of table.sql that begins with {' '.join(statement.split()[:3])!r}",
                seen=str(failed)[:300],
                expected="statements that Athena accepts",
                where="table.sql",
                next=lakes.question(str(failed), "Which word of the message stands in this statement?"),
            )


@check(
    id="types-agree",
    task=4,
    points=2,
    tier="full",
    after=("rows-found",),
    hints=HINTS["types-agree"],
    why="The table is a claim about the files; whether it is true shows only when a column is read.",
)
def test_every_column_has_its_values(submission, subject, lakes, months):
    """Each column of the table has the values that the files hold."""
    month = few_rows(submission, subject, lakes, months)
    declare(submission, subject.cloud, lakes)
    names = lakes.SCHEMA.names
    answer, failed = lakes.asked(subject.cloud, f"SELECT {', '.join(names)} FROM predictions")
    said = ""
    for name in names:
        if failed:
            # Asked for one by one, they tell which of them it is.
            answer, said = lakes.asked(subject.cloud, f"SELECT request_id, {name} FROM predictions")
        found = {record["request_id"]: record[name] for record in answer.records()}
        expect_column(month, found, name, said)


def expect_column(month: Any, found: dict[str, Any], name: str, said: str) -> None:
    wrong = [row for row in month.all_rows if not same(found.get(row["request_id"]), row, name)]
    one = wrong[0] if wrong else month.all_rows[0]
    values = f"{found.get(one['request_id'])!r} in {len(wrong)} of {len(month.all_rows)} rows; the file says"
    expect(
        not wrong,
        tried=f"selected {name} from your table",
        seen=said or f"{name} is {values} {shown(one, name)!r}",
        expected="the values of the files, which lake.py writes",
        where="table.sql",
        next="What do name and type of this column read in lake.py, and what do they read here?",
    )


def shown(row: dict[str, Any], name: str) -> Any:
    if name != "made_at":
        return row[name]
    moment = datetime.fromtimestamp(row["made_at"] / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def same(found: Any, row: dict[str, Any], name: str) -> bool:
    due = shown(row, name)
    return bool(found == due) and isinstance(found, bool) == isinstance(due, bool)


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="percentile",
    task=5,
    points=2,
    tier="full",
    hints=HINTS["percentile"],
    why="A percentile is a place in one sorted list; two of them have no mean that is one.",
)
def test_the_percentile_is_of_all_requests(submission, subject, lakes, months):
    """speed.sql gives, for every day, the 95th percentile of all requests of that day."""
    month = many_rows(submission, subject, lakes, months)
    answer = per_day(submission, subject.cloud, lakes, file="speed.sql")
    found = column_of(answer, "p95_ms", file="speed.sql")
    slower = {day: share_above([row["latency_ms"] for row in rows], found.get(day)) for day, rows in month.rows.items()}
    # The day on which it is furthest from the truth tells most.
    worst = max(slower, key=lambda day: abs(slower[day] - 0.05))
    expect(
        0.03 <= slower[worst] <= 0.07,
        tried="ran speed.sql on a month and sorted the latencies of each day",
        seen=f"{worst}: p95_ms = {found.get(worst)!r}; {100 * slower[worst]:.0f} % of that day's requests took longer",
        expected="about 5 % of the requests of each day take longer than its p95_ms",
        where="speed.sql",
        next=HOW_MANY if groups(submission.text("speed.sql")) > 1 else WHICH,
    )


def many_rows(submission: Any, subject: Any, lakes: Any, months: Any) -> Any:
    cloud, draw = subject.cloud, submission.random
    return lakes.again(cloud, months, "many", lambda: lakes.month(cloud, draw, rows=120, most=1, changed=mixed))


def mixed(day: str, rows: list[dict[str, Any]]) -> None:
    """Make each fourth row of that day a slow one of v2, and the others fast ones of v1."""
    for number, row in enumerate(rows if day == MIXED else ()):
        slow = number % 4 == 0
        row |= {"model_version": "v2" if slow else "v1", "latency_ms": row["latency_ms"] + (60 if slow else 0)}


def groups(sql: str) -> int:
    """How often a query groups rows."""
    return len(re.findall(r"\bGROUP\s+BY\b", without_comments(sql), re.IGNORECASE))


def share_above(values: list[float], number: Any) -> float:
    """The share of values that are greater; all of them where there is no number."""
    if not isinstance(number, int | float):
        return 1.0
    return sum(value > number for value in values) / len(values)


@check(
    id="drift",
    task=5,
    points=2,
    tier="full",
    hints=HINTS["drift"],
    why="An integer by an integer is an integer, in Trino as in many languages, and nobody is warned.",
)
def test_the_drift_of_the_score_shows(submission, subject, lakes, months):
    """drift.sql gives, for every day, the mean score and the share of likes."""
    month = many_rows(submission, subject, lakes, months)
    answer = per_day(submission, subject.cloud, lakes, file="drift.sql")
    for column, of in (("mean_score", "score"), ("like_share", "liked")):
        found = column_of(answer, column, file="drift.sql")
        for day, rows in month.rows.items():
            due = sum(row[of] for row in rows) / len(rows)
            number = found.get(day)
            expect(
                isinstance(number, int | float) and abs(number - due) < 0.0001,
                tried="ran drift.sql on a month and computed the same from the rows",
                seen=f"{day}: {column} = {number!r}; the rows say {due:.4f}",
                expected=f"{column} of each day, right to four digits",
                where="drift.sql",
                next="Of which types are the numbers that you divide or average, and of which is the result then?",
            )


@check(
    id="observed",
    task=5,
    points=2,
    tier="full",
    hints=HINTS["observed"],
    why="A report that nobody reads to the end is a file; the day of a change is where the search begins.",
)
def test_the_day_of_the_fall_is_named(submission):
    """The answer names the day from which on the scores are lower."""
    found = submission.answers().get("fell_on", str).strip()
    right = sibling(__file__, "answers").answers(submission.seed, {})["fell_on"]
    expect(
        re.fullmatch(r"\d{4}-\d\d-\d\d", found),
        tried="read the day in your answer",
        seen=f"fell_on = {found!r}",
        expected='a day in the form of "2026-11-09"',
        where="answers.toml, fell_on",
        next="How are the days written in the report?",
    )
    expect(
        found == right,
        tried="looked for the first day with lower scores in your November",
        seen=f"fell_on = {found!r}",
        expected="the first of the days on which mean_score and like_share are lower than before",
        where="answers.toml, fell_on",
        next="Read the days in their order. After which one do both columns stay down?",
    )


def per_day(submission: Any, cloud: Any, lakes: Any, *, file: str) -> Any:
    """The answer to a query of the report, on a table as it should be."""
    lakes.with_table(cloud)
    answer, said = lakes.asked(cloud, submission.text(file))
    expect(
        not said,
        tried=f"ran {file}",
        seen=said,
        expected="rows: a query that Athena accepts",
        where=file,
        next=lakes.question(said, "Which word of the message stands in the query?"),
    )
    return answer


def column_of(answer: Any, column: str, *, file: str) -> dict[str, Any]:
    """One column of the report by day."""
    names = ("dt", column)
    expect(
        set(names) <= set(answer.columns) and len(answer.rows) == 30,
        tried=f"ran {file} on a month of 30 days",
        seen=f"{len(answer.rows)} rows with the columns {', '.join(answer.columns)}",
        expected=f"a row per day, with the columns dt and {column}",
        where=file,
        next="By what does the query group, and how does it name its columns?",
    )
    return {str(record["dt"]): record[column] for record in answer.records()}
