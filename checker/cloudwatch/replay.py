"""Runs an alarm over recorded metrics, minute by minute, and says when its state changed and on which points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from checker.cloudwatch.alarms import ALARM, INSUFFICIENT, MORE_POINTS, Alarm, state
from checker.cloudwatch.metrics import PERCENTILE, Stream, Streams, statistic

MINUTE = 60_000


@dataclass(frozen=True)
class Point:
    """One data point: where its period begins, and its value or None."""

    at: int
    value: float | None


@dataclass(frozen=True)
class Change:
    """A change of state, and the points that were evaluated."""

    at: int
    state: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Replay:
    """What an alarm did over a recording from `begin` to `end`."""

    alarm: Alarm
    begin: int
    end: int
    changes: tuple[Change, ...]

    def state_at(self, at: int) -> str:
        return next((change.state for change in reversed(self.changes) if change.at <= at), INSUFFICIENT)

    def in_alarm(self, begin: int, end: int) -> Change | None:
        """The first moment from `begin` on and before `end` at which the state is ALARM."""
        if self.state_at(begin) == ALARM:
            last = next(change for change in reversed(self.changes) if change.at <= begin)
            return Change(begin, ALARM, last.points)
        return next((one for one in self.changes if begin <= one.at < end and one.state == ALARM), None)


def points(alarm: Alarm, streams: Streams, now: int) -> tuple[Point, ...]:
    """The data points of the evaluation range at a moment, oldest first."""
    return tuple(_points(alarm, stream_of(alarm, streams), now, alarm.periods + MORE_POINTS))


def replay(alarm: Alarm, streams: Streams, begin: int, end: int) -> Replay:
    """Evaluate as CloudWatch does with its default window: each minute anew, over periods that end at this minute.

    The alarm is new at `begin`; it is evaluated as soon as its whole evaluation range lies in the recording.
    """
    return run_over(alarm, streams, begin, end, lambda point: _breaches(alarm, point))


def run_over(alarm: Alarm, streams: Streams, begin: int, end: int, breaches: Callable[[Point], bool | None]) -> Replay:
    """The same, for whatever says of a point that it breaches; None is a missing one."""
    stream = stream_of(alarm, streams)
    step = min(alarm.period * 1000, MINUTE)
    period, count = alarm.period * 1000, alarm.periods + MORE_POINTS
    current = INSUFFICIENT
    changes = [Change(begin, current)]
    for now in range(begin + count * period, end + 1, step):
        if samples(alarm, stream, now) < samples_wanted(alarm):
            continue
        there = tuple(_points(alarm, stream, now, count))
        new = state([breaches(point) for point in there], alarm, current)
        if new != current:
            changes.append(Change(now, new, there))
            current = new
    return Replay(alarm, begin, end, tuple(changes))


def _breaches(alarm: Alarm, point: Point) -> bool | None:
    return None if point.value is None else alarm.breaches(point.value)


def stream_of(alarm: Alarm, streams: Streams) -> Stream:
    """The alarm's metric; none where the unit that it names is another."""
    stream = streams.get(alarm.metric, Stream())
    return Stream() if alarm.unit and alarm.unit != stream.unit else stream


def _points(alarm: Alarm, stream: Stream, now: int, count: int) -> Iterator[Point]:
    compute, period = statistic(alarm.statistic), alarm.period * 1000
    for back in range(count, 0, -1):
        values = stream.between(now - back * period, now - (back - 1) * period)
        yield Point(now - back * period, compute(values) if values else None)


def samples_wanted(alarm: Alarm) -> float:
    """How many samples its percentile needs, where the alarm is told to wait for them; else 0."""
    match = PERCENTILE.fullmatch(alarm.statistic)
    if not alarm.ignores_low_samples or not match:
        return 0
    share = float(match[1]) / 100
    rare = 1 - share if share >= 0.5 else share
    return 10 / rare if rare > 0 else 0


def samples(alarm: Alarm, stream: Stream, now: int) -> int:
    """How many samples the periods have that the alarm looks at."""
    return len(stream.between(now - alarm.periods * alarm.period * 1000, now))


def clock(at: int) -> str:
    """A time as hours and minutes, UTC."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%H:%M}"


def counts_missing(alarm: Alarm, retrieved: Sequence[Point]) -> bool:
    """Whether there are fewer real points than the alarm has periods, so that what is missing decides too."""
    return sum(point.value is not None for point in retrieved) < alarm.periods


def spoken(alarm: Alarm, retrieved: tuple[Point, ...]) -> str:
    """The points that decided, in words: `02:11 21, 02:12 19, 02:13 missing`.

    Where some are missing, the real ones among the older points decide too. They stand before a bar.
    """
    if not counts_missing(alarm, retrieved):
        return _listed([point for point in retrieved if point.value is not None][-alarm.periods :])
    older = [point for point in retrieved[: -alarm.periods] if point.value is not None]
    return (
        f"{_listed(older)} | {_listed(retrieved[-alarm.periods :])}" if older else _listed(retrieved[-alarm.periods :])
    )


def _listed(some: Sequence[Point]) -> str:
    return ", ".join(f"{clock(one.at)} {'missing' if one.value is None else f'{one.value:.4g}'}" for one in some)
