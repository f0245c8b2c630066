"""What exercise 6 says of the label of a policy that counts requests, in whole texts."""

from __future__ import annotations

import pytest

from checker import sibling
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, changed, hand_in, told

LOAD = sibling(CHECKS, "test_06_ecs_5_load")
CPU = "PredefinedMetricType: ECSServiceAverageCPUUtilization\n        TargetValue: 60"
OF_SERVICE = "${Balancer.LoadBalancerFullName}/${Targets.TargetGroupFullName}"
OTHERS = """
  Other:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: !Ref Subnets}
  Others:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {VpcId: !Ref Vpc, Protocol: HTTP, Port: 80}
"""
BY_TODO = (
    "a label of balancer and target group, as TODO 5 says",
    "Which two names does the label join, and which attributes of your resources are they?",
)
FULL_NAMES = (
    "LoadBalancerFullName of the balancer, a slash, TargetGroupFullName of the target group",
    "Which attribute of the same resource holds its id too?",
)


def by_requests(label: str, *changes: tuple[str, str]) -> str:
    metric = (
        f"PredefinedMetricType: ALBRequestCountPerTarget\n          ResourceLabel: {label}\n        TargetValue: 300"
    )
    return changed(SERVICE + OTHERS, (CPU, metric), *changes)


@pytest.mark.parametrize(
    ("label", "seen", "asked"),
    [
        (
            "!Sub ${Balancer.LoadBalancerFullName}/${Targets.TargetGroupName}",
            "TargetGroupName of Targets is the name without its id: AWS refuses the policy",
            FULL_NAMES,
        ),
        (
            "!Sub ${Balancer.LoadBalancerName}/${Targets.TargetGroupFullName}",
            "LoadBalancerName of Balancer is the name without its id: AWS refuses the policy",
            FULL_NAMES,
        ),
        (
            "app/x/1/targetgroup/y/2",
            "it counts the requests of targetgroup/y/2, which is not the target group of the service",
            BY_TODO,
        ),
        (
            "!Sub app/x/1/${Targets.TargetGroupFullName}",
            "it counts the requests of app/x/1, which is not the balancer of the service",
            BY_TODO,
        ),
        (
            "!Sub ${Balancer.LoadBalancerFullName}/${Others.TargetGroupFullName}",
            "it counts the requests of Others, which is not the target group of the service",
            BY_TODO,
        ),
        (
            "!Sub ${Other.LoadBalancerFullName}/${Targets.TargetGroupFullName}",
            "it counts the requests of Other, which is not the balancer of the service",
            BY_TODO,
        ),
        (
            "!Sub ${Balancer}/${Targets}",
            "the label is ${Balancer}/${Targets}: AWS refuses it, and counts nothing",
            BY_TODO,
        ),
        (
            "!Sub ${Targets.TargetGroupFullName}/${Balancer.LoadBalancerFullName}",
            "the label is ${Targets.TargetGroupFullName}/${Balancer.LoadBalancerFullName}: "
            "AWS refuses it, and counts nothing",
            BY_TODO,
        ),
        (
            "!Sub ${Balancer.LoadBalancerFullName}${Targets.TargetGroupFullName}",
            "the label is ${Balancer.LoadBalancerFullName}${Targets.TargetGroupFullName}: "
            "AWS refuses it, and counts nothing",
            BY_TODO,
        ),
        (
            "!GetAtt Targets.TargetGroupFullName",
            "the label is ${Targets.TargetGroupFullName}: AWS refuses it, and counts nothing",
            BY_TODO,
        ),
        ('"*/*"', "the label is */*: AWS refuses it, and counts nothing", BY_TODO),
        (
            "!Sub ${TaskDefinition}/${Targets.TargetGroupFullName}",
            "the label is ${TaskDefinition}/${Targets.TargetGroupFullName}: "
            "whoever fills it in has to know names that AWS gives later",
            BY_TODO,
        ),
        (
            '""',
            "it counts requests and says neither balancer nor target group: AWS refuses the policy",
            BY_TODO,
        ),
    ],
)
def test_a_label_of_anything_else_is_told_as_what_it_is(label: str, seen: str, asked: tuple[str, str]) -> None:
    found = told(LOAD.test_tasks_follow_the_load, hand_in(by_requests(label)))

    assert (found.tried, found.seen, found.where) == ("let the load of an evening come", seen, "service.yaml:107")
    assert (found.expected, found.next) == asked


