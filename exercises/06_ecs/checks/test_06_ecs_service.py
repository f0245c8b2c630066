"""Tasks 4 to 6: a bad version goes back, tasks follow the load, and the key comes from outside."""

from __future__ import annotations

from typing import Any

from checker import check, expect, partial, read_hints
from checker.cloudformation import Call, GetAtt, Resource, mentioned, said
from checker.cloudformation.arns import concrete
from checker.ecs.__main__ import breaker_of, rules_of
from checker.ecs.deployment import deploy
from checker.ecs.task import number

HINTS = read_hints(__file__)
TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
CPU, REQUESTS = "ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="rollback",
    task=4,
    points=2,
    tier="full",
    after=("valid",),
    hints=HINTS["rollback"],
    why="Without a limit ECS starts tasks of a broken version for ever, and each of them is paid.",
)
def test_bad_version_goes_back(handed_in, contract):
    """A version that never turns healthy is taken back, and three tasks serve at each step."""
    service = handed_in.service
    rules, breaker = rules_of(service, handed_in.tasks_wanted()), breaker_of(service)
    kind = service.get("DeploymentController", "Type", default="ECS")
    strategy = service.get("DeploymentConfiguration", "Strategy", default="ROLLING")
    course = deploy(rules, breaker, healthy=False)
    seen, question = "", ""
    if kind != "ECS":
        seen, question = f"the deployments belong to {kind}, and not to ECS", "Who carries out a rolling update?"
    elif strategy != "ROLLING":
        seen, question = f"the strategy is {strategy}, and no rolling update", "Which strategy is asked for?"
    elif "stuck" in (deploy(rules, breaker, healthy=True).end, course.end):
        seen = f"{rules.lowest} must stay and {rules.highest} may be there: a good version too comes to no end"
        question = "Where is room for the first new task: above the count, or below it?"
    elif rules.lowest < contract.TASKS:
        seen = f"{rules.desired - rules.lowest} of {rules.desired} old tasks may be stopped first: {rules.lowest} serve"
        question = "How many percent of the count must stay healthy for three to serve?"
    elif course.end == "never":
        seen = f"after {course.failed} failed tasks there is no end: ECS goes on starting tasks, and you pay for each"
        question = "Who counts the failed tasks, and what happens at the limit?"
    elif course.end == "failed":
        seen = f"after {course.failed} failed tasks it stops, and stays: nobody brings the old version back"
        question = "The deployment has failed. Which version should the service want now?"
    expect(
        not seen,
        tried="deployed a version whose tasks never turn healthy",
        seen=seen,
        expected="at least 3 tasks serve at each step, and the deployment is rolled back",
        where=service.at("DeploymentConfiguration"),
        next=question or "What do the percents say?",
    )


@check(
    id="night",
    task=4,
    points=2,
    tier="full",
    hints=HINTS["night"],
    why="Failed tasks and serving tasks are two columns; users notice the second one.",
)
def test_deployment_is_read(submission, truth):
    """Both numbers of the failed deployment are read from its table."""
    right = truth.numbers(submission.seed)
    answers = submission.answers()
    given = {key: answers.values.get(key, "?") for key in right}
    if set(map(str, given.values())) == {"?"}:
        answers.get("failed_tasks", int)
    wrong = [key for key in right if given[key] != right[key] or isinstance(given[key], bool)]
    if not wrong:
        return
    questions = {
        "failed_tasks": "In which row does the state change, and what stands under failed there?",
        "least_serving": "Which tasks serve while the new ones fail, and when are there the fewest?",
    }
    finding = {
        "tried": "compared your two numbers with the table of `python night.py deployment`",
        "seen": f"{2 - len(wrong)} of 2 agree; {wrong[0]} = {given[wrong[0]]!r} does not",
        "expected": "two whole numbers of the table",
        "where": f"answers.toml, {wrong[0]}",
        "next": questions[wrong[0]],
    }
    if len(wrong) == 1:
        partial(1, **finding)
    expect(False, **finding)


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="scaling",
    task=5,
    points=2,
    tier="full",
    after=("valid",),
    hints=HINTS["scaling"],
    why="A count that nobody changes is paid at night and too small in the evening.",
)
def test_tasks_follow_the_load(handed_in, contract):
    """The number of tasks follows the load, from three up to twelve."""
    found = [one for one in handed_in.stack.of(TARGET) if one.get("ServiceNamespace") == "ecs"]
    service = handed_in.service
    count = service.get("DesiredCount", default=1)
    expect(
        bool(found),
        tried="let the load of an evening come",
        seen=f"nothing changes the {count} tasks of the service: the count is what it is, day and night",
        expected="a scalable target for the service",
        where=service.at("DesiredCount"),
        next="What was the HorizontalPodAutoscaler of exercise 5, and which two resources are it here?",
    )
    for fault in (_aims(handed_in, found[0]), _bounds(found[0], contract), _policy(handed_in, found[0], contract)):
        if fault:
            seen, expected, where, question = fault
            expect(
                False,
                tried="let the load of an evening come",
                seen=seen,
                expected=expected,
                where=where,
                next=question,
            )


Fault = tuple[str, str, str, str]


