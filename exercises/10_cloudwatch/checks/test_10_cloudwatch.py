"""The checks of task 1: the query and the minute."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import gcd
from typing import Any

from checker import check, expect, read_hints, sibling
from checker.cloudwatch import Refused
from checker.cloudwatch.insights import parse, run
from checker.cloudwatch.logs import read_log
from checker.cloudwatch.replay import clock
from checker.cloudwatch.template import ALARM

HINTS = read_hints(__file__)
asking = sibling(__file__, "asking")
TIME = re.compile(r"\d{4}-\d\d-\d\d (\d\d:\d\d):00\.000")
# A minute as people write it, or as the table does.
WRITTEN = re.compile(r"(?:\d{4}-\d\d-\d\d )?(\d?\d:\d\d)(?::00(?:\.000)?)?")
# A minute with fewer errors is an ordinary one.
MANY = 10
NOT_THERE, SEVERAL = " is not in your table", " rows of your table"


@check(
    id="reads",
    task=1,
    why="A template that cannot be read changes nothing in the account, and nothing says so until morning.",
)
def test_template_can_be_read(watch):
    """monitoring.yaml is a template with the alarm api-errors, and the night's script runs."""
    watch.resource(ALARM, "api-errors", asked="a metric alarm named api-errors, as in the starter")
    done = watch.submission.run("night.py", timeout=30)
    expect(
        done.exit_code == 0,
        tried="ran python night.py",
        seen=done.output[-200:] or f"exit code {done.exit_code}",
        expected="exit code 0",
        where="night.py",
        next="Is night.py as it was given? `checker reset 10` puts it back.",
    )


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="query",
    task=1,
    points=2,
    hints=HINTS["query"],
    why="A count per minute shows when something began; a list of lines shows what it said.",
)
def test_query_counts_errors_per_minute(submission, contract, nights):
    """The query returns a row per minute with errors, and counts the events whose level is ERROR."""
    night = nights.night(submission.random.randrange(1000, 9000))
    due = _errors_per_minute(night)
    tried = "ran your query over the log of another night"
    expected = "a column of minutes, a column with the errors of each, oldest first"
    lines = night.lines()
    # Logs Insights promises no order of what it reads.
    submission.random.shuffle(lines)
    query, events = submission.text(contract.QUERY), read_log(lines)
    try:
        rows = run(query, events)
    except Refused as refused:
        expect(
            False, tried="read your query as Logs Insights does", seen=str(refused), expected=expected,
            where=contract.QUERY, next=asking.OF_REFUSED.get(refused.key, asking.COMMANDS),
        )  # fmt: skip
        raise
    counted, problem = _counted(rows, due)
    strange, question = asking.about_names(query, events) if problem else ("", "")
    expect(
        not problem, tried=tried, seen=problem + strange, expected=expected, where=contract.QUERY,
        next=question or _leads_on(problem),
    )  # fmt: skip
    order = list(counted)
    expect(
        _asks_for_order(query) and order == sorted(order), tried=tried, seen=_unsorted(query, rows[0], order),
        expected=expected, where=contract.QUERY, next=asking.CLOCK,
    )  # fmt: skip


def _leads_on(problem: str) -> str:
    if problem.endswith(SEVERAL):
        return str(asking.ROWS)
    return str(asking.LEFT_OUT if problem.endswith(NOT_THERE) else asking.WHOLE)


def _unsorted(query: str, row: dict[str, Any], order: list[str]) -> str:
    """Why the rows are in no order, or in which one they are."""
    if not _asks_for_order(query):
        return "no command puts the rows in an order, so they come in any"
    if missing := asking.sorted_by_nothing(query, row):
        return f"the rows are sorted by {missing}, which is no column of the table: it has {', '.join(row)}"
    return f"the rows come in the order {', '.join(order[:4])}: the first bad minute is hard to see"


def _asks_for_order(query: str) -> bool:
    """Whether rows are sorted after the last stats: Logs Insights promises no order of groups."""
    names = [command.name for command in parse(query)]
    return "sort" in names[max((place for place, name in enumerate(names) if name == "stats"), default=0) :]


