"""`python -m checker.cloudwatch`: what CloudWatch would make of your query, pattern, template or log lines.

query FILE LOG            the rows of a Logs Insights query
pattern PATTERN LOG       the log events that a filter pattern lets through
alarms TEMPLATE METRICS   when each alarm of a template changes its state
band TEMPLATE METRICS     the same over the last day of METRICS, for alarms on an anomaly band
metrics LOG               the metrics that the lines of a log make, in embedded metric format
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.cloudformation.reading import Stack, read_stack
from checker.cloudwatch.alarms import INSUFFICIENT, read_alarm
from checker.cloudwatch.bands import DAY, MODEL, Band, is_on_band, read_band, replay_band
from checker.cloudwatch.embedded import streams_of
from checker.cloudwatch.errors import Refused
from checker.cloudwatch.insights import run, shown, strange_name
from checker.cloudwatch.logs import read_log
from checker.cloudwatch.metrics import Streams
from checker.cloudwatch.patterns import matcher
from checker.cloudwatch.replay import MINUTE, clock, replay, spoken
from checker.cloudwatch.template import ALARM, name_of
from checker.errors import NotYet

MOST_ROWS, MOST_EVENTS, WIDTH = 60, 10, 160
GIGABYTE = 1_000_000_000


class _Nothing(Exception):
    """Nothing came out; its text is the reason, where there is one to be seen."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0: evaluated; 1: nothing came out; 2: a file or the call is wrong; 3: CloudWatch refuses it."""
    given = _arguments(argv)
    try:
        lines = list(given.run(given))
        if not lines:
            raise _Nothing
    except OSError as error:
        print(f"error: There is no file {error.filename!r} here.\ntry: ls")
        return 2
    except Refused as refused:
        print(f"refused: {refused}")
        return 3
    except NotYet as fault:
        print(f"error: {fault.finding.where}: {fault.finding.seen}.\ntry: open the line in an editor")
        return 2
    except _Nothing as nothing:
        reason = f": {nothing}" if nothing.args else ""
        print(f"Nothing came out{reason}.")
        return 1
    print("\n".join(lines))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m checker.cloudwatch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, function, words in (
        ("query", _query, ("query", "log")),
        ("pattern", _pattern, ("pattern", "log")),
        ("alarms", _alarms, ("template", "metrics")),
        ("band", _band, ("template", "metrics")),
        ("metrics", _metrics, ("log",)),
    ):
        verb = verbs.add_parser(name)
        verb.set_defaults(run=function)
        for word in words:
            verb.add_argument(word)
    return parser.parse_args(argv)


def _text(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def _query(given: argparse.Namespace) -> Iterator[str]:
    query, log = _text(given.query), _text(given.log)
    events = read_log(log.splitlines())
    rows = shown(run(query, events))
    strange = strange_name(query, events)[0] if not rows else ""
    if strange:
        raise _Nothing(strange)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = [columns, *([row.get(name, "") for name in columns] for row in rows[:MOST_ROWS])]
    widths = [max(len(row[place]) for row in table) for place in range(len(columns))]
    for row in table if rows else []:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()[:WIDTH]
    if len(rows) > MOST_ROWS:
        yield f"… and {len(rows) - MOST_ROWS} more rows"
    if rows:
        yield f"{len(rows)} rows; {len(log.encode()) / GIGABYTE:.4f} GB scanned, whatever the query returns"


def _pattern(given: argparse.Namespace) -> Iterator[str]:
    matches = matcher(given.pattern)
    events = [event for event in read_log(_text(given.log).splitlines()) if matches(event.message)]
    yield from (event.message[:WIDTH] for event in events[:MOST_EVENTS])
    if len(events) > MOST_EVENTS:
        yield f"… and {len(events) - MOST_EVENTS} more"
    if events:
        yield f"{len(events)} events match"


def _alarms(given: argparse.Namespace) -> Iterator[str]:
    stack, streams, begin, end = _recorded(given)
    for resource in stack.of(ALARM):
        if is_on_band(resource.properties):
            yield f"{name_of(resource)}: looks at a band, which needs two weeks; the verb `band` replays it."
            continue
        try:
            alarm = read_alarm(name_of(resource), resource.properties)
        except Refused as refused:
            yield f"{name_of(resource)}: CloudWatch refuses it. {refused}"
            continue
        found = replay(alarm, streams, begin, end)
        yield f"{alarm.name}: {alarm.statistic} of {alarm.metric} {alarm.sign} {alarm.threshold:g}"
        for change in found.changes:
            points = f"   {spoken(alarm, change.points)}" if change.points else "   (the alarm is new)"
            yield f"  {clock(change.at)}  {change.state}{points}"
        if all(change.state == INSUFFICIENT for change in found.changes):
            yield from _unknown(alarm.metric in streams, streams)


def _recorded(given: argparse.Namespace) -> tuple[Stack, Streams, int, int]:
    """The template, the metrics, and the times at which these begin and end."""
    stack = read_stack({Path(given.template).name: _text(given.template)})
    streams = streams_of(_text(given.metrics).splitlines())
    if not streams:
        raise Refused(f"{given.metrics} holds no metric.")
    begin = min(stream.times[0] for stream in streams.values())
    return stack, streams, begin, max(stream.times[-1] for stream in streams.values()) + MINUTE


def _band(given: argparse.Namespace) -> Iterator[str]:
    stack, streams, _, end = _recorded(given)
    yield f"A simulated band: {MODEL}. CloudWatch's own model is not public."
    yield "A period is named by its first minute, and slides minute by minute."
    begin = (end - 1) // DAY * DAY
    resources = [one for one in stack.of(ALARM) if is_on_band(one.properties)]
    for resource in resources:
        try:
            alarm = read_band(name_of(resource), resource.properties)
        except Refused as refused:
            yield f"{name_of(resource)}: CloudWatch refuses it. {refused}"
            continue
        yield f"{alarm.alarm.name}: {alarm}"
        band = Band(alarm, streams)
        for change in replay_band(alarm, streams, begin, end).changes:
            points = f"{spoken(alarm.alarm, change.points)}; {band.spoken(change.points)}" if change.points else ""
            yield f"  {clock(change.at)}  {change.state}   {points or '(the alarm is new)'}"
        yield from _unknown(alarm.alarm.metric in streams, streams)
    if not resources:
        yield "No alarm of the template looks at a band."


def _unknown(known: bool, streams: Streams) -> Iterator[str]:
    if not known:
        yield "  No such metric has data. These have:"
        yield from (f"    {one}" for one in sorted(streams))


def _metrics(given: argparse.Namespace) -> Iterator[str]:
    for one, stream in sorted(streams_of(_text(given.log).splitlines()).items()):
        yield f"{one}: {len(stream.values)} values, {stream.unit}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(0)
