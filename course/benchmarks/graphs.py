"""What the pictures of the benchmark say: each is made of stored rows, its title too, with the bars as strokes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from course.benchmarks.exercise_time import PROMISED
from course.benchmarks.report import PEERS, Row, Summary, bar_of
from course.benchmarks.told import how
from course.build.charts import Bar, Chart, Curve, alone, short

GRADING = ("grade: nbgrader autograde", "grade: nbgrader API", "grade: pytest")
MICRO = "µs of server CPU for one answer"

Rows = Mapping[str, Row]


@dataclass(frozen=True)
class Said:
    """A picture before it is known how its rows were measured."""

    title: str
    axis: str
    drawn: tuple[Bar, ...] | Curve
    key: str = ""


def chart(name: str, rows: Rows) -> Chart | None:
    """The picture of this name; None while a row that it needs is not there."""
    needed, say = PICTURES[name]
    if any(row not in rows for row in needed):
        return None
    said = say(rows)
    return Chart(name, said.title, said.axis, said.drawn, said.key, how([rows[row] for row in needed]))


def write(folder: Path, rows: Rows) -> None:
    """A file for each picture whose rows are all there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        if (drawn := chart(name, rows)) is not None:
            (folder / f"{name}.svg").write_text(alone(drawn), encoding="utf-8")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _held(row: Row) -> str:
    bar = bar_of(row.name)
    return "held" if bar.holds(row.ratio) else "not held"


def _bar(line: Summary, *, ours: bool = False, mark: float | None = None) -> Bar:
    return Bar(line.what, line.median, line.least, line.most, ours, mark)


def _ratio(row: Row, label: str, *, ours: bool = False) -> Bar:
    return Bar(label, row.ratio, row.ratio, row.ratio, ours, bar_of(row.name).limit)


def _pair(row: Row, *, ours: int) -> tuple[Bar, ...]:
    """The lines that have the unit of the ratio: the first is judged, and the second is what it is compared with."""
    lines = [line for line in row.lines if line.unit == row.lines[0].unit]
    mark = row.lines[1].median * bar_of(row.name).limit
    return tuple(_bar(line, ours=at == ours, mark=None if at else mark) for at, line in enumerate(lines))


def _at_most(row: Row, than: str) -> str:
    return f"Stroke: at most {bar_of(row.name).limit:g} times {than}, {_held(row)}."


def _at_least(row: Row, than: str) -> str:
    return f"Stroke: at least {bar_of(row.name).limit:g} times {than}, {_held(row)}."


def _routes(rows: Rows) -> Said:
    fast, usual, everything = rows["fast route"], rows["raw hello"], rows["capabilities"]
    hello = Bar("raw ASGI hello: nothing but the server", 1.0, 1.0, 1.0)
    drawn = (
        hello, _ratio(fast, "POST /predict, fast route", ours=True), _ratio(usual, "POST /predict", ours=True),
        _ratio(everything, "POST /predict, everything on", ours=True),
    )  # fmt: skip
    title = (
        f"Of what the bare server answers, the fast route keeps {_percent(fast.ratio)}, the usual route "
        f"{_percent(usual.ratio)}, and {_percent(everything.ratio)} are left with everything on"
    )
    verdicts = ", ".join(f"{bar_of(one.name).limit:g} {_held(one)}" for one in (fast, usual, everything))
    return Said(
        title, "CPU of a raw hello / CPU of a request", drawn, f"Strokes: the least that each may keep: {verdicts}."
    )


def _capabilities(rows: Rows) -> Said:
    row = rows["capabilities"]
    raw, everything, base, *more = row.lines
    single = max(more, key=lambda line: line.median)
    mark = raw.median / bar_of(row.name).limit
    drawn = (
        _bar(raw),
        _bar(base, ours=True),
        *(_bar(line, ours=True) for line in more),
        _bar(everything, ours=True, mark=mark),
    )
    title = (
        f"Validation alone takes {short(base.median)} µs, everything on {short(everything.median)}; the dearest single "
        f"capability: {single.what.removeprefix('+ ')}, {short(single.median - base.median)} µs more"
    )
    key = f"Stroke: with everything on at least {bar_of(row.name).limit:g} of a raw hello must be left, {_held(row)}."
    return Said(title, MICRO, drawn, key)


