"""Series of samples, made up by a check or by a rule, and what a selector finds in them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from checker.promql.errors import CannotFollow
from checker.promql.labels import Labels, labels_of
from checker.promql.read import Selector

# Prometheus' own default: how old the last sample may be.
LOOK_BACK = 300_000
RUN = re.compile(r"(?P<first>-?[\d.e]+)(?P<step>[+-][\d.e]+)?x(?P<times>\d+)")


class Sample(NamedTuple):
    """One value of an instant vector."""

    labels: Labels
    value: float


@dataclass
class Points:
    """The samples of one series in order of time; a value of None marks that the series has ended there."""

    times: list[int] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)

    def add(self, time: int, value: float | None) -> None:
        if self.times and time <= self.times[-1]:
            raise ValueError("samples come in order of time")
        self.times.append(time)
        self.values.append(value)

    def between(self, start: int, end: int, *, left_open: bool) -> list[tuple[int, float]]:
        """The samples of a range without the marks; the right edge belongs to it."""
        first = bisect_right(self.times, start) if left_open else bisect_left(self.times, start)
        last = bisect_right(self.times, end, lo=first)
        pairs = zip(self.times[first:last], self.values[first:last], strict=True)
        return [(time, value) for time, value in pairs if value is not None]

    def at(self, time: int, *, left_open: bool) -> float | None:
        """The last value that is not too old; None after the series has ended."""
        place = bisect_right(self.times, time) - 1
        if place < 0:
            return None
        age = time - self.times[place]
        too_old = age >= LOOK_BACK if left_open else age > LOOK_BACK
        return None if too_old else self.values[place]


class Database:
    """All series of one run, by their labels. Times are whole milliseconds."""

    def __init__(self) -> None:
        self._series: dict[Labels, Points] = {}
        # What selectors have found, until there is a new series: rules ask the same at every evaluation.
        self._found: dict[Selector, list[tuple[Labels, Points]]] = {}

    def add(self, labels: Labels, time: int, value: float | None) -> None:
        if labels not in self._series:
            self._series[labels] = Points()
            self._found.clear()
        self._series[labels].add(time, value)

    def load(self, name: str, labels: dict[str, str], values: str, *, step: int) -> int:
        """Add a series in promtool's notation, `0+5x10 50 _ 60`; the first value is at time 0. The last one's time.

        `a+bxn` is n+1 values, `axn` the same value n+1 times, `_` a missing scrape, `stale` the series' end.
        """
        full, number = labels_of(labels, name), 0
        for number, value in enumerate(_unrolled(values)):
            if value != "_":
                self.add(full, number * step, None if value == "stale" else float(value))
        return number * step

    def select(self, selector: Selector) -> list[tuple[Labels, Points]]:
        """The series that a selector names, in order of their labels."""
        if selector not in self._found:
            there = sorted(labels for labels in self._series if selector.finds(labels))
            self._found[selector] = [(labels, self._series[labels]) for labels in there]
        return self._found[selector]

    def names(self) -> set[str]:
        """The names of all metrics."""
        return {dict(labels).get("__name__", "") for labels in self._series}


def _unrolled(values: str) -> Iterator[str]:
    for word in values.split():
        run = RUN.fullmatch(word)
        if run:
            first, step = float(run["first"]), float(run["step"] or 0)
            yield from (repr(first + step * number) for number in range(int(run["times"]) + 1))
        elif re.fullmatch(r"_x\d+", word):
            yield from ["_"] * int(word[2:])
        else:
            yield word
            if word not in ("_", "stale") and not re.fullmatch(r"-?[\d.e+-]+", word):
                raise CannotFollow(f"{word!r} is no value of a series.")
