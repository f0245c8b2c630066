"""`python -m checker.promql alerts.yaml night.txt`: when alerts are pending and fire, what is recorded."""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.errors import NotYet
from checker.promql.compared import compared_by
from checker.promql.durations import milliseconds
from checker.promql.errors import CannotFollow, QueryFailed, RulesRefused
from checker.promql.evaluate import Evaluator
from checker.promql.labels import NAME
from checker.promql.read import AGGREGATIONS, FUNCTIONS, Matcher, Selector
from checker.promql.rules import Group, Rule, read_groups, recording
from checker.promql.running import Alert, History, run
from checker.promql.series import Database
from checker.readers import read_yaml

LINE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})?\s+(?P<values>\S.*)")
ASKED = re.compile(r"asked (?P<alert>\S+) (?P<words>\S.*)")
# What can be judged of what is asked.
FIRE, SILENT = re.compile(r"must fire from minute (?P<begin>\d+) to (?P<end>\d+)"), "must be silent"
LABEL = re.compile(r'(\w+)="([^"]*)"')
MINUTE = 60_000
NO_ALERT = "  there is no alert in this file"


class NoSeries(ValueError):
    """The file of series cannot be read."""


@dataclass
class Night:
    """A file of series: its title, the time of its last sample, the step, and what is asked of alerts in it."""

    database: Database = field(default_factory=Database)
    title: str = ""
    end: int = 0
    step: int = 15_000
    asked: dict[str, str] = field(default_factory=dict)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0: evaluated; 2: the call is wrong; 3: a file cannot be read, or a rule is not computed here."""
    computed = f"Computed are {', '.join(sorted(FUNCTIONS | AGGREGATIONS))}, all operators, subqueries, and `for`."
    parser = argparse.ArgumentParser(prog="python -m checker.promql", description=__doc__, epilog=computed)
    parser.add_argument("rules", help="a file of rules, as Prometheus reads it")
    parser.add_argument("series", nargs="+", help="files of series: `step 15s`, then a series a line, as in promtool")
    parser.add_argument("--beside", default="", metavar="FILE", help="a second file: what it records can be read too")
    given = parser.parse_args(argv)
    try:
        rules, beside = _rules(given.rules), _rules(given.beside) if given.beside else {"groups": []}
        judged: dict[str, list[bool]] = {}
        print(f"Computed from {Path(given.rules).name} in the way of Prometheus 3; no Prometheus runs.")
        for name in given.series:
            lines, met = _night(rules, Path(name), beside)
            print("\n".join(lines), flush=True)
            for alert, as_asked in met.items():
                judged.setdefault(alert, []).append(as_asked)
        print("\n".join(_counted(judged)), end="\n" if judged else "")
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has. The interpreter flushes at its end: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"error: {error.filename} cannot be read: {error.strerror}.\ntry: ls")
        return 3
    except NotYet as fault:
        print(f"error: {fault.finding.where.partition(':')[0]}, {fault.finding.seen}.\ntry: open the line in an editor")
        return 3
    except (RulesRefused, CannotFollow, QueryFailed, NoSeries) as error:
        print(f"error: {error}\ntry: python -m checker.promql --help")
        return 3
    return 0


def _rules(name: str) -> Any:
    path = Path(name)
    rules = read_yaml(path.name, path.read_text(encoding="utf-8"))
    # What is refused is said before the title, not under it.
    read_groups(rules)
    return rules


def _night(rules: Any, path: Path, beside: Any) -> tuple[list[str], dict[str, bool]]:
    """A night in lines, and of each alert that is judged in it whether it did as it was asked."""
    night = _loaded(path)
    groups = read_groups(rules, interval=night.step or MINUTE)
    first = recording(read_groups(beside, interval=night.step or MINUTE), for_=groups)
    history = run([*first, *groups], night.database, end=night.end)
    in_groups = [(group, rule) for group in groups for rule in group.rules]
    alerts = [rule.name for _, rule in in_groups if rule.is_alert]
    verdicts = {name: _as_asked(night.asked.get(name, ""), history.first_firing(name), night.step) for name in alerts}
    met = {name: verdict for name, verdict in verdicts.items() if verdict is not None}
    told = {rule.name: _told(rule, group, night, history, met) for group, rule in in_groups}
    lines = _in_columns([[name, *words] for name, words in told.items()])
    lines += [] if alerts else [NO_ALERT]
    return [f"{path.stem}: {night.title}" if night.title else path.stem, *lines], met


def _as_asked(words: str, fired: int | None, step: int) -> bool | None:
    """Whether an alert did what is asked of it; None where that cannot be judged. A step later is in time."""
    if words == SILENT:
        return fired is None
    due = FIRE.fullmatch(words)
    if not due:
        return None
    return fired is not None and int(due["begin"]) * MINUTE <= fired <= int(due["end"]) * MINUTE + step


def _counted(judged: dict[str, list[bool]]) -> list[str]:
    return [f"{alert}: {sum(each)} of {len(each)} nights as asked" for alert, each in judged.items()]


def _told(rule: Rule, group: Group, night: Night, history: History, met: dict[str, bool]) -> list[str]:
    """What is asked of a rule, whether it did so, how far went what it compares with a number, and what it did."""
    if not rule.is_alert:
        return ["", "", "", recorded(night.database, rule.name)]
    found, moments = compared_by(rule.expr), range(0, night.end + 1, group.interval)
    extreme = found.extreme(Evaluator(night.database), moments) if found else ""
    did = {True: "as asked", False: "NOT MET", None: ""}[met.get(rule.name)]
    return [night.asked.get(rule.name, ""), did, extreme, stretches(history.of(rule.name), night.step)]


def _in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with all columns aligned but the last; a column that is empty in each row is left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    padded = [[f"{text:<{max(map(len, column))}}" for text in column] for column in columns]
    return [f"  {'  '.join(row)}".rstrip() for row in zip(*padded, strict=True)]


def _loaded(path: Path) -> Night:
    """The series of a file, and what else it says."""
    night = Night()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text.startswith("#"):
            night.title = night.title or text.lstrip("# ")
        elif text.startswith("step "):
            night.step = milliseconds(text.removeprefix("step ").strip()) or 0
        elif asked := ASKED.fullmatch(text):
            night.asked[asked["alert"]] = asked["words"]
        elif text:
            found = LINE.fullmatch(text)
            if not found or night.step <= 0:
                raise NoSeries(f"{path.name}:{number} is no series: {text[:60]!r}.")
            labels = dict(LABEL.findall(found["labels"] or ""))
            night.end = max(night.end, night.database.load(found["name"], labels, found["values"], step=night.step))
    return night


def recorded(database: Database, name: str) -> str:
    """A recorded metric in words: at most 0.53 at minute 246.00; 0.12 at minute 330.00, its last."""
    of_name = Selector((Matcher(NAME, "=", name),))
    pairs = [
        (value, time)
        for _, points in database.select(of_name)
        for time, value in zip(points.times, points.values, strict=True)
        if value is not None and not math.isnan(value)
    ]
    if not pairs:
        return "has no value"
    (most, when), (last, end) = max(pairs), max(pairs, key=lambda pair: pair[1])
    return f"at most {most:.3g} at minute {when / MINUTE:.2f}; {last:.3g} at minute {end / MINUTE:.2f}, its last"


def stretches(alerts: Sequence[Alert], step: int) -> str:
    """One alert's states in words: pending from minute 10.50 to 15.25; firing from minute 15.50 to 24.75.

    An alert with several series fires while one of them does.
    """
    firing_at: dict[int, bool] = {}
    for alert in alerts:
        firing_at[alert.time] = alert.firing or firing_at.get(alert.time, False)
    parts: list[tuple[str, int, int]] = []
    for time, firing in sorted(firing_at.items()):
        state = "firing" if firing else "pending"
        if parts and parts[-1][0] == state and time <= parts[-1][2] + step:
            parts[-1] = (state, parts[-1][1], time)
        else:
            parts.append((state, time, time))
    told = [f"{state} from minute {begin / MINUTE:.2f} to {end / MINUTE:.2f}" for state, begin, end in parts]
    return "; ".join(told) or "is silent"


if __name__ == "__main__":
    sys.exit(main())
