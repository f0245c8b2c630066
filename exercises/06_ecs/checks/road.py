"""The way of a request: from the listener over the target group to the port of the container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sibling
from checker.cloudformation import Resource, mentioned
from checker.ecs.task import number

ENTRANCE, BESIDE, PROGRAM = (sibling(__file__, name) for name in ("entrance", "beside", "program"))
LISTENERS = (ENTRANCE.LISTENER, ENTRANCE.RULE)
# What is seen, what is expected, where, and what to ask oneself.
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, contract: Any) -> Iterator[Fault]:
    """What keeps a request from arriving, the first obstacle first."""
    service = handed_in.service
    if handed_in.group is None:
        yield (
            "the service is in no target group: no request arrives",
            "a target group of your files",
            service.at("LoadBalancers"),
            "How does ECS tell the balancer of a new task?",
        )
        return
    yield from _to_the_container(handed_in, contract)
    yield from BESIDE.faults(handed_in, contract)
    yield from _to_the_group(handed_in, contract)
    yield from _spoken(handed_in.group)


def _to_the_container(handed_in: Any, contract: Any) -> Iterator[Fault]:
    service, api, group = handed_in.service, handed_in.api, handed_in.group
    name, port = (service.get("LoadBalancers", 0, key) for key in ("ContainerName", "ContainerPort"))
    if name != api.name:
        known = ", ".join(one.name for one in handed_in.task.containers)
        yield (
            f"the balancer asks the container {name!r}; the task has {known}",
            "a container of the task",
            service.at("LoadBalancers", 0, "ContainerName"),
            "What is the container called in the task definition?",
        )
    yield from PROGRAM.faults(handed_in, contract)
    if contract.LISTENS not in api.ports:
        yield (
            f"the container opens {api.ports}, and the service listens on 8000",
            "port 8000 of the container",
            handed_in.task.at("containerDefinitions", api.number, "portMappings"),
            "On which port does the contract say that the service listens?",
        )
    if number(port) != contract.LISTENS:
        yield (
            f"the balancer asks port {port}, and nobody listens there: Request timed out",
            "port 8000, in the service too",
            service.at("LoadBalancers", 0, "ContainerPort"),
            "Whose port is this one: the balancer's, or the container's?",
        )
    kind = group.get("TargetType", default="instance, as nothing is said")
    if kind != "ip":
        yield (
            f"the targets are of the kind {kind}; each Fargate task has an address of its own, and is never found",
            "targets of the kind `ip`",
            group.at("TargetType"),
            "What is a target here: a machine, or an address?",
        )


def listeners(stack: Any, group: Any) -> list[Any]:
    """The listeners and rules that send requests to this target group."""
    if group is None:
        return []
    return [
        one for one in stack.of(*LISTENERS) if any(stack.named(each) is group for each in mentioned(one.properties))
    ]


def _to_the_group(handed_in: Any, contract: Any) -> Iterator[Fault]:
    """What keeps the balancer from knowing the group, users from reaching it, or the service from waiting for it."""
    stack, service, group = handed_in.stack, handed_in.service, handed_in.group
    found = listeners(stack, group)
    if not found:
        yield (
            "no listener sends its requests to the target group",
            "a listener that forwards to it",
            group.at(),
            "Which resource says where a request to the balancer goes on?",
        )
        return
    for one in found:
        if one.type == LISTENERS[0] and not {"Port", "Protocol"} <= set(one.properties):
            yield (
                "the listener has no port and protocol of its own, and is refused",
                "a listener with both",
                one.at(),
                "On which port do users come in, and in which language?",
            )
    lost = ENTRANCE.lost(stack, group, found, contract)
    if lost:
        yield (
            lost.seen,
            f"a listener that forwards {contract.PREDICT} to the target group of the service",
            lost.where,
            "Which rule of the listener is the first that this request meets, and what does it do with it?",
        )
    # In a stack of its own the balancer is there before; in the same one CloudFormation picks the order.
    together = [one for one in found if one.file == service.file]
    if len(together) == len(found) and not any(one in together for one in _made_before(stack, service)):
        names = " or ".join(one.id for one in together)
        yield (
            f"nothing makes the service wait for {names}, which joins its target group to the balancer: ECS refuses a "
            "group without one",
            f"a service that is made after {names}",
            service.places.at(0, "Resources", service.id, "DependsOn"),
            "In which order does CloudFormation make what does not refer to each other?",
        )


def _made_before(stack: Any, resource: Resource) -> list[Resource]:
    """The resources of the same template that CloudFormation makes first: named by DependsOn or in a value."""
    there = {one.id: one for one in stack.resources if one.file == resource.file}
    found, waiting = {resource.id: resource}, [resource]
    while waiting:
        one = waiting.pop()
        for name in (*one.depends_on, *(each.id for each in mentioned(one.properties))):
            if name in there and name not in found:
                found[name] = there[name]
                waiting.append(there[name])
    return list(found.values())[1:]


def _spoken(group: Any) -> Iterator[Fault]:
    protocol = group.get("Protocol", default="HTTP")
    asks = group.get("HealthCheckProtocol", default=protocol)
    version = group.get("ProtocolVersion", default="HTTP1")
    question = "Which protocol does the contract name for port 8000?"
    if protocol != "HTTP":
        seen = f"the balancer sends requests in {protocol}, and the service speaks HTTP"
        yield seen, "requests in HTTP", group.at("Protocol"), question
    if version != "HTTP1":
        seen = f"the balancer speaks {version} to the tasks, and the service HTTP/1.1: none is answered"
        yield (
            seen,
            "requests in HTTP, of the version that is taken when nothing is said",
            group.at("ProtocolVersion"),
            question,
        )
    if asks != "HTTP":
        seen = f"the balancer sends its health checks in {asks}, and the service speaks HTTP: none is answered"
        yield seen, "health checks in HTTP", group.at("HealthCheckProtocol"), question
