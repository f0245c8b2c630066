"""The guard of an account, asked of an emulator of AWS in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from course.build.sync import ROOT
from course.examples.account.left import endless, tagged

FILES = ROOT / "course" / "examples" / "account"
ACCOUNT = "123456789012"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    with mock_aws():
        yield boto3.Session(region_name="eu-central-1")


def read(name: str):
    return json.loads((FILES / name).read_text())


def test_the_budget_tells_at_half_and_at_the_forecast(session):
    budgets = session.client("budgets", region_name="us-east-1")

    budgets.create_budget(
        AccountId=ACCOUNT, Budget=read("budget.json"), NotificationsWithSubscribers=read("notify.json")
    )

    [made] = budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]
    assert (made["BudgetName"], float(made["BudgetLimit"]["Amount"]), made["TimeUnit"]) == ("course", 10, "MONTHLY")
    told = budgets.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName="course")["Notifications"]
    assert {(one["NotificationType"], one["Threshold"]) for one in told} == {("ACTUAL", 50.0), ("FORECASTED", 100.0)}


def test_a_registry_takes_the_rules_for_old_images_and_refuses_one_without_a_count(session):
    images = session.client("ecr")
    images.create_repository(repositoryName="movie-service")
    rules = (FILES / "old-images.json").read_text()

    images.put_lifecycle_policy(repositoryName="movie-service", lifecyclePolicyText=rules)

    broken = json.loads(rules)
    del broken["rules"][1]["selection"]["countNumber"]
    with pytest.raises(images.exceptions.InvalidParameterException):
        images.put_lifecycle_policy(repositoryName="movie-service", lifecyclePolicyText=json.dumps(broken))


@pytest.mark.slow
def test_what_is_left_is_found_by_tag_and_by_missing_retention(session):
    logs, tagging = session.client("logs"), session.client("resourcegroupstaggingapi")
    logs.create_log_group(logGroupName="/movie-service/api", tags={"course": "deployment"})
    logs.create_log_group(logGroupName="/movie-service/old", tags={"course": "other"})
    logs.put_retention_policy(logGroupName="/movie-service/old", retentionInDays=30)

    [found] = tagged(tagging, "course", "deployment")

    assert "/movie-service/api" in found
    assert endless(logs) == ["/movie-service/api"]
    logs.delete_log_group(logGroupName="/movie-service/api")
    assert (tagged(tagging, "course", "deployment"), endless(logs)) == ([], [])
