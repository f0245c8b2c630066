"""What the stretches of exercises 9 and 10 say of small changes to their answers, in whole texts."""

from __future__ import annotations

import random
import re
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from checker import sibling
from checker.cloudformation.reading import read_stack
from checker.errors import NotYet
from course.build.sync import ROOT

METRICS, WATCHED = ROOT / "exercises" / "09_metrics", ROOT / "exercises" / "10_cloudwatch"
BUDGET = sibling(str(METRICS / "checks" / "conftest.py"), "test_09_metrics_budget")
BAND = sibling(str(WATCHED / "checks" / "conftest.py"), "test_10_cloudwatch_band")
RULES = (METRICS / "solution" / "budget.yaml").read_text("utf-8")
TEMPLATE = (WATCHED / "solution" / "monitoring.yaml").read_text("utf-8")
Text = tuple[str, str, str, str]


def told(check: Any, *given: Any) -> Text:
    """Tried, seen, expected and next of what a check finds."""
    with pytest.raises(NotYet) as lost:
        check(*given)
    one = lost.value.finding
    return one.tried, one.seen, one.expected, one.next


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def rules(text: str) -> SimpleNamespace:
    return SimpleNamespace(
        yaml=lambda name: yaml.safe_load(text), place=lambda *path: "budget.yaml", random=random.Random(7)
    )


def test_a_share_under_another_name_is_looked_for() -> None:
    submission = rules(changed(RULES, "record: movies:failed_share:rate5m", "record: failed_share"))

    assert told(BUDGET.test_shares_are_recorded, submission) == (
        "looked for what budget.yaml records as movies:failed_share:rate5m",
        "recorded are failed_share, movies:failed_share:rate1h, movies:failed_share:rate30m, "
        "movies:failed_share:rate6h",
        "four recorded shares, named as in the brief's table",
        "Which key of a rule gives its result a name, and which four names does the table have?",
    )


def test_a_share_that_counts_callers_is_compared_with_the_true_one() -> None:
    submission = rules(changed(RULES, '5.."}[5m]', '[45].."}[5m]'))

    tried, seen, expected, question = told(BUDGET.test_shares_are_recorded, submission)

    assert tried == (
        "evaluated budget.yaml up to minute 270 of a long night: 30 of 100 requests are refused with 404, for an hour"
    )
    assert seen == "movies:failed_share:rate5m is 0.3; of all requests of these 5m a share of 0 failed"
    assert expected == "one series, and in it the share that failed"
    assert question == "Whose fault is a 404, and which statuses does your query count?"


def test_an_alert_under_another_name_is_looked_for() -> None:
    submission = rules(changed(RULES, "BudgetBurnsFast", "Fast"))

    assert told(BUDGET.test_burn_alerts, submission) == (
        "looked for the alert BudgetBurnsFast in budget.yaml",
        "the alerts are Fast, BudgetBurnsSlowly",
        "an alert `BudgetBurnsFast`",
        "Which two alerts does the brief's table of TODO 7 name?",
    )


# What is changed in the solution, and the night, what is seen and what is asked.
OF_RATES = [
    (
        "14.4", "13", "BudgetBurnsFast over a long night: for three and a half hours 27 of 2,000 requests fail",
        "it fires at minute ", "silence: too little of the budget is used up for this alert",
        "27 of 2,000 is how many times what the goal allows, and from how many times on is it fast?",
    ),
    (
        "14.4", "20", "BudgetBurnsFast over a long night: for an hour and a half 16 of 1,000 requests fail",
        "it never fires; at minute 310 failed of ", "firing within 70 minutes",
        "How many times the 1 of 1,000 is each share, and with which number does your alert compare it?",
    ),
    (
        "> 6 *", "> 4 *", "BudgetBurnsSlowly over a long night: for one hour 26 of 1,000 requests fail",
        "it fires at minute ", "silence: too little of the budget is used up for this alert",
        "One bad hour: what does the long range of this alert make of it?",
    ),
    (
        "> 6 *", "> 8 *",
        "BudgetBurnsSlowly over a long night: for three and a half hours 27 of 2,000 requests fail",
        "it never fires; at minute 420 failed of ", "firing within 180 minutes",
        "How many times the 1 of 1,000 is each share, and with which number does your alert compare it?",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "night", "begins", "answer"), [(*one[:4], one[4:]) for one in OF_RATES])
def test_a_burn_rate_beside_the_table_is_told_in_the_night_that_shows_it(
    old: str, new: str, night: str, begins: str, answer: tuple[str, str]
) -> None:
    tried, seen, *rest = told(BUDGET.test_burn_alerts, rules(changed(RULES, old, new)))

    assert tried == f"evaluated {night}, from minute 240 on"
    assert seen.startswith(begins)
    assert rest == [*answer]


