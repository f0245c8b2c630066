"""Task 3: two tickets, and three health checks that agree on container, balancer and service."""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, partial, read_hints
from checker.cloudformation import mentioned
from checker.ecs.task import number, whole

HINTS = read_hints(__file__)
LISTENERS = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")
# What to look at again, by the cause that was missed.
LOOK = {
    "container": "Whose check says no in the events: the container's own, or the balancer's?",
    "path": "The balancer got an answer. Which code is it, and to which request in the log does it belong?",
    "port": "The balancer got no answer at all. Which port did it ask, and which one is in the log?",
    "patience": "What was the container doing when it was asked, and how long was ECS willing to wait?",
}
# Neither of them is in a slim image; a check that cannot start fails like one that says no.
PROGRAM = re.compile(r"python[\d.]*|sh|bash")
NOT_IN_IMAGE = re.compile(r"\b(curl|wget|nc)\b")


@check(
    id="tickets",
    task=3,
    points=2,
    tier="full",
    hints=HINTS["tickets"],
    why="A service that starts and stops tasks for ever has three checks that may say no.",
)
def test_tickets_are_diagnosed(submission, truth):
    """Each of the two tickets has its cause."""
    right = truth.causes(submission.seed)
    answers = submission.answers()
    given = {key: str(answers.values.get(key, "?")).strip().lower() for key in right}
    if set(given.values()) == {"?"}:
        answers.get("ticket_a", str)
    wrong = [key for key in right if given[key] != right[key]]
    if not wrong:
        return
    finding = {
        "tried": "compared your two answers with what the tickets show",
        "seen": f"{2 - len(wrong)} of 2 agree; {wrong[0]} = {given[wrong[0]]!r} does not",
        "expected": "for each ticket one of: container, path, port, patience",
        "where": f"answers.toml, {wrong[0]}",
        "next": LOOK[right[wrong[0]]],
    }
    if len(wrong) == 1:
        partial(1, **finding)
    expect(False, **finding)


@check(
    id="agreement",
    task=3,
    points=3,
    tier="full",
    after=("valid",),
    hints=HINTS["agreement"],
    why="Container, target group and service each name a port; only together do they lead anywhere.",
)
def test_health_checks_agree(handed_in, contract):
    """The balancer reaches the service in each task, and asks it whether its model is loaded."""
    for fault in (_road(handed_in, contract), _question(handed_in, contract), _own(handed_in, contract)):
        if fault:
            seen, expected, where, question = fault
            expect(
                False,
                tried="followed a health check from the balancer to the service in a task",
                seen=seen,
                expected=expected,
                where=where,
                next=question,
            )


Fault = tuple[str, str, str, str]


def _road(handed_in: Any, contract: Any) -> Fault | None:
    """What keeps a request from arriving."""
    service, api, group = handed_in.service, handed_in.api, handed_in.group
    at = service.at("LoadBalancers")
    if group is None:
        return (
            "the service is in no target group: no request arrives",
            "a target group of your files",
            at,
            "How does ECS tell the balancer of a new task?",
        )
    name, port = (service.get("LoadBalancers", 0, key) for key in ("ContainerName", "ContainerPort"))
    if name != api.name:
        known = ", ".join(one.name for one in handed_in.task.containers)
        return (
            f"the balancer asks the container {name!r}; the task has {known}",
            "a container of the task",
            at,
            "What is the container called in the task definition?",
        )
    if contract.LISTENS not in api.ports:
        return (
            f"the container opens {api.ports}, and the service listens on 8000",
            "port 8000 of the container",
            handed_in.task.at("containerDefinitions", api.number, "portMappings"),
            "On which port does the contract say that the service listens?",
        )
    if number(port) != contract.LISTENS:
        said = f"the balancer asks port {port}, and nobody listens there: Request timed out"
        return (
            said,
            "port 8000, in the service too",
            service.at("LoadBalancers", 0, "ContainerPort"),
            "Whose port is this one: the balancer's, or the container's?",
        )
    if group.get("TargetType", default="instance") != "ip":
        kind = group.get("TargetType", default="instance, as nothing is said")
        return (
            f"the targets are of the kind {kind}; each Fargate task has an address of its own, and is never found",
            "targets of the kind `ip`",
            group.at("TargetType"),
            "What is a target here: a machine, or an address?",
        )
    return _listens(handed_in, group)


