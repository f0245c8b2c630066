"""What exercise 6 says of the way of a request: past the listener's rules, beside other containers. Whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, TASK, changed, hand_in, told

SIZE, HEALTH = (sibling(CHECKS, name) for name in ("test_06_ecs", "test_06_ecs_3_health"))
TRIED = "followed health checks and requests of users from the balancer to the service in a task"
FORWARD = "{Type: forward, TargetGroupArn: !Ref Targets}"
DEFAULT = f"        - {FORWARD}\n"
DEPENDS = "DependsOn: Listener"
FIXED = '{Type: fixed-response, FixedResponseConfig: {StatusCode: "503"}}'
ELSEWHERE = "{Type: redirect, RedirectConfig: {Host: example.com, StatusCode: HTTP_302}}"


def rule(name: str, priority: int, conditions: str, action: str = FORWARD, listener: str = "!Ref Listener") -> str:
    return f"""  {name}:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: {listener}
      Priority: {priority}
      Conditions: {conditions}
      Actions: [{action}]
"""


def path(*values: str) -> str:
    return f"[{{Field: path-pattern, Values: [{', '.join(values)}]}}]"


def entrance(default: str, *rules: str, waits: str = "DependsOn: [Listener, Rule]") -> Any:
    """The answer with another default of its listener, with rules, and with what its service waits for."""
    return hand_in(changed(SERVICE, (DEFAULT, f"        - {default}\n{''.join(rules)}"), (DEPENDS, waits)))


# -- what a user asks -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("default", "rules", "seen", "line"),
    [
        (
            FIXED, [rule("Rule", 1, path("/never"))],
            "POST /predict of a user is not what the rule Rule forwards, and meets the default of Listener, which "
            "answers 503", 54,
        ),
        (
            FORWARD, [rule("Rule", 1, path('"/*"'), FIXED)],
            "POST /predict of a user meets the rule Rule, which answers 503", 62,
        ),
        (
            FIXED, [rule("Rule", 20, path("/predict")), rule("Other", 3, path('"/pre*"'), ELSEWHERE)],
            "POST /predict of a user meets the rule Other, which sends the user elsewhere", 69,
        ),
        (
            FIXED, [rule("Rule", 1, "[{Field: http-request-method, HttpRequestMethodConfig: {Values: [GET]}}]")],
            "POST /predict of a user is not what the rule Rule forwards, and meets the default of Listener, which "
            "answers 503", 54,
        ),
        (
            "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Targets, Weight: 0}, "
            "{TargetGroupArn: !Ref Other, Weight: 1}]}}",
            [rule("Rule", 1, path("/never")), "  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}\n"],
            "POST /predict of a user is not what the rule Rule forwards, and meets the default of Listener, which "
            "forwards to others", 54,
        ),
    ],
)  # fmt: skip
def test_a_request_of_a_user_that_reaches_no_task_is_told(default: str, rules: list[str], seen: str, line: int) -> None:
    assert told(HEALTH.test_health_checks_agree, entrance(default, *rules)) == Finding(
        TRIED,
        seen,
        "a listener that forwards /predict to the target group of the service",
        f"service.yaml:{line}",
        "Which rule of the listener is the first that this request meets, and what does it do with it?",
    )


HEADER = "{Field: http-header, HttpHeaderConfig: {HttpHeaderName: %s, Values: ['*']}}"
SOURCE = "{Field: source-ip, SourceIpConfig: {Values: [%s]}}"
QUERY = "{Field: query-string, QueryStringConfig: {Values: [{Key: beta, Value: '1'}]}}"


@pytest.mark.parametrize(
    ("conditions", "lacks"),
    [
        (HEADER % "X-Origin", "lacks the header that the rule Rule wants"),
        (SOURCE % "10.0.0.0/8", "may come from other addresses than the rule Rule wants"),
        (QUERY, "lacks the query that the rule Rule wants"),
        (f"{path('/predict')[1:-1]}, {QUERY}", "lacks the query that the rule Rule wants"),
    ],
)
def test_a_rule_that_wants_more_than_a_plain_request_has_is_told(conditions: str, lacks: str) -> None:
    found = told(HEALTH.test_health_checks_agree, entrance(FIXED, rule("Rule", 1, f"[{conditions}]")))

    assert found == Finding(
        TRIED,
        f"POST /predict of a user {lacks}, and meets the default of Listener, which answers 503",
        "a listener that forwards /predict to the target group of the service",
        "service.yaml:54",
        "Which rule of the listener is the first that this request meets, and what does it do with it?",
    )


def test_a_rule_of_a_listener_in_no_file_must_want_what_users_ask() -> None:
    """Where the listener stands elsewhere, its default is not known."""
    text = changed(
        SERVICE, (DEFAULT, f"        - {FIXED}\n{rule('Rule', 1, path('/never'), listener='!Ref Vpc')}"),
        (DEPENDS, "DependsOn: Rule"),
    )  # fmt: skip

    found = told(HEALTH.test_health_checks_agree, hand_in(text))

    assert (
        found.seen
        == "POST /predict of a user is not what the rule Rule forwards, and goes nowhere that your files tell"
    )
    assert found.where == "service.yaml:61"


@pytest.mark.parametrize(
    ("default", "rules"),
    [
        (FORWARD, [rule("Rule", 1, path("/old"), FIXED)]),
        (FIXED, [rule("Rule", 1, path("/health/*", '"/predict*"'))]),
        (FIXED, [rule("Rule", 1, "[{Field: path-pattern, PathPatternConfig: {Values: ['*']}}]")]),
        (FIXED, [rule("Rule", 1, "[{Field: host-header, HostHeaderConfig: {Values: [movies.example.com]}}]")]),
        (FIXED, [rule("Rule", 1, path('"/*"')), rule("Last", 2, path('"/*"'), FIXED)]),
        (FORWARD, [rule("Rule", 1, "[{Field: source-ip, SourceIpConfig: {Values: [203.0.113.0/24]}}]", FIXED)]),
        (FORWARD, [rule("Rule", 1, f"[{HEADER % 'X-Beta'}]", FIXED)]),
        (FIXED, [rule("Rule", 1, f"[{SOURCE % '0.0.0.0/0'}]")]),
        (FIXED, [rule("Rule", 1, f"[{HEADER % 'User-Agent'}]")]),
        (
            "{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Targets}]}}",
            [rule("Rule", 1, path("/a"))],
        ),
        (FIXED, [rule("Rule", 1, path("/predict"), listener="!Ref Vpc")]),
    ],
)  # fmt: skip
def test_a_request_of_a_user_that_is_forwarded_somehow_is_right(default: str, rules: list[str]) -> None:
    assert HEALTH.test_health_checks_agree(entrance(default, *rules), CONTRACT) is None


# -- what the service waits for ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("default", "waits", "names"),
    [
        (FORWARD, "", "Listener or Rule"),
        (FIXED, DEPENDS, "Rule"),
        (FIXED, "DependsOn: Balancer", "Rule"),
    ],
)
def test_the_listener_or_rule_to_wait_for_is_named(default: str, waits: str, names: str) -> None:
    given = entrance(default, rule("Rule", 1, path("/predict")), waits=waits or "DeletionPolicy: Delete")

    found = told(HEALTH.test_health_checks_agree, given)

    text, line = given.texts["service.yaml"], waits or "  Service:"
    assert found == Finding(
        TRIED,
        f"nothing makes the service wait for {names}, which joins its target group to the balancer: ECS refuses a "
        "group without one",
        f"a service that is made after {names}",
        f"service.yaml:{text[: text.index(line)].count(chr(10)) + 1}",
        "In which order does CloudFormation make what does not refer to each other?",
    )


@pytest.mark.parametrize("waits", ["DependsOn: Rule", "DependsOn: [Balancer, Rule]", "DependsOn: Last"])
def test_a_service_may_wait_for_what_waits_for_the_rule(waits: str) -> None:
    last = "  Last: {Type: AWS::CloudFormation::WaitConditionHandle, DependsOn: Rule}\n"
    given = entrance(FIXED, rule("Rule", 1, path("/predict")), last, waits=waits)

    assert HEALTH.test_health_checks_agree(given, CONTRACT) is None


# -- further containers -----------------------------------------------------------------------------------------------
NAMED = '"name": "api",'
END = TASK[TASK.rindex("      }\n    }\n  ]\n}") :]
PUBLIC = "public.ecr.aws/nginx/nginx:1.27"


def beside(image: str = PUBLIC, rest: str = '"essential": false', of_api: str = NAMED) -> Any:
    other = f'      }}\n    }},\n    {{"name": "helper", "image": "{image}", {rest}}}\n  ]\n}}\n'
    return hand_in(task=changed(TASK, (END, other), (NAMED, of_api)))


ENDS = "the container 'helper' is essential, and what it does is in no file: when it ends, ECS stops the task"
BECOMES = "What becomes of the service when this container ends, and what is taken when `essential` is not said?"


@pytest.mark.parametrize(
    ("given", "seen", "expected", "line", "question"),
    [
        (
            beside(rest='"essential": true, "command": ["sh", "-c", "exit 1"]'), ENDS,
            "one container of the contract; one beside it is not essential", 53, BECOMES,
        ),
        (
            beside(rest='"cpu": 0'), ENDS,
            "one container of the contract; one beside it is not essential", 53, BECOMES,
        ),
        (
            beside("123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:1"),
            "the image of 'helper' is of 123456789012.dkr.ecr.us-east-1.amazonaws.com/agent, which the execution role "
            "may not pull: no task starts",
            "images of the contract's repository, or of a public one", 53,
            "Who pulls the images of all containers, and from which repository may it?",
        ),
        (
            beside(rest='"essential": false, "portMappings": [{"containerPort": 8000}]'),
            "the container 'helper' opens port 8000 too, and all containers of a task share one address: only one of "
            "them can listen there",
            "port 8000 for the service alone", 53,
            "What do the containers of a task share in awsvpc, as those of a pod do?",
        ),
        (
            beside(of_api=f'{NAMED} "dependsOn": [{{"containerName": "helper", "condition": "SUCCESS"}}],'),
            "'api' waits for 'helper' (SUCCESS), and what that one does is in no file",
            "a container that starts by itself", 13,
            "What becomes of the service when the other container never gets there?",
        ),
    ],
)  # fmt: skip
def test_a_further_container_that_may_end_the_task_or_keep_it_from_starting_is_told(
    given: Any, seen: str, expected: str, line: int, question: str
) -> None:
    found = told(HEALTH.test_health_checks_agree, given)

    assert found == Finding(TRIED, seen, expected, f"taskdef.json:{line}", question)


@pytest.mark.parametrize(
    "given",
    [
        beside(),
        beside(rest='"essential": false, "portMappings": [{"containerPort": 9100}]'),
        beside("123456789012.dkr.ecr.us-east-1.amazonaws.com/movie-service:1"),
        beside(of_api=f'{NAMED} "dependsOn": [{{"containerName": "helper", "condition": "START"}}],'),
    ],
)
def test_a_further_container_that_nothing_hangs_on_is_right(given: Any) -> None:
    assert HEALTH.test_health_checks_agree(given, CONTRACT) is None


# -- the memory of all containers -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("of_api", "of_helper", "total"),
    [
        ('"memoryReservation": 900,', '"memoryReservation": 512', 1412),
        ('"memory": 1024,', '"memory": 128', 1152),
        ("", '"memoryReservation": 1025, "memory": 2048', 1025),
    ],
)
def test_containers_that_reserve_more_than_the_task_has_are_told(of_api: str, of_helper: str, total: int) -> None:
    given = beside(rest=f'"essential": false, {of_helper}', of_api=f"{NAMED} {of_api}")

    assert told(SIZE.test_size_is_one_of_fargate, given) == Finding(
        "asked cfn-lint about the size, and held it against what the service needs",
        f"the containers reserve {total} MiB together, of a task that has 1024: the task definition is refused",
        "containers that together reserve no more than the task has, or nothing: the size is the task's",
        "taskdef.json:53",
        "Who may use the memory of a task?",
    )


@pytest.mark.parametrize(
    ("of_api", "of_helper"),
    [
        ('"memoryReservation": 900,', '"memoryReservation": 124'),
        ('"memoryReservation": 900, "memory": 1024,', '"memoryReservation": 64, "memory": 512'),
        ("", '"memory": 1024'),
    ],
)
def test_containers_that_reserve_what_the_task_has_are_right(of_api: str, of_helper: str) -> None:
    given = beside(rest=f'"essential": false, {of_helper}', of_api=f"{NAMED} {of_api}")

    assert SIZE.test_size_is_one_of_fargate(given, CONTRACT) is None
