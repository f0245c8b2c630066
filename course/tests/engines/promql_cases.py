"""Cases for PromQL: series with resets, gaps and ends, a query, a moment; and what promtool says of them.

Each number makes one case, the same on every machine. promtool has no mode that prints results: it is told to expect
nothing, and what it got instead stands in its complaint.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checker.promql import Database, Dialect, Evaluator, read_groups, run
from course.engines.testing import Live

STEPS = (10_000, 15_000, 30_000, 60_000)
RANGES = ("30s", "1m", "90s", "2m", "5m", "7m")
ROUTES, STATUSES = ("/predict", "/health/live", "/metrics"), ("200", "422", "503")
SHOWN = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)?\{(?P<labels>[^{}]*)\} (?P<value>[-+\w.]+)")
PAIR = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
# Far above any value of a case.
MARK = 10_000_000
Result = dict[tuple[tuple[str, str], ...], float]


@dataclass
class Case:
    """One question: series in promtool's notation by what they are called, and a query at a moment."""

    query: str
    time: int
    step: int
    series: dict[tuple[str, tuple[tuple[str, str], ...]], str]
    groups: list[dict[str, object]] = field(default_factory=list)

    def ours(self, dialect: Dialect) -> Result:
        """What the evaluator says."""
        database = Database()
        for (name, labels), values in self.series.items():
            database.load(name, dict(labels), values, step=self.step)
        if self.groups:
            run(read_groups({"groups": self.groups}), database, end=self.time, every=self.step, dialect=dialect)
        evaluator = Evaluator(database, dialect, step=self.step)
        return {one.labels: one.value for one in evaluator.query(self.query, self.time)}


def same(ours: Result, theirs: Result) -> bool:
    """Whether two results have the same series and values; sums run in another order, so the last digits may differ."""
    return ours.keys() == theirs.keys() and all(_close(ours[key], theirs[key]) for key in ours)


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))


def cases(count: int) -> Iterator[Case]:
    for number in range(count):
        draw = random.Random(f"promql {number}")
        yield _rule_case(draw) if number % 5 == 4 else _query_case(draw, QUERIES[number % len(QUERIES)])


def asked(live: Live, folder: Path, many: list[Case]) -> list[Result]:
    """What promtool says of every case, one process for all."""
    tests = [_written(case, number, folder) for number, case in enumerate(many)]
    for number, test in enumerate(tests):
        (folder / f"case-{number}.yml").write_text(json.dumps(test), encoding="utf-8")
    said = live.ask("promtool", "test", "rules", *(str(folder / f"case-{n}.yml") for n in range(len(many)))).stdout
    found: dict[int, Result] = {}
    waiting: Result = {}
    for got in re.findall(r"got: (.*)", said):
        result = _read(got)
        mark = result.get((), 0.0) - MARK
        if 0 <= mark < len(many):
            found[int(mark)], waiting = waiting, {}
        else:
            waiting = result
    assert len(found) == len(many), f"promtool answers {len(found)} of {len(many)} questions:\n{said[-2000:]}"
    return [found[number] for number in range(len(many))]


def _written(case: Case, number: int, folder: Path) -> dict[str, object]:
    files = []
    if case.groups:
        files = [f"rules-{number}.yml"]
        (folder / files[0]).write_text(json.dumps({"groups": case.groups}), encoding="utf-8")
    series = [
        {"series": name + "{" + ",".join(f'{key}="{value}"' for key, value in labels) + "}", "values": values}
        for (name, labels), values in case.series.items()
    ]
    question = {"expr": case.query, "eval_time": f"{case.time}ms", "exp_samples": []}
    # A second one that always has a result, the case's number: promtool says nothing of an answer that is empty, as it
    # was told, and some versions do not say which file they speak of.
    mark = {"expr": f"vector({MARK + number})", "eval_time": f"{case.time}ms", "exp_samples": []}
    return {
        "rule_files": files,
        "evaluation_interval": f"{case.step}ms",
        # Without it promtool takes the groups in any order, and an alert may see what was recorded one step later.
        "group_eval_order": [group["name"] for group in case.groups],
        "tests": [
            {"interval": f"{case.step}ms", "input_series": series, "promql_expr_test": [question, mark]},
        ],
    }  # fmt: skip