@pytest.mark.parametrize(
    "label",
    [
        f"!Sub {OF_SERVICE}",
        '!Join ["/", [!GetAtt Balancer.LoadBalancerFullName, !GetAtt Targets.TargetGroupFullName]]',
        '!Join ["", [{"Fn::GetAtt": [Balancer, LoadBalancerFullName]}, "/", !GetAtt Targets.TargetGroupFullName]]',
        '!Sub ["${B}/${G}", {B: !GetAtt Balancer.LoadBalancerFullName, G: !GetAtt Targets.TargetGroupFullName}]',
        '!Sub ["${B}/${G}", {B: !Select [1, !Split ["loadbalancer/", !Ref Balancer]], '
        'G: !Select [5, !Split [":", !GetAtt Targets.TargetGroupArn]]}]',
        '!Sub ["${B}/${Targets.TargetGroupFullName}", {B: !Join ["/", [app, !Select [2, !Split ["/", !Ref Listener]], '
        '!Select [3, !Split ["/", !Ref Listener]]]]}]',
    ],
)
def test_a_label_of_the_service_may_be_written_in_any_form(label: str) -> None:
    assert LOAD.test_tasks_follow_the_load(hand_in(by_requests(label)), CONTRACT) is None


SHARED = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188"


@pytest.mark.parametrize("label", ["!Sub app/shared/50dc6c495c0c9188/${Targets.TargetGroupFullName}"])
def test_a_balancer_of_others_that_sends_its_requests_here_is_the_one_of_the_service(label: str) -> None:
    given = by_requests(label, ("LoadBalancerArn: !Ref Balancer", f"LoadBalancerArn: {SHARED}"))

    assert LOAD.test_tasks_follow_the_load(hand_in(given), CONTRACT) is None


def test_names_of_another_stack_may_come_by_parameter() -> None:
    balancer, scaling = (SERVICE.index(name) for name in ("  Balancer:\n", "  Service:\n"))
    head = SERVICE[: SERVICE.index("Resources:")]
    outputs = "Outputs: {Targets: {Value: !Ref Targets, Export: {Name: targets}}}\n"
    network = f"{head}Resources:\n{SERVICE[balancer:scaling]}{outputs}"
    alone = SERVICE[:balancer] + SERVICE[scaling:]
    metric = (
        "PredefinedMetricType: ALBRequestCountPerTarget\n          ResourceLabel: !Ref Label\n        TargetValue: 300"
    )
    given = changed(
        alone, (CPU, metric), ("Parameters:\n", "Parameters:\n  Label: {Type: String}\n"),
        ("    DependsOn: Listener\n", ""), ("TargetGroupArn: !Ref Targets", "TargetGroupArn: !ImportValue targets"),
    )  # fmt: skip

    assert LOAD.test_tasks_follow_the_load(hand_in(given, network=network), CONTRACT) is None


def test_a_target_may_name_its_service_in_plain_text_when_it_is_made_after_it() -> None:
    given = changed(
        SERVICE,
        ("ResourceId: !Sub service/movie/${Service.Name}", "ResourceId: service/movie/movie-service"),
        (
            "AWS::ApplicationAutoScaling::ScalableTarget\n",
            "AWS::ApplicationAutoScaling::ScalableTarget\n    DependsOn: Service\n",
        ),
    )

    assert LOAD.test_tasks_follow_the_load(hand_in(given), CONTRACT) is None
