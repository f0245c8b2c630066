"""Series of samples, made up by a check or by a rule, and what a selector finds in them."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from checker.promql.errors import CannotFollow
from checker.promql.labels import Labels, labels_of
from checker.promql.read import Selector

# One entry for each moment at which a query is evaluated; moments are whole milliseconds.
Moments = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Prometheus' own default: how old the last sample may be.
LOOK_BACK = 300_000
VALUE = re.compile(r"-?[\d.e+-]+")
RUN = re.compile(r"(?P<first>-?[\d.e]+)(?P<step>[+-][\d.e]+)?x(?P<times>\d+)")


class Sample(NamedTuple):
    """One value of an instant vector."""

    labels: Labels
    value: float


class Series(NamedTuple):
    """One series of a result: its value at each moment, and at which of them it has one."""

    labels: Labels
    values: Numbers
    there: Flags


class Edges(NamedTuple):
    """What a rate needs to know of a range, for each moment: how many samples, the first, the last, what fell between.

    `fallen` adds up the values that a counter had before each of its falls. With fewer than two samples there is no
    rate, and the other numbers say nothing.
    """

    samples: npt.NDArray[np.int64]
    earliest: npt.NDArray[np.int64]
    first: Numbers
    latest: npt.NDArray[np.int64]
    last: Numbers
    fallen: Numbers


class _Arrays(NamedTuple):
    times: npt.NDArray[np.int64]
    values: Numbers
    fallen: Numbers
    ended: Flags


@lru_cache(maxsize=64)
def _scrapes(step: int, count: int) -> Moments:
    """Series that are scraped together share this one array, by which a rate finds them."""
    return np.arange(0, count * step, step, dtype=np.int64)


@dataclass
class Points:
    """The samples of one series in order of time; a value of None marks that the series has ended there."""

    times: list[int] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)
    # Up to each sample: a rate over a long range then looks at two samples only.
    fallen: list[float] = field(default_factory=list)
    # Whether there are marks or infinite values: such samples are looked at one by one.
    odd: bool = False
    # The same as arrays, until there is a new sample.
    _made: _Arrays | None = field(default=None, repr=False, compare=False)

    @classmethod
    def every(cls, step: int, values: Sequence[float]) -> Points:
        """A sample every `step` milliseconds, the first at time 0."""
        made = np.array(values, float)
        fallen = np.zeros(len(made))
        fallen[1:] = np.cumsum(np.where(made[1:] < made[:-1], made[:-1], 0.0))
        arrays = _Arrays(_scrapes(step, len(made)), made, fallen, np.zeros(len(made), bool))
        odd = bool(np.isinf(made).any())
        return cls(arrays.times.tolist(), made.tolist(), fallen.tolist(), odd, arrays)

    def add(self, time: int, value: float | None) -> None:
        if self.times and time <= self.times[-1]:
            raise ValueError("samples come in order of time")
        self._made = None
        self.odd = self.odd or value is None or math.isinf(value)
        self.fallen.append(0.0 if self.odd or not self.times else self.fallen[-1] + self._fall_to(value))
        self.times.append(time)
        self.values.append(value)

    def _fall_to(self, value: float | None) -> float:
        before = self.values[-1]
        return before if before is not None and value is not None and value < before else 0.0

    def between(self, start: int, end: int, *, left_open: bool) -> list[tuple[int, float]]:
        """The samples of a range without the marks; the right edge belongs to it."""
        first, last = self._places(start, end, left_open)
        pairs = zip(self.times[first:last], self.values[first:last], strict=True)
        return [(time, value) for time, value in pairs if value is not None]

    def _places(self, start: int, end: int, left_open: bool) -> tuple[int, int]:
        first = bisect_right(self.times, start) if left_open else bisect_left(self.times, start)
        return first, bisect_right(self.times, end, lo=first)

    def at(self, moments: Moments, *, left_open: bool) -> tuple[Numbers, Flags]:
        """The last value that is not too old, and whether there is one; there is none after the series has ended."""
        if not self.times:
            return np.zeros(len(moments)), np.zeros(len(moments), bool)
        times, values, _, ended = self._arrays()
        place = np.searchsorted(times, moments, "right") - 1
        age = moments - times[place]
        fresh = age < LOOK_BACK if left_open else age <= LOOK_BACK
        return values[place], (place >= 0) & fresh & ~ended[place]

    @property
    def scraped_with(self) -> int:
        """The same number for series that were scraped at the same moments, and have no odd samples."""
        return id(self) if self.odd or not self.times else id(self._arrays().times)

    def _arrays(self) -> _Arrays:
        if self._made is None:
            ended = np.array([value is None for value in self.values])
            values = np.array([math.nan if value is None else value for value in self.values], float)
            self._made = _Arrays(np.array(self.times), values, np.array(self.fallen, float), ended)
        return self._made


def edges(series: Sequence[Points], starts: Moments, ends: Moments, *, left_open: bool) -> Edges:
    """The ranges from each start to its end, as what a rate needs of them: series times moments.

    All series were scraped at the same moments: `scraped_with` says so.
    """
    one = series[0]
    if one.odd or not one.times:
        return _edges([one.between(*pair, left_open=left_open) for pair in zip(starts, ends, strict=True)])
    arrays = [points._arrays() for points in series]
    times = arrays[0].times
    first = np.searchsorted(times, starts, "right" if left_open else "left")
    count = np.searchsorted(times, ends, "right") - first
    # Where there is no sample any place will do.
    first = np.minimum(first, len(times) - 1)
    last = np.maximum(first + count - 1, 0)
    values, fallen = np.array([one.values for one in arrays]), np.array([one.fallen for one in arrays])
    falls = fallen[:, last] - fallen[:, first]
    return Edges(count, times[first], values[:, first], times[last], values[:, last], falls)


def _edges(windows: Sequence[Sequence[tuple[int, float]]]) -> Edges:
    """Of samples that are looked at one by one."""
    made = Edges(*(np.zeros((1, len(windows)), kind) for kind in (int, int, float, int, float, float)))
    for place, window in enumerate(windows):
        if not window:
            continue
        (earliest, first), (latest, last) = window[0], window[-1]
        fallen = sum(before for (_, before), (_, after) in pairwise(window) if after < before)
        for numbers, number in zip(made, (len(window), earliest, first, latest, last, fallen), strict=True):
            numbers[0, place] = number
    return made


class Database:
    """All series of one run, by their labels. Times are whole milliseconds."""

    def __init__(self) -> None:
        self._series: dict[Labels, Points] = {}
        # What selectors have found, until there is a new series: rules ask the same at every evaluation.
        self._found: dict[Selector, list[tuple[Labels, Points]]] = {}

    def add(self, labels: Labels, time: int, value: float | None) -> None:
        if labels not in self._series:
            self.put(labels, Points())
        self._series[labels].add(time, value)

    def put(self, labels: Labels, points: Points) -> None:
        """Add a whole series, or take its place."""
        self._series[labels] = points
        self._found.clear()

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
        return self.values("__name__")

    def values(self, label: str) -> set[str]:
        """All values of a label; an empty one where a series has none."""
        return {dict(labels).get(label, "") for labels in self._series}


def _unrolled(values: str) -> Iterator[str]:
    for word in values.split():
        run = RUN.fullmatch(word) if "x" in word else None
        if run:
            first, step = float(run["first"]), float(run["step"] or 0)
            yield from (repr(first + step * number) for number in range(int(run["times"]) + 1))
        elif word.startswith("_x") and word[2:].isdecimal():
            yield from ["_"] * int(word[2:])
        else:
            yield word
            if word not in ("_", "stale") and not VALUE.fullmatch(word):
                raise CannotFollow(f"{word!r} is no value of a series.")