def _read(got: str) -> Result:
    found: Result = {}
    for one in SHOWN.finditer(got):
        labels = dict(PAIR.findall(one["labels"])) | ({"__name__": one["name"]} if one["name"] else {})
        found[tuple(sorted(labels.items()))] = float(one["value"])
    return found


def _counter(draw: random.Random, length: int) -> str:
    """A counter's samples: it rises, stands, starts anew, misses scrapes, begins late, may end."""
    words, value = ["_"] * draw.choice((0, 0, 0, 1, 3)), float(draw.choice((0, 0, 2, 40, 1000)))
    while len(words) < length:
        value = 0.0 if draw.random() < 0.06 else value + draw.choice((0, 0, 1, 1, 3, 7.5, 20))
        words.append("_" if draw.random() < 0.12 else f"{value:g}")
    if draw.random() < 0.15:
        words[draw.randrange(length // 2, length) :] = ["stale"]
    return " ".join(words)


def _gauge(draw: random.Random, length: int) -> str:
    return " ".join("_" if draw.random() < 0.1 else f"{draw.choice((-3, 0, 0.25, 1, 2, 8)):g}" for _ in range(length))


def _series(draw: random.Random, step: int) -> dict[tuple[str, tuple[tuple[str, str], ...]], str]:
    length = 900_000 // step
    series = {}
    for route in draw.sample(ROUTES, 2):
        for status in draw.sample(STATUSES, draw.choice((1, 2, 3))):
            series["requests_total", (("route", route), ("status", status))] = _counter(draw, length)
        for bucket in _buckets(draw, length):
            series["seconds_bucket", (("le", bucket[0]), ("route", route))] = bucket[1]
    for model in ("a", "b"):
        series["score", (("model", model),)] = _gauge(draw, length)
    series["up", (("job", "api"),)] = _gauge(draw, length)
    return series


def _buckets(draw: random.Random, length: int) -> Iterator[tuple[str, str]]:
    bounds = ["0.05", "0.1", "0.25", "1", "+Inf"]
    counts = [0] * len(bounds)
    rows = []
    for _ in range(length):
        for _ in range(draw.choice((0, 1, 4, 9))):
            place = draw.choice((0, 1, 1, 2, 3, 4))
            counts = [count + (number >= place) for number, count in enumerate(counts)]
        rows.append(list(counts))
    for number, bound in enumerate(bounds):
        yield bound, " ".join(str(row[number]) for row in rows)


def _query_case(draw: random.Random, template: str) -> Case:
    step = draw.choice(STEPS)
    # Often exactly on a scrape, where the two edges of a window decide; else between two.
    time = step * draw.randrange(120_000 // step, 840_000 // step) + draw.choice((0, 0, 0, 1, step // 3))
    query = (
        template.replace("RANGE", draw.choice(RANGES))
        .replace("NUMBER", f"{draw.choice((0.01, 0.05, 0.3, 1, 2.5))}")
        .replace("SHARE", f"{draw.choice((0, 0.5, 0.9, 0.95, 0.99, 1))}")
        .replace("OFFSET", draw.choice(("30s", "1m", "2m")))
        .replace("STATUS", draw.choice(STATUSES))
    )
    return Case(query, time, step, _series(draw, step))


def _rule_case(draw: random.Random) -> Case:
    step = draw.choice(STEPS[:3])
    hold = draw.choice(("0s", "30s", "1m", "2m", "5m"))
    rules: list[dict[str, object]] = [
        {"record": "route:requests:rate", "expr": f"sum by (route) (rate(requests_total[{draw.choice(RANGES)}]))"},
        {
            "alert": "Many", "expr": f"route:requests:rate > {draw.choice((0.01, 0.1, 0.3))}", "for": hold,
            "labels": {"severity": "page", "at": "{{ $labels.route }}"},
        },
        {"alert": "Low", "expr": "score < 1", "for": hold},
    ]  # fmt: skip
    if draw.random() < 0.4:
        rules[1]["keep_firing_for"] = "1m"
    time = step * draw.randrange(120_000 // step, 840_000 // step)
    return Case(
        draw.choice(("ALERTS", "ALERTS", "route:requests:rate")),
        time,
        step,
        _series(draw, step),
        [{"name": "g", "rules": rules}],
    )


QUERIES = (
    "rate(requests_total[RANGE])",
    "increase(requests_total[RANGE])",
    "sum by (route) (rate(requests_total[RANGE]))",
    "sum without (status) (increase(requests_total[RANGE]))",
    "histogram_quantile(SHARE, sum by (le, route) (rate(seconds_bucket[RANGE])))",
    "histogram_quantile(SHARE, sum by (le) (increase(seconds_bucket[RANGE])))",
    "histogram_quantile(SHARE, rate(seconds_bucket[RANGE]))",
    'sum(rate(requests_total{status=~"5.."}[RANGE])) / sum(rate(requests_total[RANGE]))',
    "sum by (route) (rate(requests_total{status!='STATUS'}[RANGE])) / sum by (route) (rate(requests_total[RANGE])) > 0",
    'sum by (route) (rate(requests_total{status!~"2.."}[RANGE])) > bool NUMBER',
    "requests_total / ignoring (status) group_left sum without (status) (requests_total)",
    "sum by (route) (requests_total) * on (route) group_right requests_total",
    'requests_total{status="200"} and on (route) requests_total{status="STATUS"}',
    'requests_total{status="200"} unless on (route) requests_total{status="STATUS"}',
    'rate(requests_total{status="STATUS"}[RANGE]) or on (route) sum by (route) (rate(requests_total[RANGE])) * 0',
    'absent(requests_total{status="STATUS", route="/predict"})',
    'absent_over_time(requests_total{route=~"/m.*", status="STATUS"}[RANGE])',
    "rate(requests_total[RANGE] offset OFFSET)",
    "requests_total offset OFFSET",
    "clamp_min(sum by (route) (rate(requests_total[RANGE])), NUMBER)",
    '1 - sum(rate(seconds_bucket{le="0.1"}[RANGE])) / sum(rate(seconds_bucket{le="+Inf"}[RANGE]))',
    "max(score) - min(score) + avg(score) * count(score)",
    "-score ^ 2 % 3 == score",
    "avg_over_time(score[RANGE]) > -NUMBER",
    "irate(requests_total[RANGE])",
    "delta(score[RANGE])",
    "resets(requests_total[RANGE]) + changes(requests_total[RANGE])",
    "NUMBER < score",
    "score > 0 and score < 5 or up == 0",
    "sum(score) by (model) / scalar(up)",
    "max_over_time(score[RANGE]) - min_over_time(score[RANGE])",
    "count_over_time(requests_total[RANGE]) * sum_over_time(up[RANGE])",
    "last_over_time(requests_total[RANGE])",
    "vector(NUMBER) > bool scalar(up)",
    "score / 0",
    "time() - NUMBER",
    "max_over_time(sum by (route) (rate(requests_total[RANGE]))[5m:30s])",
    "rate(sum by (route) (requests_total)[RANGE:15s] offset OFFSET)",
    "min_over_time((score > 0)[RANGE:])",
    "avg_over_time(rate(requests_total[1m])[3m:1m]) > NUMBER",
    "absent_over_time((score > 5)[RANGE:20s])",
    "quantile_over_time(SHARE, score[RANGE])",
    "quantile_over_time(SHARE, sum by (route) (rate(requests_total[1m]))[RANGE:15s]) > NUMBER",
    "histogram_fraction(0, NUMBER, sum by (le, route) (rate(seconds_bucket[RANGE])))",
    "1 - histogram_fraction(0.1, NUMBER, sum by (le) (increase(seconds_bucket[RANGE])))",
)
