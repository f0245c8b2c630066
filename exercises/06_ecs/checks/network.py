"""Who lets whom in: users to the balancer, and the balancer to the tasks.

Security groups are followed where they are resources of the files. A group, an address or a port that is given from
outside may be right, and so may any address of the network, which is in no file. Source: CloudFormation reference,
AWS::EC2::SecurityGroupIngress, looked up 2026-11-27.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker import sibling
from checker.cloudformation import Resource, said
from checker.ecs.task import number

ROAD = sibling(__file__, "road")
GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
OF_TASKS = ("NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups")
GROUP_KEYS = ("SourceSecurityGroupId", "SourceSecurityGroupName")
TCP = ("tcp", "6", "-1")
# Source: ELB API, CreateLoadBalancer, IpAddressType, looked up 2026-11-27.
WITHOUT_IPV4 = "dualstack-without-public-ipv4"
Fault = tuple[str, str, str, str]
Rule = dict[str, Any]


def faults(handed_in: Any, contract: Any) -> Iterator[Fault]:
    """What keeps users from the balancer, or the balancer from the tasks."""
    entrances = list(_entrances(handed_in.stack, handed_in.group))
    closed = [list(_for_users(handed_in.stack, *one)) for one in entrances]
    # Users may come in by one of several listeners.
    if closed and all(closed):
        yield closed[0][0]
    yield from _for_the_balancer(handed_in, [balancer for balancer, _ in entrances], contract)


def _entrances(stack: Any, group: Any) -> Iterator[tuple[Resource, Resource]]:
    """Each balancer of the files with a listener that sends requests to the target group."""
    for one in ROAD.listeners(stack, group):
        listener = stack.named(one.get("ListenerArn")) if one.type == ROAD.LISTENERS[1] else one
        balancer = stack.named(listener.get("LoadBalancerArn")) if listener else None
        if balancer:
            yield balancer, listener


def _for_users(stack: Any, balancer: Resource, listener: Resource) -> Iterator[Fault]:
    if balancer.get("Scheme") == "internal":
        yield (
            f"{balancer.id} is internal: it has no address that the internet can reach",
            "a balancer for users from the internet",
            balancer.at("Scheme"),
            "From where do users come, in the contract?",
        )
    if balancer.get("IpAddressType") == WITHOUT_IPV4:
        yield (
            f"{balancer.id} has no public IPv4 address ({WITHOUT_IPV4}): users without IPv6 do not get in",
            "a balancer for users from the internet",
            balancer.at("IpAddressType"),
            "From where do users come, in the contract, and which kind of address has each of them?",
        )
    groups, port = _groups(stack, balancer.get("SecurityGroups")), number(listener.get("Port"))
    if groups and not any(_is_open(rule, port) and _from_anywhere(rule) for rule in _rules(stack, groups)):
        yield (
            f"{_named(groups)} lets no user in at port {port}, where {listener.id} listens: each request times out",
            "a security group that lets the internet in at the port of the listener",
            groups[0].at("SecurityGroupIngress"),
            "From which addresses do users come, and at which port?",
        )


def _for_the_balancer(handed_in: Any, balancers: list[Resource], contract: Any) -> Iterator[Fault]:
    stack = handed_in.stack
    groups = _groups(stack, handed_in.service.get(*OF_TASKS))
    lists = [_groups(stack, one.get("SecurityGroups")) for one in balancers]
    # A balancer whose groups are not all known may be in any of them.
    known = [group for one in lists for group in one] if lists and all(lists) else None
    rules = _rules(stack, groups)
    if groups and not any(_is_open(rule, contract.LISTENS) and _from_group(stack, rule, known) for rule in rules):
        yield (
            f"{_named(groups)} does not let the balancer in at port {contract.LISTENS}: each health check times out",
            "a security group that lets the balancer in at port 8000",
            groups[0].at("SecurityGroupIngress"),
            "Who knocks at a task, at which port, and in which group is it?",
        )


def _groups(stack: Any, given: Any) -> list[Resource]:
    """The security groups, if all of them are resources of the files."""
    found = [stack.named(one) for one in given] if isinstance(given, list) else []
    return found if all(one is not None and one.type == GROUP for one in found) else []


def _rules(stack: Any, groups: list[Resource]) -> list[Rule]:
    """What the groups let in: their own rules, and rules that are resources of their own."""
    own = [one.get("SecurityGroupIngress") for one in groups]
    apart = [one.properties for one in stack.of(INGRESS) if stack.named(one.get("GroupId")) in groups]
    rows = [row for each in own for row in (each if isinstance(each, list) else [each])]
    return [one for one in [*rows, *apart] if isinstance(one, dict)]


def _is_open(rule: Rule, port: Any) -> bool:
    """Whether a rule is about this port; ports that are given from outside may be right."""
    protocol, bounds = said(rule.get("IpProtocol")).lower(), [number(rule.get(key)) for key in ("FromPort", "ToPort")]
    if protocol == "-1" or not all(isinstance(one, int) for one in (port, *bounds)):
        return protocol in TCP
    return protocol in TCP and bounds[0] <= port <= bounds[1]


def _from_anywhere(rule: Rule) -> bool:
    cidr = rule.get("CidrIp")
    return cidr is not None and (not isinstance(cidr, str) or cidr.endswith("/0"))


def _from_group(stack: Any, rule: Rule, known: list[Resource] | None) -> bool:
    """Whether the balancer is among those whom a rule means; None for groups that nobody knows."""
    source = next((rule[key] for key in GROUP_KEYS if key in rule), None)
    group = stack.named(source)
    return group is None or known is None or group in known


def _named(groups: list[Resource]) -> str:
    return " and ".join(one.id for one in groups)
