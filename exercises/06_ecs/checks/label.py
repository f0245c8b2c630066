"""The label of a policy that counts requests: whether it means balancer and target group of the service."""

from __future__ import annotations

import re
from typing import Any

from checker import sibling
from checker.cloudformation import Call, GetAtt, Ref, Resource, Stack, Text, mentioned, said
from checker.cloudformation.arns import ACCOUNT, PSEUDO, REGION, concrete, name_of
from checker.cloudformation.resolving import Resolver
from checker.iam_conditions import matches

ROAD = sibling(__file__, "road")
BALANCER, GROUP = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:"
OF_AN_ARN = re.compile(r"arn:.*:loadbalancer/(app/[^/]+/[^/]+)")
FORM = re.compile(r"([^/]+/[^/]+/[^/]+)/(targetgroup/[^/]+/[^/]+)")
SHORT = ("LoadBalancerName", "TargetGroupName")
EXPECTED = "a label of balancer and target group, as TODO 5 says"
NEXT = "Which two names does the label join, and which attributes of your resources are they?"
# What is seen, what is expected, what to ask oneself.
Fault = tuple[str, str, str]


def fault(handed_in: Any, label: Any) -> Fault | None:
    """What is wrong with the label, worked out with ids as AWS gives them; how it is written is free."""
    if label in (None, ""):
        return "it counts requests and says neither balancer nor target group: AWS refuses the policy", EXPECTED, NEXT
    stack, group, balancer = handed_in.stack, handed_in.group, _balancer(handed_in)
    value = Resolver("", {}, {}).value(_deployed(stack, label))
    own = (_full_name(stack, balancer), _full_name(stack, group))
    # What is in no file may have any name.
    names = [one or unknown for one, unknown in zip(own, ("app/a/1", "targetgroup/b/2"), strict=True)]
    files = {one.file for one in (balancer, group) if isinstance(one, Resource)}
    if matches(_pattern(stack, value, files), "/".join(names)):
        return None
    return _of_others(stack, label, value, (balancer, group), own)


def _balancer(handed_in: Any) -> Any:
    """The balancer that sends requests to the group of the service: a resource, or the ARN that its listener has."""
    stack = handed_in.stack
    listener = next(iter(ROAD.listeners(stack, handed_in.group)), None)
    if listener is not None and listener.type == ROAD.LISTENERS[1]:
        listener = stack.named(listener.get("ListenerArn"))
    given = listener.get("LoadBalancerArn") if listener is not None else None
    return stack.named(given) or given


def _full_name(stack: Stack, one: Any) -> str:
    if isinstance(one, Resource):
        return _attributes(stack, one).get("full", "")
    found = OF_AN_ARN.fullmatch(concrete(stack, one))
    return found[1] if found else ""


def _attributes(stack: Stack, one: Resource) -> dict[str, str]:
    """What a balancer or target group is called, by attribute; "" is what Ref gives. No two have the same id."""
    name, number = name_of(stack, one), f"{stack.resources.index(one):016x}"
    if one.type == GROUP:
        full = f"targetgroup/{name}/{number}"
        arn, kind = f"{ARN}{full}", "TargetGroup"
    elif one.type == BALANCER:
        full = f"app/{name}/{number}"
        arn, kind = f"{ARN}loadbalancer/{full}", "LoadBalancer"
    else:
        return {}
    return {"full": full, "": arn, f"{kind}Arn": arn, f"{kind}FullName": full, f"{kind}Name": name}


def _deployed(stack: Stack, value: Any) -> Any:
    """The value as a node of a template, with ARNs and names put in."""
    if isinstance(value, Ref | GetAtt):
        return _named(stack, value)
    if isinstance(value, Text):
        return {"Fn::Join": ["", [_deployed(stack, part) for part in value.parts]]}
    if isinstance(value, Call):
        return {value.name: _deployed(stack, value.argument)}
    if isinstance(value, list):
        return [_deployed(stack, one) for one in value]
    return {key: _deployed(stack, one) for key, one in value.items()} if isinstance(value, dict) else value


def _named(stack: Stack, one: Ref | GetAtt) -> Any:
    resource, attribute = stack.named(one), one.attribute if isinstance(one, GetAtt) else ""
    if resource is None:
        return PSEUDO.get(one.id, one)
    # The name may be cut from these too; how is not worked out.
    if resource.type in ROAD.LISTENERS or attribute == "LoadBalancerArns":
        return one
    return _attributes(stack, resource).get(attribute, said(one))


def _pattern(stack: Stack, value: Any, files: set[str]) -> str:
    """What the label may become, with `*` for what only the deployment knows; no name has a star or a question mark."""
    parts = value.parts if isinstance(value, Text) else (value,)
    known = str.maketrans("*?", "  ")
    return "".join("*" if _is_open(stack, one, files) else said(one).translate(known) for one in parts)


def _is_open(stack: Stack, part: Any, files: set[str]) -> bool:
    """Whether another stack may give it: a parameter cannot hold the name of what its own template makes."""
    if isinstance(part, Ref | GetAtt):
        return stack.named(part) is None and files != {part.file}
    return isinstance(part, Call) and (bool(mentioned(part)) or "Fn::ImportValue" in said(part))


def _of_others(stack: Stack, label: Any, value: Any, whose: tuple[Any, Any], own: tuple[str, str]) -> Fault | None:
    """Whom a label means that is not the service's, or why it means nobody."""
    parts = sorted(mentioned(label), key=str)
    resources = [one for part in parts if (one := stack.named(part)) is not None]
    form = FORM.fullmatch(said(value))
    kinds = (("target group", GROUP, whose[1], own[1], 2), ("balancer", BALANCER, whose[0], own[0], 1))
    for kind, type_, mine, name, half in kinds:
        others = [one.id for one in resources if one.type == type_]
        if mine in resources or not name:
            continue
        if not others and form and form[half] != name:
            others = [form[half]]
        if others:
            return f"it counts the requests of {others[0]}, which is not the {kind} of the service", EXPECTED, NEXT
    short = next((one for one in parts if isinstance(one, GetAtt) and one.attribute in SHORT), None)
    if short:
        return (
            f"{short.attribute} of {short.id} is the name without its id: AWS refuses the policy",
            "LoadBalancerFullName of the balancer, a slash, TargetGroupFullName of the target group",
            "Which attribute of the same resource holds its id too?",
        )
    if form and not all(own):
        return None
    text = concrete(stack, label)
    if any(stack.named(part) is None for part in parts):
        return f"the label is {text}: whoever fills it in has to know names that AWS gives later", EXPECTED, NEXT
    return f"the label is {text}: AWS refuses it, and counts nothing", EXPECTED, NEXT
