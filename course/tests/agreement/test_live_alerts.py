"""The alerts of exercise 9 in its nights: promtool says of every variant what the offline checks compute."""

from __future__ import annotations

import random
import runpy

import pytest
import yaml

from checker import sibling
from checker.course import find_course
from checker.law.case import read_case
from checker.law.today import IN_TWO_WEEKS, PARTS, of_its_day
from checker.promql import dialect_of
from course.build.sync import ROOT
from course.engines.agreement import agree, command, targets
from course.engines.testing import Live, figure
from course.tests.engines.promql_cases import Case, asked, same

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

CHECK = command("promtool", "check", "rules", "alerts.yaml")
CHECK_BUDGET = command("promtool", "check", "rules", "budget.yaml")
REFUSED = {
    "wrong/for_in_words": "not a valid duration string",
    "wrong/range_in_words": "missing unit character in duration",
    "wrong/rate_of_a_sum": "ranges only allowed for vector selectors",
}
# How often an alert fired in a night, an evaluation every 15 s.
SHARES = '{__name__=~"movies:failed_share:.*"}'
COUNTED = 'sum by (alertname) (count_over_time(ALERTS{alertstate="firing"}[30m]))'


@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_promtool_reads_the_rules_and_budgets_of_exercise_9(part):
    assert agree("09", "prometheus", CHECK, refused=REFUSED, part=part) == []
    assert agree("09", "prometheus", CHECK_BUDGET, refused={}, part=part) == []


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=of_its_day(part, IN_TWO_WEEKS)) for part in range(IN_TWO_WEEKS)]
)
def test_promtool_sees_the_same_alerts_in_every_night(part, tmp_path):
    live = Live("prometheus", tmp_path)
    dialect = dialect_of(live.found.version)
    made = runpy.run_path(str(ROOT / "exercises/09_metrics/solution/nights.py"))
    names, cases = [], []
    for name, groups in _rules()[part::IN_TWO_WEEKS]:
        for night in made["NIGHTS"]:
            names.append(f"{name}, {night}")
            cases.append(_case(made, night, groups))

    with figure("nights of exercise 9 in which evaluator and promtool agree", "all", engine="prometheus") as found:
        theirs = asked(live, tmp_path, cases)
        differ = [
            f"{name}: ours {ours}, promtool {their}"
            for name, case, their in zip(names, cases, theirs, strict=True)
            if (ours := case.ours(dialect)) != their
        ]
        found.value = f"{len(cases) - len(differ)} of {len(cases)}"
        assert differ == []
    assert sum(bool(their) for their in theirs) > len(theirs) / 5


@pytest.mark.twice_a_week(6)
def test_promtool_records_and_burns_the_same_in_long_nights(tmp_path):
    live = Live("prometheus", tmp_path)
    dialect = dialect_of(live.found.version)
    given = sibling(str(ROOT / "exercises/09_metrics/checks/evaluating.py"), "evaluating").given("budget.py")
    names, cases = [], []
    for name, groups in _rules("budget.yaml"):
        for night in given["NIGHTS"] if name == "solution" else ("outage", "lull", "leak"):
            length = given["NIGHTS"][night].length
            for query, minute in ((COUNTED.replace("30m", "10h"), length), (SHARES, 256)):
                names.append(f"{name}, {night}: {query}")
                cases.append(_long_case(given, night, groups, query, minute))

    with figure("long nights of exercise 9 in which both agree", "all", engine="prometheus") as found:
        theirs = asked(live, tmp_path, cases)
        differ = [
            f"{name}: ours {ours}, promtool {their}"
            for name, case, their in zip(names, cases, theirs, strict=True)
            if not same(ours := case.ours(dialect), their)
        ]
        found.value = f"{len(cases) - len(differ)} of {len(cases)}"
        assert differ == []
    assert sum(bool(their) for their in theirs) > len(theirs) / 2


def _long_case(given, night, groups, query, minute):
    step = given["STEP"]
    series = {
        (name, tuple(sorted((("job", "movies"), *labels)))): " ".join(map(str, values))
        for (name, labels), values in given["series"](given["NIGHTS"][night], random.Random(night)).items()
    }
    return Case(query, minute * 60_000, step * 1000, series, groups)


def _rules(file="alerts.yaml"):
    """The different files of rules of all variants that Prometheus takes, by the first target that has them."""
    case = read_case(find_course(ROOT).exercise("09"))
    found = {}
    for target in targets(case):
        text = target.files[file].decode()
        if target.name not in REFUSED and text not in found.values():
            found[target.name] = text
    return [(name, groups) for name, text in found.items() if (groups := yaml.safe_load(text)["groups"])]


def _case(made, night, groups):
    series = {
        (name, tuple(sorted((("job", "movies"), *labels)))): " ".join(f"{value:.6g}" for value in values)
        for (name, labels), values in made["series"](made["NIGHTS"][night], random.Random(night)).items()
    }
    return Case(COUNTED, (made["SCRAPES"] - 1) * made["STEP"] * 1000, made["STEP"] * 1000, series, groups)
