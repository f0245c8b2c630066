"""What exercise 6 says of several policies, several targets, other metrics and labels, in whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, changed, hand_in, told

LOAD = sibling(CHECKS, "test_06_ecs_5_load")
TRIED = "let the load of an evening come"
LABEL = '!Sub "${Balancer.LoadBalancerFullName}/${Targets.TargetGroupFullName}"'
POLICY = """  More:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: more
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Scaling
      TargetTrackingScalingPolicyConfiguration: {TargetValue: %s, PredefinedMetricSpecification: {%s}}
"""
TARGET = """  Second:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    DependsOn: Service
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: %s
      MinCapacity: 1
      MaxCapacity: 3
"""
PREDEFINED = "PredefinedMetricSpecification:\n          PredefinedMetricType: ECSServiceAverageCPUUtilization"
CPU, MEMORY = (f"PredefinedMetricType: ECSServiceAverage{name}Utilization" for name in ("CPU", "Memory"))
REQUESTS = f"PredefinedMetricType: ALBRequestCountPerTarget, ResourceLabel: {LABEL}"
BY_NAME = "the CPU of the service, or requests for each task, by its predefined name"
WHICH = "Which number goes up in the evening, and down when there are more tasks? Which name has it in TODO 5?"


@pytest.mark.parametrize(
    ("policy", "seen", "expected", "line", "question"),
    [
        (
            POLICY % (1, MEMORY),
            "it tracks ECSServiceAverageMemoryUtilization, and not one of the two predefined ones of TODO 5",
            BY_NAME, 114, WHICH,
        ),
        (
            POLICY % (1, REQUESTS),
            "it keeps ALBRequestCountPerTarget at 1",
            "CPU from 40 to 80 percent, or 100 to 500 requests a minute", 114,
            "How full may a task be while a new one needs 90 seconds to start?",
        ),
    ],
)  # fmt: skip
def test_each_policy_of_the_target_must_be_right(
    policy: str, seen: str, expected: str, line: int, question: str
) -> None:
    found = told(LOAD.test_tasks_follow_the_load, hand_in(SERVICE + policy))

    assert found == Finding(TRIED, seen, expected, f"service.yaml:{line}", question)


def test_a_policy_that_names_the_service_in_another_way_is_one_of_the_target_too() -> None:
    keys = (
        "ServiceNamespace: ecs\n      ScalableDimension: ecs:service:DesiredCount\n"
        "      ResourceId: service/movie/movie-service"
    )
    given = hand_in(SERVICE + changed(POLICY % (1, MEMORY), ("ScalingTargetId: !Ref Scaling", keys)))

    found = told(LOAD.test_tasks_follow_the_load, given)

    assert found.seen == (
        "it tracks ECSServiceAverageMemoryUtilization, and not one of the two predefined ones of TODO 5"
    )  # fmt: skip


def test_two_policies_by_cpu_and_requests_are_right() -> None:
    given = hand_in(SERVICE + POLICY % (300, REQUESTS))

    assert LOAD.test_tasks_follow_the_load(given, CONTRACT) is None


@pytest.mark.parametrize("name", ['!Sub "service/movie/${Service.Name}"', "service/movie/movie-service"])
def test_a_second_target_of_the_service_is_told(name: str) -> None:
    assert told(LOAD.test_tasks_follow_the_load, hand_in(SERVICE + TARGET % name)) == Finding(
        TRIED,
        "Scaling and Second are scalable targets of the same service: AWS knows one, and nobody says whose bounds "
        "count",
        "one target for the service, which may have several policies",
        "service.yaml:111",
        "What does a second policy of the same target give you that a second target does not?",
    )


def test_a_target_of_another_service_is_none_of_this_one() -> None:
    given = hand_in(SERVICE + TARGET % "service/movie/recommender")

    assert LOAD.test_tasks_follow_the_load(given, CONTRACT) is None


def test_a_label_beside_a_metric_that_counts_no_requests_is_told() -> None:
    given = hand_in(changed(SERVICE, (CPU, f"{CPU}\n          ResourceLabel: {LABEL}")))

    assert told(LOAD.test_tasks_follow_the_load, given) == Finding(
        TRIED,
        "a label stands beside a metric that counts no requests: AWS refuses the policy",
        "a label beside ALBRequestCountPerTarget alone",
        "service.yaml:107",
        "What does a label name, and has the CPU of the service anything to do with it?",
    )


def described() -> Any:
    """The same number as the predefined one, described by its namespace, name and dimensions."""
    metric = (
        "CustomizedMetricSpecification: {Namespace: AWS/ECS, MetricName: CPUUtilization, Statistic: Average, "
        "Dimensions: [{Name: ClusterName, Value: movie}, {Name: ServiceName, Value: movie-service}]}"
    )
    return hand_in(changed(SERVICE, (PREDEFINED, metric)))


def test_a_metric_that_a_policy_describes_itself_is_told() -> None:
    assert told(LOAD.test_tasks_follow_the_load, described()) == Finding(
        TRIED,
        "it tracks a metric that it describes itself, and not one of the two predefined ones of TODO 5",
        BY_NAME,
        "service.yaml:105",
        WHICH,
    )


# -- the clock --------------------------------------------------------------------------------------------------------
def by_the_clock(*bounds: str) -> Any:
    actions = ", ".join(
        f'{{ScheduledActionName: a{place}, Schedule: "cron(0 18 * * ? *)", ScalableTargetAction: {{{one}}}}}'
        for place, one in enumerate(bounds)
    )
    return hand_in(changed(SERVICE, ("MaxCapacity: 12\n", f"MaxCapacity: 12\n      ScheduledActions: [{actions}]\n")))


@pytest.mark.parametrize(
    ("bounds", "seen", "expected"),
    [
        (
            ["MinCapacity: 3, MaxCapacity: 3"],
            "a schedule keeps the count at 3 at most, whatever the load", "up to 12 tasks, at any hour",
        ),
        (
            ["MaxCapacity: 11", "MaxCapacity: 12"],
            "a schedule keeps the count at 11 at most, whatever the load", "up to 12 tasks, at any hour",
        ),
        (
            ["MinCapacity: 1, MaxCapacity: 1"],
            "a schedule lets the count go to 1", "3 tasks at least, at any hour",
        ),
        (["MaxCapacity: 40"], "a schedule lets the count go to 40", "12 tasks at most, at any hour"),
    ],
)  # fmt: skip
def test_a_schedule_that_moves_the_bounds_inward_or_out_is_told(bounds: list[str], seen: str, expected: str) -> None:
    assert told(LOAD.test_tasks_follow_the_load, by_the_clock(*bounds)) == Finding(
        TRIED, seen, expected, "service.yaml:98", "What becomes of the bounds when this action has run?",
    )  # fmt: skip


@pytest.mark.parametrize("bounds", [["MinCapacity: 6, MaxCapacity: 12", "MinCapacity: 3"], ["MinCapacity: 12"]])
def test_a_schedule_that_has_more_tasks_ready_is_right(bounds: list[str]) -> None:
    assert LOAD.test_tasks_follow_the_load(by_the_clock(*bounds), CONTRACT) is None