def _errors_per_minute(night: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for request in night.requests:
        minute = clock(request["timestamp"])
        found[minute] = found.get(minute, 0) + (request["level"] == "ERROR")
    return found


def _counted(rows: list[dict[str, Any]], due: dict[str, int]) -> tuple[dict[str, float], str]:
    """The best reading of the rows as minute to count, and what is wrong with it."""
    if not rows:
        return {}, "no row came out, and the night has errors"
    times = [name for name, value in rows[0].items() if TIME.fullmatch(str(value))]
    numbers = [
        name for name, value in rows[0].items() if isinstance(value, int | float) and name not in ("status", "user_id")
    ]
    if not times or not numbers:
        shown = ", ".join(f"{name} {str(value)[:24]}" for name, value in list(rows[0].items())[:3])
        return {}, f"{len(rows)} rows without a minute and a number; the first is {shown}"
    readings = [_by_minute(rows, time, number) for time in times for number in numbers]
    problems = [repeated or _wrong(reading, due) for reading, repeated in readings]
    best = next((place for place, problem in enumerate(problems) if not problem), 0)
    return readings[best][0], problems[best]


def _by_minute(rows: list[dict[str, Any]], time: str, number: str) -> tuple[dict[str, float], str]:
    """Counts by minute, and which minute has several rows: from these nobody reads how many errors it has."""
    counted = [
        (match[1], row[number])
        for row in rows
        if (match := TIME.fullmatch(str(row.get(time)))) and isinstance(row.get(number), int | float)
    ]
    rows_of = Counter(minute for minute, _ in counted)
    repeated = min((minute for minute, count in rows_of.items() if count > 1), default="")
    return dict(counted), f"{repeated} stands in {rows_of[repeated]}{SEVERAL}" if repeated else ""


def _wrong(found: dict[str, float], due: dict[str, int]) -> str:
    minutes = sorted(int(one[:2]) * 60 + int(one[3:]) for one in found)
    apart = gcd(*(later - sooner for sooner, later in pairwise(minutes)))
    if apart > 1:
        return f"each row of your table is {apart} minutes, so the first bad one cannot be told"
    for minute, count in found.items():
        if count != due.get(minute, 0):
            return f"{minute} has {count:g} in your table, and {due.get(minute, 0)} events of this minute are errors"
    left_out = [minute for minute, count in sorted(due.items()) if count and minute not in found]
    return f"{left_out[0]} with {_errors(due[left_out[0]])}{NOT_THERE}" if left_out else ""


def _errors(count: int) -> str:
    return "1 error" if count == 1 else f"{count} errors"


@check(
    id="began",
    task=1,
    points=3,
    hints=HINTS["began"],
    why="The minute is what you compare with the list of deployments; without it a search begins with guesses.",
)
def test_first_minute_is_named(submission, nights):
    """The answer names the minute in which the errors that stayed began."""
    named = submission.answers().get("began", str).strip()
    written = WRITTEN.fullmatch(named)
    named = written[1] if written else named
    right = nights.clock(nights.night(submission.seed).plan["errors"][0])
    night = nights.night(submission.seed)
    per_minute = _errors_per_minute(night)
    count = per_minute.get(named.zfill(5))
    seen, question = _about(named, count, right)
    expect(
        named.zfill(5) == right,
        tried="looked up your minute in your own night",
        seen=seen,
        expected='the first of at least ten bad minutes in a row, such as "03:21"',
        where="answers.toml, began",
        next=question,
    )


def _about(named: str, count: int | None, right: str) -> tuple[str, str]:
    """What is true of a minute that was named, and the question that leads on."""
    if count is None:
        return f"{named!r} is no minute with requests", "How does the table of your query write a minute?"
    seen = f"{named} has {_errors(count)}"
    if count < MANY:
        return f"{seen}: that is an ordinary minute", "From which number on is a minute of your table no ordinary one?"
    if named.zfill(5) < right:
        return f"{seen}, and two minutes later they had gone", "Which bad minutes of your table have others after them?"
    return f"{seen}, and so have minutes before it", "Is the row above yours in the table a bad minute too?"
