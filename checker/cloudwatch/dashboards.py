"""Dashboard bodies: which metrics the widgets draw, with which statistic."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.cloudwatch.errors import Refused
from checker.cloudwatch.metrics import Metric, metric

DEFAULT_PERIOD = 300
# A name that an expression reads: an id begins with a small letter, a function and its words with a large one.
ID = re.compile(r"\b[a-z]\w*\b")
TEXT = re.compile(r"""'[^']*'|"[^"]*\"""")
KINDS = ("metric", "text", "log", "alarm", "explorer")


@dataclass(frozen=True)
class Line:
    """One line of a widget; `widget` counts from 1."""

    widget: int
    metric: Metric
    statistic: str
    # Seconds that one point of the line stands for.
    period: int
    visible: bool = True


def lines(body: str) -> list[Line]:
    """Every metric of a dashboard's widgets; raises Refused for a body that CloudWatch refuses."""
    return [line for number, widget in enumerate(_widgets(body), 1) for line in _widget(number, widget)]


@dataclass(frozen=True)
class Expression:
    """An expression of a widget. `unknown` is a name in it that no row of the widget has as its id."""

    widget: int
    text: str
    unknown: str = ""


def expressions(body: str) -> list[Expression]:
    """The expressions of all widgets, which are not evaluated here, of a body whose lines were read."""
    found = []
    for number, one in enumerate(_widgets(body), 1):
        rows = one["properties"].get("metrics", []) if one["type"] == "metric" else []
        options = [row[-1] for row in rows if isinstance(row[-1], dict)]
        ids = {option.get("id") for option in options}
        for text in (str(option["expression"]) for option in options if "expression" in option):
            # A query of Metrics Insights names no rows.
            read = [] if text.upper().startswith("SELECT ") else ID.findall(TEXT.sub("", text))
            found.append(Expression(number, text, next((name for name in read if name not in ids), "")))
    return found


def _widgets(body: str) -> list[Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise Refused(f"The body is no JSON: {error}.", "JSON") from None
    widgets = document.get("widgets") if isinstance(document, dict) else None
    if not isinstance(widgets, list):
        raise Refused("The body needs a list of widgets.", "DashboardBody")
    return widgets


def _widget(number: int, widget: Any) -> Iterator[Line]:
    kind = widget.get("type") if isinstance(widget, dict) else None
    properties = widget.get("properties") if isinstance(widget, dict) else None
    if kind not in KINDS or not isinstance(properties, dict):
        raise Refused(f"Widget {number} needs a type ({', '.join(KINDS)}) and properties.", "DashboardBody")
    if kind != "metric" or ("annotations" in properties and "metrics" not in properties):
        return
    if not isinstance(properties.get("region"), str):
        raise Refused(f"Widget {number} names no region.", "DashboardBody")
    rows = properties.get("metrics")
    if not isinstance(rows, list) or not all(isinstance(row, list) and row for row in rows):
        raise Refused(f"Widget {number} needs metrics, a list of lists.", "DashboardBody")
    before: list[str] = []
    for row in rows:
        options = row[-1] if isinstance(row[-1], dict) else {}
        if "expression" in options:
            continue
        before = _spelled_out([str(one) for one in row if not isinstance(one, dict)], before)
        if len(before) < 2 or len(before) % 2:
            raise Refused(f"Widget {number}: {row!r} is no namespace, name and pairs of dimensions.", "DashboardBody")
        named = dict(zip(before[2::2], before[3::2], strict=True))
        drawn = {"stat": "Average", "period": DEFAULT_PERIOD, **properties, **options}
        seconds, seen = _period(number, drawn["period"]), options.get("visible") is not False
        yield Line(number, metric(before[0], before[1], named), str(drawn["stat"]), seconds, seen)


def _period(number: int, given: Any) -> int:
    known = isinstance(given, int) and not isinstance(given, bool) and given > 0
    if not known or (given % 60 and given not in (1, 5, 10, 30)):
        raise Refused(f"Widget {number}: the period {given!r} is no number of seconds that CloudWatch takes.", "period")
    return int(given)


def _spelled_out(row: list[str], before: list[str]) -> list[str]:
    """`.` repeats what stands at its place in the row before, `...` all before its place."""
    if "..." in row:
        at = row.index("...")
        row = before[: len(before) - (len(row) - at - 1)] + row[at + 1 :]
    return [before[place] if one == "." and place < len(before) else one for place, one in enumerate(row)]