def _naive(rows: Rows) -> Said:
    row = rows["naive"]
    drawn = _pair(row, ours=1)
    title = f"The naive endpoint takes {row.ratio:.1f} times the CPU of ours for the same answers"
    return Said(title, MICRO, drawn, _at_least(row, "ours"))


def _batch(rows: Rows) -> Said:
    row = rows["batch"]
    drawn = _pair(row, ours=0)
    title = f"A thousand rows over HTTP cost {row.ratio:.2f} times what the model alone takes for them"
    return Said(title, "ms of CPU for 1,000 rows", drawn, _at_most(row, "the model alone"))


def _import(rows: Rows) -> Said:
    row = rows["import"]
    naive, ours = row.lines
    drawn = _pair(row, ours=1)
    title = (
        f"The service has given its first answer after {short(ours.median)} s of CPU, the naive endpoint after "
        f"{short(naive.median)} s"
    )
    return Said(title, "s of CPU from the start to the first answer", drawn, _at_least(row, "ours"))


def _workers(rows: Rows) -> Said:
    row = rows["workers"]
    drawn = _pair(row, ours=0)
    percent = round(100 * (row.ratio - 1))
    change = f"{abs(percent)} % {'more' if percent > 0 else 'less'} than" if percent else "the same as"
    return Said(
        f"A request costs {change} with one worker when two share the load", MICRO, drawn, _at_most(row, "one worker")
    )


def _memory(rows: Rows) -> Said:
    row = rows["memory"]
    worker, floor = row.lines
    drawn = _pair(row, ours=0)
    title = f"A worker holds {worker.median:.0f} MB, a bare server {floor.median:.0f}"
    return Said(title, "MB of memory, shared pages counted in part", drawn, _at_most(row, "the bare server"))


def _size(rows: Rows) -> Said:
    row = rows["size"]
    whole, imported = row.lines
    drawn = _pair(row, ours=0)
    title = f"Of {whole.median:.0f} MB of packages that serving installs it imports {imported.median:.0f}"
    return Said(title, "MB of packages, without bytecode", drawn, _at_most(row, "what is imported"))


def _levels(row: Row, unit: str) -> list[tuple[float, Summary]]:
    return sorted((line.at, line) for line in row.lines if line.at is not None and line.unit == unit)


def _overload(rows: Rows) -> Said:
    row = rows["overload"]
    good = _levels(row, "per s")
    limit = bar_of(row.name).limit
    capacity = row.lines[1].median
    title = (
        f"When {good[-1][0]:g} times as many requests come as fit, {_percent(row.ratio)} of the capacity is still "
        "answered well"
    )
    curve = Curve(tuple((at, line.median) for at, line in good), capacity, capacity * limit)
    key = (
        f"Broken line: the capacity, {short(capacity)} answers per second. "
        f"Whole line: the bar, {_percent(limit)} of it at three times the capacity, {_held(row)}."
    )
    return Said(title, "good answers per second, by requests sent, in capacities", curve, key)


def _overload_p99(rows: Rows) -> Said:
    row = rows["overload"]
    slow = _levels(row, "ms")
    drawn = tuple(Bar(f"at {at:g} times the capacity", line.median, line.least, line.most, True) for at, line in slow)
    at, worst = slow[-1]
    title = f"At {at:g} times the capacity 99 % of what is accepted is answered within {short(worst.median)} ms"
    return Said(
        title,
        "p99 of good answers in ms",
        drawn,
        "No bar: what is accepted may wait, and the load of the machine counts.",
    )