def test_an_alert_that_is_only_too_patient_is_asked_for_its_patience() -> None:
    rule = "movies:failed_share:rate30m > 6 * 0.001\n"
    submission = rules(changed(RULES, rule, f"{rule}        for: 30m\n"))

    tried, seen, expected, question = told(BUDGET.test_burn_alerts, submission)

    assert tried == (
        "evaluated BudgetBurnsSlowly over a long night: for three and a half hours 27 of 2,000 requests fail, "
        "from minute 240 on"
    )
    assert re.fullmatch(
        r"it fires at minute 4[23]\d, 1[89]\d minutes after the beginning; it is pending from minute (39|40)\d on", seen
    )
    assert expected == "firing within 180 minutes"
    assert question == (
        "Your query holds in time, and the rule waits besides. What does a long range do already in place of `for`?"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {'status=~"5.."}[5m]': 'status=~"500|503"}[5m]'},
        {
            'http_requests_total{status=~"5.."}[5m]': 'http_requests_total{route="/predict", status=~"5.."}[5m]',
            "http_requests_total[5m]": 'http_requests_total{route="/predict"}[5m]',
        },
    ],
)
def test_a_share_of_some_statuses_or_of_one_route_is_not_that_of_all(changes: dict[str, str]) -> None:
    text = RULES
    for old, new in changes.items():
        text = changed(text, old, new)

    tried, seen, expected, question = told(BUDGET.test_shares_are_recorded, rules(text))

    assert tried == (
        "evaluated budget.yaml up to minute 256 of a long night: for 20 minutes there is a hundredth of the traffic, "
        "and 1 of 10 fails"
    )
    assert re.fullmatch(
        r"movies:failed_share:rate5m is 0\.0[45]\d*; of all requests of these 5m a share of 0\.(1|09)\d* failed", seen
    )
    assert expected == "one series, and in it the share that failed"
    assert question == (
        "Which requests fail here, on which routes and with which statuses, and which of them does your query count?"
    )


class Watch:
    """A template, as far as this check asks for it."""

    def __init__(self, text: str) -> None:
        self.submission = SimpleNamespace(seed=1, random=random.Random(7))
        self._stack = read_stack({"monitoring.yaml": text})

    def resource(self, kind: str, name: str, *, asked: str) -> Any:
        return next(one for one in self._stack.of(kind) if one.properties["AlarmName"] == name)

    def expect_a_call(self, resource: Any, name: str) -> None:
        pass


ON = "a metric alarm named api-traffic, on a band, that CloudWatch takes"
LAID = "laid a band that is simulated here over a made-up day, and looked "
PRICE = "no ALARM: neither at night, nor by chance, nor in the campaign from 20:00 on"
OF_BAND: list[tuple[str, str, Text]] = [
    (
        "MetricName: Requests\n              D", "MetricName: Request\n              D",
        (
            "looked up the metric of api-traffic",
            "MovieService Request (Service=movie-service) has no value in these days",
            "Requests of the service, with its dimension",
            "Compare the metric with the contract, letter by letter. Is a metric with other dimensions the same?",
        ),
    ),
    (
        "ThresholdMetricId: usual\n      EvaluationPeriods: 3\n      ComparisonOperator: LessThanLowerThreshold",
        "ThresholdMetricId: usual\n      EvaluationPeriods: 3\n"
        "      ComparisonOperator: LessThanLowerOrGreaterThanUpperThreshold",
        (
            f"{LAID}at the rest of the day", "ALARM at 20:",
            PRICE, "On which side of the band is a campaign, and who has to be woken for it?",
        ),
    ),
    (
        "EvaluationPeriods: 3\n      ComparisonOperator: LessThanLower",
        "EvaluationPeriods: 9\n      ComparisonOperator: LessThanLower",
        (
            f"{LAID}at 12:00, when half of the requests are lost", "it fires at 12:",
            "ALARM within 30 minutes",
            "How wide is the band beside what is missing, and how many periods does the alarm wait for?",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "texts"), OF_BAND)
def test_a_mistake_with_the_band_is_told(old: str, new: str, texts: Text) -> None:
    parts = [sibling(str(WATCHED / "checks" / "conftest.py"), name) for name in ("contract", "nights")]

    tried, seen, expected, question = told(
        BAND.test_traffic_leaves_its_band, Watch(changed(TEMPLATE, old, new)), *parts
    )

    assert (tried, expected, question) == (texts[0], texts[2], texts[3])
    assert seen.startswith(texts[1])


def test_an_alarm_without_a_band_is_told() -> None:
    head, tail = TEMPLATE.split("      AlarmName: api-traffic\n", 1)
    plain = (
        "      AlarmName: api-traffic\n      Namespace: MovieService\n      MetricName: Requests\n"
        "      Statistic: Sum\n      Period: 300\n      EvaluationPeriods: 3\n      Threshold: 100\n"
        "      ComparisonOperator: LessThanThreshold\n"
    )
    assert "END SOLUTION" in tail

    assert told(BAND._band_of, Watch(head + plain)) == (
        "looked for the band of api-traffic",
        "one metric is compared with one number, for all hours of the day",
        ON,
        "Half of a noon is more than any night has. Which number tells the two apart?",
    )