def _aims(handed_in: Any, target: Resource) -> Fault | None:
    """What keeps the scalable target from meaning the service."""
    stack, service = handed_in.stack, handed_in.service
    at, dimension = target.at("ResourceId"), target.get("ScalableDimension")
    if dimension != "ecs:service:DesiredCount":
        return (
            f"it changes {said(dimension)}",
            "the count of tasks",
            target.at("ScalableDimension"),
            "Which number of the service is it that should follow the load?",
        )
    given = target.get("ResourceId")
    cluster = concrete(stack, service.get("Cluster", default="default")).rpartition("/")[2]
    name = name_of_service(service)
    refers = [one for one in mentioned(given) if stack.named(one) is service]
    # The ARN of a service, cut at its colons, ends with the very name that is wanted.
    if refers and isinstance(given, Call) and given.name == "Fn::Select":
        return None
    text = concrete(stack, given)
    for one in refers:
        text = text.replace(str(one), name if isinstance(one, GetAtt) else f"arn:aws:ecs:…/{name}")
    if text != f"service/{cluster}/{name}":
        return (
            f"it means {text}; your service is service/{cluster}/{name}",
            "your own service",
            at,
            "Which three parts does the name of a service have, here?",
        )
    if not refers and service.id not in target.depends_on and target.file == service.file:
        return (
            "nothing makes it wait for the service: when it is made, there may be no service yet",
            "a target that is made after the service",
            at,
            "In which order does CloudFormation make what does not refer to each other?",
        )
    return None


def name_of_service(service: Resource) -> str:
    """The name of the service, its logical id where CloudFormation gives one."""
    return str(service.get("ServiceName", default=service.id))


def _bounds(target: Resource, contract: Any) -> Fault | None:
    least, most = (number(target.get(key)) for key in ("MinCapacity", "MaxCapacity"))
    if least != contract.TASKS:
        return (
            f"at night there are {least} tasks",
            "3 tasks at least",
            target.at("MinCapacity"),
            "How many tasks must serve when the load is at its lowest?",
        )
    if most != contract.MOST_TASKS:
        return (
            f"in the evening there are {most} tasks at most",
            "12 tasks at most",
            target.at("MaxCapacity"),
            "How many tasks does the contract allow?",
        )
    return None


def _policy(handed_in: Any, target: Resource, contract: Any) -> Fault | None:
    """What keeps the policies from changing the count by the load."""
    stack = handed_in.stack
    policies = [one for one in stack.of(POLICY) if _belongs(stack, one, target)]
    if not policies:
        return (
            "it has bounds, and nothing that moves the count between them",
            "a policy for the target",
            target.at(),
            "Who decides when a task is added?",
        )
    policy = policies[0]
    if policy.get("PolicyType") != "TargetTrackingScaling":
        return (
            f"the policy is of the type {policy.get('PolicyType')}",
            "a policy that tracks a target",
            policy.at("PolicyType"),
            "Which kind of policy needs no alarm of yours?",
        )
    of_load = policy.get("TargetTrackingScalingPolicyConfiguration", default={})
    metric = of_load.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    value, at = number(of_load.get("TargetValue")), policy.at("TargetTrackingScalingPolicyConfiguration")
    if of_load.get("DisableScaleIn") in (True, "true"):
        return (
            "tasks are added and never taken away: the evening is paid all night",
            "tasks that go again",
            at,
            "What happens to the count when the load is gone?",
        )
    if metric not in (CPU, REQUESTS):
        return (
            f"it tracks {metric}, which does not grow with the requests",
            "CPU, or requests for each task",
            at,
            "Which number goes up in the evening, and down when there are more tasks?",
        )
    least, most = contract.CPU_TARGET if metric == CPU else contract.REQUESTS_TARGET
    if not isinstance(value, int | float) or not least <= value <= most:
        return (
            f"it keeps {metric} at {value}",
            "CPU from 40 to 80 percent, or 100 to 500 requests a minute",
            at,
            "How full may a task be while a new one needs 90 seconds to start?",
        )
    return None


def _belongs(stack: Any, policy: Resource, target: Resource) -> bool:
    if policy.get("ScalingTargetId") is not None:
        return stack.named(policy.get("ScalingTargetId")) is target
    keys = ("ServiceNamespace", "ScalableDimension", "ResourceId")
    return all(policy.get(key) == target.get(key) for key in keys)


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="secrets",
    task=6,
    points=1,
    tier="full",
    after=("valid",),
    hints=HINTS["secrets"],
    why="Whoever may read a task definition reads its environment; a secret is a name there.",
)
def test_key_is_in_no_file(handed_in, contract):
    """The container gets the key from the secret store, and no file holds it."""
    task, api = handed_in.task, handed_in.api
    path = ("containerDefinitions", api.number)
    written = {_name(one): place for place, one in enumerate(_list(api.properties.get("environment")))}
    expect(
        contract.KEY not in written,
        tried="read the task definition as anybody with the right to describe it can",
        seen=f"the value of {contract.KEY} stands in it, in every revision, for ever",
        expected="the name of the secret, in place of its value",
        where=task.at(*path, "environment", written.get(contract.KEY, 0)),
        next="What is the ECS name for `secretKeyRef` of kubernetes.yaml?",
    )
    secrets = {_name(one): (place, one) for place, one in enumerate(_list(api.properties.get("secrets")))}
    place, given = secrets.get(contract.KEY, (0, {}))
    where = task.at(*path, "secrets", place) if secrets else task.at(*path)
    expect(
        contract.KEY in secrets,
        tried="started the container and looked for its key",
        seen=f"there is no {contract.KEY}: the service does not start",
        expected=f"the variable `{contract.KEY}`, from the secret of the contract",
        where=where,
        next="How does a container say that a variable comes from elsewhere?",
    )
    text = concrete(handed_in.stack, given.get("valueFrom"))
    expect(
        text == contract.SECRET,
        tried="let ECS look up the secret",
        seen=f"it looks for {text}, and the task does not start" if text else "nothing says where it comes from",
        expected="the whole ARN of the contract's secret",
        where=where,
        next="Letter by letter: which part of the ARN is not the contract's?",
    )


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _name(one: dict[str, Any]) -> str:
    return str(one.get("name", ""))
