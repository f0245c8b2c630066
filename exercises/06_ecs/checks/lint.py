"""What cfn-lint says of the hand-in, in the words of this course."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import Any

from checker import expect
from checker.cloudformation import Fault, lint
from checker.ecs.task import TYPE as TASK
from checker.ecs.task import json_faults
from checker.markers import task_at

Found = tuple[str, Fault]
# How many errors are told at once, and how long a line is then.
MOST, LINE = 3, 160

# Sizes and log options are what task 1 is about; the rest of a file must be right from the start.
PAIR, OF_FARGATE, OF_LOG = "E3047", "E3048", "E3046"
# What is told in the row that asks for it, as sizes and log options are: the rest of the files is judged without it.
ROW_OF = {"executionRoleArn": "roles", "taskRoleArn": "roles", "healthCheck": "agreement", "secrets": "secrets"}
ANY_PART, ELSEWHERE = (
    "no error in any part",
    "no error; sizes, log options, roles, health check and secrets have rows of their own",
)
# Two rules about the same: how the ARN of a role reads.
OF_ROLE = ("E1156", "E3511")
# What the API also takes as taskRoleArn, and as no other: the short name. Source: Amazon ECS API reference,
# RegisterTaskDefinition, looked up 2026-11-27.
SHORT_NAME = re.compile(r"'[\w+=,.@-]{1,64}' ")
# What to look at, by rule.
LOOK = {
    "E3053": "In awsvpc each task has an address of its own. To what could a second port be mapped?",
    "E3002": "How far is this key indented, and how does the reference of its resource write it?",
    "E3003": "What must a resource of this type have at least?",
    "E1010": "Which resources does the template make, and which attributes do they have?",
    "E1020": "Which names stand under Parameters and Resources?",
    **dict.fromkeys(OF_ROLE, "Which account and which name belong into the ARN of this role?"),
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


def of_task(handed_in: Any) -> list[Found]:
    """cfn-lint's errors in the task definition, which is a file of its own or a resource of a template."""
    found = [(name, one) for name, text, value in handed_in.registered for one in json_faults(name, text, value)]
    if handed_in.readable.of(TASK):
        found += [one for one in _in_templates(handed_in) if _type_of(handed_in, *one) == TASK]
    return _errors(found)


def of_templates(handed_in: Any) -> list[Found]:
    """cfn-lint's errors in the templates, but for a task definition in them."""
    return _errors([one for one in _in_templates(handed_in) if _type_of(handed_in, *one) != TASK])


def _in_templates(handed_in: Any) -> list[Found]:
    return [(name, one) for name, text in handed_in.templates.items() for one in lint(name, text)]


def _errors(found: list[Found]) -> list[Found]:
    """Errors that are ones, each once."""
    errors: dict[object, Found] = {}
    for name, one in found:
        if one.rule.startswith("E") and not _is_short_name(one):
            errors.setdefault((name, one.path) if one.rule in OF_ROLE else (name, one), (name, one))
    return list(errors.values())


def _is_short_name(fault: Fault) -> bool:
    key = str(fault.path[-1]) if fault.path else ""
    return fault.rule in OF_ROLE and key.lower() == "taskrolearn" and bool(SHORT_NAME.match(fault.message))


def _type_of(handed_in: Any, name: str, fault: Fault) -> str:
    """The type of the resource that a fault of a template is about."""
    if fault.path[:1] != ("Resources",) or len(fault.path) < 2:
        return ""
    named = (one.type for one in handed_in.readable.resources if (one.file, one.id) == (name, fault.path[1]))
    return next(named, "")


def of_no_row(handed_in: Any) -> list[Found]:
    """The errors in the task definition that are about no row's own part."""
    return [one for one in of_task(handed_in) if _row(one[1]) is None]


def judge_part(handed_in: Any, row: str) -> None:
    """End the check of a row where its own part of the task definition has an error."""
    found = [one for one in of_task(handed_in) if _row(one[1]) == row]
    judge(handed_in, "the task definition", found, expected="no error in this part")


def judge(handed_in: Any, what: str, found: list[Found], *, expected: str = ANY_PART) -> None:
    """End the check where there is an error; sizes and log options, which are what task 1 is about, are left out."""
    told = [(name, one) for name, one in found if one.rule != OF_LOG and not of_size(one)]
    if told:
        name, first = told[0]
        expect(
            False,
            tried=f"asked cfn-lint about {what}",
            seen=listed(handed_in, told),
            expected=expected,
            where=f"{name}:{first.line}",
            next=question(handed_in, name, first),
        )


def listed(handed_in: Any, found: list[Found]) -> str:
    """One fault in a line; of several the first three, each with its place."""
    if len(found) == 1:
        return shown(handed_in, *found[0])
    lines = [
        shorten(f"{name}:{one.line}, {shown(handed_in, name, one)}", LINE, placeholder=" …") for name, one in found
    ]
    different = list(dict.fromkeys(lines))
    more = len(different) - MOST
    return "\n".join([*different[:MOST], *([f"and {more} more"] if more > 0 else [])])


def of_size(fault: Fault) -> bool:
    """Whether it is about the two sizes; E3048 also asks for the rest of what Fargate needs."""
    named = {str(step).lower() for step in fault.path[-1:]} & {"cpu", "memory"}
    return fault.rule == PAIR or (fault.rule == OF_FARGATE and bool(named or fault.message[:6] in ("'Cpu' ", "'Memor")))


def shown(handed_in: Any, name: str, fault: Fault) -> str:
    """The fault in one line, with the TODO that it belongs to."""
    todo = _todo(handed_in, name, fault)
    message = SAYS.get(fault.rule, fault.message[:150])
    if fault.rule in OF_ROLE:
        given = re.split("' (?:is not a|does not match) ", fault.message)[0][:60]
        message = f"{given}' is no ARN of a role, which reads arn:aws:iam::ACCOUNT:role/NAME"
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
    fenced = task_at(handed_in.texts[name], fault.line)
    if fenced:
        return fenced
    of_type = OF_TYPE.get(_type_of(handed_in, name, fault).rpartition("::")[0])
    if of_type:
        return of_type
    return next((OF_KEY[key] for key in _keys(fault) if key in OF_KEY), None)


def _row(fault: Fault) -> str | None:
    """The row that asks for the part of the task definition in which a fault is."""
    return next((ROW_OF[key] for key in _keys(fault) if key in ROW_OF), None)


def _keys(fault: Fault) -> list[str]:
    """The keys on the way to a fault, as the API spells them."""
    # The key that only an entry of `secrets` has stands in another list.
    of_secrets = ["secrets"] if "'ValueFrom' was unexpected" in fault.message else []
    return of_secrets + [f"{step[:1].lower()}{step[1:]}" for step in fault.path if isinstance(step, str)]
