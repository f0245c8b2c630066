"""What cfn-lint says of the hand-in, in the words of this course."""

from __future__ import annotations

import re
from typing import Any

from checker.cloudformation import Fault, lint
from checker.ecs.task import json_faults

# Sizes and log options are what task 1 is about; the rest of a file must be right from the start.
PAIR, OF_FARGATE, OF_LOG = "E3047", "E3048", "E3046"
# What to look at, by rule.
LOOK = {
    "E3053": "In awsvpc each task has an address of its own. To what could a second port be mapped?",
    "E3002": "How far is this key indented, and how does the reference of its resource write it?",
    "E3003": "What must a resource of this type have at least?",
    "E1010": "Which resources does the template make, and which attributes do they have?",
    "E1020": "Which names stand under Parameters and Resources?",
}
# A key that nobody knows in a file of the API: JSON has no indentation that counts.
IN_JSON = "What does the API call this key, and in which list or table of the container does it stand?"
ELSE = "What does the reference of this resource say that the key takes?"
SAYS = {"E3053": "hostPort and containerPort differ, which awsvpc does not allow"}
# To which TODO a part of the files belongs: by the type of its resource, or by the key in it.
OF_TYPE = {"AWS::IAM": 2, "AWS::ElasticLoadBalancingV2": 3, "AWS::ApplicationAutoScaling": 5}
KEY = re.compile(r"'[A-Z](?=\w*'(?: is a required property| was unexpected|\?\)))")
OF_KEY = {
    "cpu": 1, "memory": 1, "logConfiguration": 1, "executionRoleArn": 2, "taskRoleArn": 2, "healthCheck": 3,
    "healthCheckGracePeriodSeconds": 3, "loadBalancers": 3, "deploymentConfiguration": 4, "secrets": 6,
}  # fmt: skip


def faults(handed_in: Any) -> list[tuple[str, Fault]]:
    """cfn-lint's errors in all files, the templates first."""
    found = [(name, one) for name, text in handed_in.templates.items() for one in lint(name, text)]
    found += [(name, one) for name, text, value in handed_in.registered for one in json_faults(name, text, value)]
    return [(name, one) for name, one in found if one.rule.startswith("E")]


def of_size(fault: Fault) -> bool:
    """Whether it is about the two sizes; E3048 also asks for the rest of what Fargate needs."""
    named = {str(step).lower() for step in fault.path[-1:]} & {"cpu", "memory"}
    return fault.rule == PAIR or (fault.rule == OF_FARGATE and bool(named or fault.message[:6] in ("'Cpu' ", "'Memor")))


def shown(handed_in: Any, name: str, fault: Fault) -> str:
    """The fault in one line, with the TODO that it belongs to."""
    todo = _todo(handed_in, name, fault)
    message = SAYS.get(fault.rule, fault.message[:150])
    if name in {file for file, _, _ in handed_in.registered}:
        # cfn-lint names keys as a template spells them; the JSON of the API begins them small.
        message = KEY.sub(lambda key: key[0].lower(), message)
    return f"{f'in the part of TODO {todo}: ' if todo else ''}{fault.rule}: {message}"


def question(handed_in: Any, name: str, fault: Fault) -> str:
    """What to ask oneself about a fault."""
    if fault.rule == "E3002" and name in {file for file, _, _ in handed_in.registered}:
        return IN_JSON
    return LOOK.get(fault.rule, ELSE)


def _todo(handed_in: Any, name: str, fault: Fault) -> int | None:
    path = fault.path
    if path[:1] == ("Resources",) and len(path) > 1:
        kind = next((one.type for one in handed_in.stack.resources if (one.file, one.id) == (name, path[1])), "")
        of_type = OF_TYPE.get(kind.rpartition("::")[0])
        if of_type:
            return of_type
    if "'ValueFrom' was unexpected" in fault.message:
        # The key that only an entry of `secrets` has.
        return OF_KEY["secrets"]
    keys = (f"{step[:1].lower()}{step[1:]}" for step in path if isinstance(step, str))
    return next((OF_KEY[key] for key in keys if key in OF_KEY), None)
