"""The entrance of the balancer: to whom its listeners hand on what users ask.

Rules are asked by their priority, the lowest number first, and the default action last. Source: ELB user guide,
listener rules, looked up 2026-11-27. A request comes from anywhere and carries no header or query of its own; its host
may be as a rule wants it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.cloudformation import Resource, said
from checker.ecs.task import number
from checker.iam_conditions import matches

LISTENER, RULE = "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"
# The condition and the key of its configuration.
KNOWN = {
    "path-pattern": "PathPatternConfig", "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig", "http-header": "HttpHeaderConfig",
}  # fmt: skip
# Headers that a client sends by itself; what is in them the contract does not say.
USUAL_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "accept-language", "connection", "content-type"}
# Why a plain request does not fulfill a condition, by its field.
LACKS = {
    "http-header": "lacks the header that the rule {} wants",
    "source-ip": "may come from other addresses than the rule {} wants",
    "query-string": "lacks the query that the rule {} wants",
}


@dataclass(frozen=True)
class Lost:
    """Why a request of a user reaches no task, and where that stands."""

    seen: str
    where: str


def lost(stack: Any, group: Resource, joined: list[Resource], contract: Any) -> Lost | None:
    """Why no listener hands a user's request on to the group; None when one does. `joined` are those that name it."""
    found = [
        _way(stack, group, entrance, rules, contract)
        for entrance, rules in _entrances(stack)
        if entrance in joined or any(one in joined for one in rules)
    ]
    return found[0] if found and all(found) else None


def forwards(stack: Any, actions: Any, group: Resource) -> bool:
    """Whether one of the actions sends requests to the group; one of the weight 0 sends none."""
    for action in _rows(actions):
        config = action.get("ForwardConfig")
        targets = [action, *_rows(config.get("TargetGroups") if isinstance(config, dict) else None)]
        for one in targets:
            if stack.named(one.get("TargetGroupArn")) is group and number(one.get("Weight", 1)) != 0:
                return True
    return False


def _entrances(stack: Any) -> Iterator[tuple[Resource | None, list[Resource]]]:
    """Each listener with its rules, the first one asked first; rules of one outside of the files by themselves."""
    rules = sorted(stack.of(RULE), key=_priority)
    for listener in stack.of(LISTENER):
        yield listener, [one for one in rules if stack.named(one.get("ListenerArn")) is listener]
    outside = [one for one in rules if stack.named(one.get("ListenerArn")) is None]
    for arn in dict.fromkeys(said(one.get("ListenerArn")) for one in outside):
        yield None, [one for one in outside if said(one.get("ListenerArn")) == arn]


def _priority(rule: Resource) -> int:
    given = number(rule.get("Priority"))
    return given if isinstance(given, int) else 0


def _way(stack: Any, group: Resource, listener: Resource | None, rules: list[Resource], contract: Any) -> Lost | None:
    """What becomes of the request at one listener; None when it goes on to the group."""
    asked = f"{contract.METHOD} {contract.PREDICT} of a user"
    passed = ""
    for rule in rules:
        holds, sends = _holds(rule, contract), forwards(stack, rule.get("Actions"), group)
        if sends and holds is not False:
            return None
        if holds:
            return Lost(f"{asked} meets the rule {rule.id}, which {_does(rule.get('Actions'))}", rule.at("Actions"))
        if sends:
            passed = f" {_missed(rule, contract)}, and"
    if listener is None:
        return Lost(f"{asked}{passed} goes nowhere that your files tell", rules[-1].at("Conditions"))
    actions = listener.get("DefaultActions")
    if forwards(stack, actions, group):
        return None
    return Lost(
        f"{asked}{passed} meets the default of {listener.id}, which {_does(actions)}", listener.at("DefaultActions")
    )


def _holds(rule: Resource, contract: Any) -> bool | None:
    """Whether all conditions of a rule hold for the request; None where the contract does not tell."""
    answers = [_condition(one, contract) for one in _rows(rule.get("Conditions"))]
    return False if False in answers else None if None in answers else True


def _condition(condition: dict[str, Any], contract: Any) -> bool | None:
    """Whether one condition holds for a plain request, which comes from anywhere and carries nothing of its own."""
    field = str(condition.get("Field"))
    if field == "query-string":
        return False
    config = condition.get(KNOWN.get(field, ""))
    given = config if isinstance(config, dict) else condition
    if field == "http-header":
        return None if said(given.get("HttpHeaderName")).lower() in USUAL_HEADERS else False
    values = given.get("Values")
    if field not in KNOWN or not isinstance(values, list):
        return None
    if field == "source-ip":
        return True if any(said(one).endswith("/0") for one in values) else None if "${" in said(values) else False
    if field == "http-request-method":
        return contract.METHOD in values
    return any(matches(said(one), contract.PREDICT) for one in values)


def _missed(rule: Resource, contract: Any) -> str:
    """Why a request is not what the rule forwards."""
    failing = (one for one in _rows(rule.get("Conditions")) if _condition(one, contract) is False)
    field = str(next(failing, {}).get("Field"))
    return LACKS.get(field, "is not what the rule {} forwards").format(rule.id)


def _does(actions: Any) -> str:
    """What the last action does, in words."""
    last = ([{}, *_rows(actions)])[-1]
    kind = last.get("Type")
    if kind == "fixed-response":
        config = last.get("FixedResponseConfig")
        return f"answers {said(config.get('StatusCode')) if isinstance(config, dict) else 'by itself'}"
    return {"redirect": "sends the user elsewhere", "forward": "forwards to others"}.get(
        str(kind), f"does {said(kind)}"
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