def _listens(handed_in: Any, group: Any) -> Fault | None:
    """What keeps the balancer from knowing the group, or the service from waiting for it."""
    stack, service = handed_in.stack, handed_in.service
    listeners = [
        one for one in stack.of(*LISTENERS) if any(stack.named(each) is group for each in mentioned(one.properties))
    ]
    if not listeners:
        return (
            "no listener sends its requests to the target group",
            "a listener that forwards to it",
            group.at(),
            "Who decides where the balancer's port 80 leads?",
        )
    shut = [one for one in listeners if one.type == LISTENERS[0] and not {"Port", "Protocol"} <= set(one.properties)]
    if shut:
        return (
            "the listener has no port and protocol of its own, and is refused",
            "a listener with both",
            shut[0].at(),
            "On which port do users come in, and in which language?",
        )
    # In a stack of its own the balancer is there before; in the same one CloudFormation picks the order.
    together = [one for one in listeners if one.file == service.file]
    known = {*service.depends_on, *(one.id for one in mentioned(service.properties))}
    if len(together) == len(listeners) and not known & {one.id for one in together}:
        return (
            "nothing makes the service wait for the listener, and ECS refuses a group without a balancer",
            "a service that is made after the listener",
            service.at(),
            "In which order does CloudFormation make what does not refer to each other?",
        )
    protocol = group.get("Protocol", default="HTTP")
    if group.get("HealthCheckProtocol", default=protocol) != "HTTP" or protocol != "HTTP":
        return (
            f"the balancer speaks {protocol}, and the service HTTP",
            "HTTP",
            group.at("Protocol"),
            "What does the service speak on its port?",
        )
    return None


def _question(handed_in: Any, contract: Any) -> Fault | None:
    """What is wrong with the balancer's question, or with what it takes for a yes."""
    group = handed_in.group
    port = group.get("HealthCheckPort", default="traffic-port")
    if port != "traffic-port" and number(port) != contract.LISTENS:
        return (
            f"the health check asks port {port}, and nobody listens there",
            "port 8000",
            group.at("HealthCheckPort"),
            "Who answers on that port?",
        )
    if group.get("HealthCheckEnabled", default=True) in (False, "false"):
        return (
            "the health check is switched off",
            "a health check",
            group.at("HealthCheckEnabled"),
            "Who tells the balancer which task may have requests?",
        )
    matcher = group.get("Matcher", "HttpCode", default="200")
    takes = _codes(matcher)
    for code, when in ((contract.NOT_THERE, "a wrong path"), (contract.LOADING, "a model that is not loaded")):
        if code in takes:
            return (
                f"the codes {matcher} hold {code}: {when} counts as healthy",
                "200 and its like",
                group.at("Matcher"),
                "Which answers of the contract mean that a task may have requests?",
            )
    if contract.OK not in takes:
        return (
            f"the codes {matcher} leave out 200, so no task is ever healthy",
            "200",
            group.at("Matcher"),
            "What does the service answer when all is well?",
        )
    path = str(group.get("HealthCheckPath", default="/"))
    if path != contract.READY:
        told = "says only that the process runs" if path == contract.LIVE else "answers 404"
        return (
            f"the balancer asks {path}, which {told}",
            "the path that says whether the model is loaded, `/health/ready`",
            group.at("HealthCheckPath"),
            "Which path did the readiness probe of kubernetes.yaml ask?",
        )
    return None


