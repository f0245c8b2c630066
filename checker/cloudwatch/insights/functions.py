"""The functions of Logs Insights: of one event, and over many. `values` says what numbers, texts and times are."""

from __future__ import annotations

import ipaddress
import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from checker.cloudwatch.insights.values import Moment, number, order, text

Function = Callable[..., Any]


def _numeric(function: Callable[..., Any]) -> Function:
    """A function of numbers; nothing comes out where one is missing or out of range."""

    def apply(*given: Any) -> Any:
        numbers = [number(one) for one in given]
        if not numbers or any(one is None for one in numbers):
            return None
        try:
            return function(*numbers)
        except (ValueError, OverflowError):
            return None

    return apply


def _of_text(function: Callable[..., Any]) -> Function:
    return lambda value, *given: None if value is None else function(text(value), *map(text, given))


def _without(value: str, part: str | None, *, left: bool, right: bool) -> str:
    if part is None:
        return value.strip() if left and right else value.lstrip() if left else value.rstrip()
    while left and part and value.startswith(part):
        value = value[len(part) :]
    while right and part and value.endswith(part):
        value = value[: -len(part)]
    return value


def _trim(*, left: bool, right: bool) -> Function:
    return _of_text(lambda value, part=None: _without(value, part, left=left, right=right))


def _substr(value: Any, start: Any, length: Any = None) -> str | None:
    begin, many = number(start), number(length)
    if value is None or begin is None:
        return None
    return text(value)[int(begin) :][: None if many is None else int(many)]


def _floor_to(moment: Any, period: Any) -> Moment | None:
    return None if number(moment) is None else Moment(int(number(moment) or 0) // period * period)


def _ceil_to(moment: Any, period: Any) -> Moment | None:
    return None if number(moment) is None else Moment(-(-int(number(moment) or 0) // period) * period)


def _address(value: Any) -> Any:
    try:
        return ipaddress.ip_address(text(value))
    except ValueError:
        return None


def _valid(*versions: int) -> Function:
    return lambda value: (address := _address(value)) is not None and address.version in versions


def _in_subnet(*versions: int) -> Function:
    def apply(value: Any, subnet: Any) -> bool:
        address = _address(value)
        if address is None or address.version not in versions:
            return False
        try:
            return address in ipaddress.ip_network(text(subnet), strict=False)
        except ValueError:
            return False

    return apply


FUNCTIONS: dict[str, Function] = {
    "abs": _numeric(abs), "ceil": _numeric(math.ceil), "floor": _numeric(math.floor), "greatest": _numeric(max),
    "least": _numeric(min), "log": _numeric(math.log), "sqrt": _numeric(math.sqrt),
    "ispresent": lambda value: value is not None,
    "coalesce": lambda *values: next((one for one in values if one is not None), None),
    "isempty": lambda value: value is None or text(value) == "",
    "isblank": lambda value: value is None or not text(value).strip(),
    "concat": lambda *values: "".join(text(one) for one in values if one is not None),
    "ltrim": _trim(left=True, right=False), "rtrim": _trim(left=False, right=True),
    "trim": _trim(left=True, right=True),
    "strlen": _of_text(len), "toupper": _of_text(str.upper), "tolower": _of_text(str.lower), "substr": _substr,
    "replace": _of_text(lambda value, old, new: value.replace(old, new)),
    "strcontains": _of_text(lambda value, part: int(part in value)),
    "datefloor": _floor_to, "dateceil": _ceil_to,
    "fromMillis": lambda value: None if number(value) is None else Moment(int(number(value) or 0)),
    "toMillis": lambda value: None if number(value) is None else int(number(value) or 0),
    "isValidIp": _valid(4, 6), "isValidIpV4": _valid(4), "isValidIpV6": _valid(6),
    "isIpInSubnet": _in_subnet(4, 6), "isIpv4InSubnet": _in_subnet(4), "isIpv6InSubnet": _in_subnet(6),
}  # fmt: skip


# -- over many events: a list of (argument values, time of the event) ------------------------------------------------
Rows = Sequence[tuple[tuple[Any, ...], int]]


def _numbers(rows: Rows) -> list[float]:
    return [found for given, _ in rows if (found := number(given[0])) is not None]


def _there(rows: Rows) -> list[Any]:
    return [given[0] for given, _ in rows if given[0] is not None]


def _over_numbers(function: Callable[[list[float]], Any]) -> Callable[[Rows], Any]:
    return lambda rows: function(found) if (found := _numbers(rows)) else None


def _first(rows: Rows, *, newest: bool) -> Any:
    found = [(at, given[0]) for given, at in rows if given[0] is not None]
    return (max if newest else min)(found, key=lambda one: one[0])[1] if found else None


def _percentile(rows: Rows) -> Any:
    """The smallest value that is not below `percent` of all: nearest rank. AWS does not say how it interpolates."""
    found = sorted(_numbers(rows))
    percent = number(rows[0][0][1]) if rows and len(rows[0][0]) > 1 else None
    if not found or percent is None:
        return None
    return found[max(math.ceil(percent / 100 * len(found)), 1) - 1]


AGGREGATES: dict[str, Callable[[Rows], Any]] = {
    "count": lambda rows: sum(not given or given[0] is not None for given, _ in rows),
    "count_distinct": lambda rows: len({text(one) for one in _there(rows)}),
    "avg": _over_numbers(statistics.fmean),
    "sum": _over_numbers(math.fsum),
    "stddev": _over_numbers(statistics.pstdev),
    "min": lambda rows: min(_there(rows), key=order, default=None),
    "max": lambda rows: max(_there(rows), key=order, default=None),
    "pct": _percentile,
    "earliest": lambda rows: _first(rows, newest=False),
    "latest": lambda rows: _first(rows, newest=True),
    "sortsFirst": lambda rows: min(_there(rows), key=order, default=None),
    "sortsLast": lambda rows: max(_there(rows), key=order, default=None),
}