def _latency(rows: Rows) -> Said:
    row = rows["latency"]
    slow, goal, half = row.lines
    drawn = (_bar(half, ours=True), _bar(slow, ours=True, mark=goal.median))
    title = (
        f"With 16 connections 99 % of the answers come within {short(slow.median)} ms, half within {short(half.median)}"
    )
    return Said(title, "ms until the answer", drawn, f"Stroke: the goal of {goal.median:g} ms, {_held(row)}.")


def _peers(rows: Rows) -> Said:
    found = sorted((rows[name] for name in PEERS), key=lambda row: row.ratio)
    _, ours, fast = found[0].lines
    limit = bar_of(found[0].name).limit
    drawn = (
        _bar(fast, ours=True),
        _bar(ours, ours=True),
        *(_bar(row.lines[0], mark=ours.median * limit) for row in found),
    )
    least, most = found[0], found[-1]
    title = (
        f"{least.name.removeprefix('peer: ')} takes {least.ratio:.1f} times the CPU of ours, "
        f"{most.name.removeprefix('peer: ')} {most.ratio:.1f} times"
    )
    held = sum(bar_of(row.name).holds(row.ratio) for row in found)
    return Said(title, MICRO, drawn, f"Strokes: at least {limit:g} times ours, held by {held} of {len(found)}.")


def _feedback(rows: Rows) -> Said:
    row = rows["feedback"]
    drawn = _pair(row, ours=1)
    title = f"After a save plain pytest takes {row.ratio:.1f} times the CPU of the warm checker"
    return Said(title, "s of CPU to judge exercise 1", drawn, _at_least(row, "ours"))


def _exercises(rows: Rows) -> Said:
    row = rows["exercises"]
    drawn = tuple(
        _bar(line, ours=True, mark=PROMISED[number]) for number, line in zip(PROMISED, row.lines, strict=True)
    )
    worst = max(row.lines, key=lambda line: line.median)
    title = f"The grade of an exercise takes {short(worst.median)} s at most: {worst.what}"
    return Said(title, "s until the grade is there", drawn, f"Strokes: the seconds that are promised, {_held(row)}.")


def _grading(rows: Rows) -> Said:
    found = [rows[name] for name in GRADING]
    ours = Bar("checker grade, a class of thirty", 1.0, 1.0, 1.0, True)
    drawn = (ours, *(_ratio(row, row.lines[0].what) for row in found))
    times = [f"{row.ratio:.0f}" for row in found]
    title = (
        f"For one trainee nbgrader autograde takes {times[0]} times as long as checker grade, its API {times[1]}, "
        f"plain pytest {times[2]}"
    )
    bars = ", ".join(f"{bar_of(row.name).limit:g} {_held(row)}" for row in found)
    return Said(title, "time for one trainee, in times that of checker grade", drawn, f"Strokes: at least {bars}.")


def _flat(rows: Rows) -> Said:
    row = rows["grade: flat"]
    large, small = row.lines
    drawn = _pair(row, ours=0)
    title = f"One hand-in more costs {large.median:.0f} ms in a large class, {small.median:.0f} ms in a small one"
    return Said(title, "ms of CPU for a hand-in more", drawn, _at_most(row, "the small class"))


# Every picture by its name: the rows that it needs, and what it makes of them. The page shows them in this order.
PICTURES: dict[str, tuple[tuple[str, ...], Callable[[Rows], Said]]] = {
    "routes": (("raw hello", "fast route", "capabilities"), _routes),
    "capabilities": (("capabilities",), _capabilities),
    "latency": (("latency",), _latency),
    "overload": (("overload",), _overload),
    "overload_p99": (("overload",), _overload_p99),
    "naive": (("naive",), _naive),
    "batch": (("batch",), _batch),
    "import": (("import",), _import),
    "workers": (("workers",), _workers),
    "memory": (("memory",), _memory),
    "size": (("size",), _size),
    "peers": (PEERS, _peers),
    "feedback": (("feedback",), _feedback),
    "exercises": (("exercises",), _exercises),
    "grading": (GRADING, _grading),
    "flat": (("grade: flat",), _flat),
}  # fmt: skip