def _own(handed_in: Any, contract: Any) -> Fault | None:
    """What is wrong with the container's own check; there need not be one."""
    api = handed_in.api
    check_of = api.properties.get("healthCheck")
    if not isinstance(check_of, dict):
        return None
    command = " ".join(map(str, check_of.get("command") or []))
    where = handed_in.task.at("containerDefinitions", api.number, "healthCheck", "command")
    tool = NOT_IN_IMAGE.search(command)
    if tool:
        return (
            f"the container's own check runs {tool[0]}, which a slim image has not: it fails each time",
            "a check that the image can run",
            where,
            "Which program is surely in an image of a Python service?",
        )
    words = [str(one) for one in check_of.get("command") or []]
    program = words[1].rpartition("/")[2] if len(words) > 1 else ""
    rest = words[2:] if program.startswith("python") else ["a script"]
    runs = bool(rest) and (len(rest) > 1 if rest[0] in ("-c", "-m") else not re.search("^-| ", rest[0]))
    known = words[:1] == ["CMD-SHELL"] or (words[:1] == ["CMD"] and PROGRAM.fullmatch(program) and runs)
    if not known:
        return (
            f"the container's own check is {' '.join(words)[:40]!r}, which the image cannot run: it fails each time",
            "`CMD` and a program of the image, or `CMD-SHELL` and a line",
            where,
            "What does the first word of such a list mean, and what the second?",
        )
    asked = re.search(r":(\d+)(/[\w/]*)", command)
    if asked and (int(asked[1]) != contract.LISTENS or asked[2] not in (contract.LIVE, contract.READY)):
        return (
            f"the container's own check asks {asked[0]}, and nobody answers 200 there",
            "port 8000 and a path of the contract",
            where,
            "What does the contract say of port and paths?",
        )
    return None


def _codes(matcher: Any) -> set[int]:
    """The codes of `200`, `200,202` and `200-299`."""
    found: set[int] = set()
    for part in str(matcher).split(","):
        if re.fullmatch("[0-9]{3}(-[0-9]{3})?", part.strip()):
            first, _, last = part.strip().partition("-")
            found |= set(range(int(first), int(last or first) + 1))
    return found


@check(
    id="patience",
    task=3,
    points=1,
    tier="full",
    after=("agreement",),
    hints=HINTS["patience"],
    why="ECS stops a task that the balancer calls unhealthy; before the first answer it always is.",
)
def test_slow_start_is_no_fault(handed_in, contract):
    """A task that answers after 90 seconds is not stopped before it can be called healthy."""
    service, group, api = handed_in.service, handed_in.group, handed_in.api
    every = whole(group.get("HealthCheckIntervalSeconds"), 30)
    times = whole(group.get("HealthyThresholdCount"), 5)
    due = contract.FIRST_ANSWER + every * times
    grace = whole(service.get("HealthCheckGracePeriodSeconds"), 0)
    told = f"90 seconds, then {times} answers {every} seconds apart: {due}"
    early = f"called healthy after {told}; ECS listens to the balancer from second {grace} on"
    expect(
        due <= grace <= contract.MOST_GRACE,
        tried="started a task whose first answer comes after 90 seconds",
        seen=f"it is {early}" + (" and stops it, again and again" if grace < due else ", 10 minutes too late"),
        expected="a grace period that is longer than start and yes together, and ends after 600 seconds at the latest",
        where=service.at("HealthCheckGracePeriodSeconds"),
        next="When is the first yes, how many does the balancer want, and how far apart are they?",
    )
    own = api.properties.get("healthCheck")
    if isinstance(own, dict):
        waits = whole(own.get("startPeriod"), 0) + whole(own.get("retries"), 3) * whole(own.get("interval"), 30)
        expect(
            waits >= contract.FIRST_ANSWER,
            tried="started a task whose first answer comes after 90 seconds",
            seen=f"the container's own check gives up after {waits} seconds",
            expected="a container that is given 90 seconds",
            where=handed_in.task.at("containerDefinitions", api.number, "healthCheck"),
            next="When does this check begin to count, and how many failures does it forgive?",
        )
