"""The checks of exercise 6: a size and a log, two roles and what each of them may do.

The guard, tasks 1 and 2. Beside it stand test_06_ecs_health (task 3) and test_06_ecs_service (tasks 4 to 6).
"""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, partial, read_hints
from checker.cloudformation import Fault, lint, said
from checker.cloudformation.arns import concrete
from checker.ecs.task import json_faults
from checker.iam import Statement, allowed, trusted, unknown_policies

HINTS = read_hints(__file__)
# Sizes and log options are what task 1 is about; the rest of a file must be right from the start.
PAIR, OF_FARGATE, OF_LOG = "E3047", "E3048", "E3046"
UNITS = {"vcpu": 1024, "gb": 1024, "": 1}
AMOUNT = re.compile(r"(\d*\.?\d+)\s*(vcpu|gb|)", re.IGNORECASE)
TRUSTS = "ecs-tasks.amazonaws.com"
# cfn-lint's rules in the words of this course: what to look at.
LOOK = {
    "E3053": "In awsvpc each task has an address of its own. To what could a second port be mapped?",
    "E3002": "How far is this key indented, and how does the reference of its resource write it?",
    "E3003": "What must a resource of this type have at least?",
    "E1010": "Which resources does the template make, and which attributes do they have?",
    "E1020": "Which names stand under Parameters and Resources?",
}
SAYS = {"E3053": "hostPort and containerPort differ, which awsvpc does not allow"}
ROLE_KEYS = {"execution": "executionRoleArn", "task": "taskRoleArn"}


def _faults(handed_in: Any) -> list[tuple[str, Fault]]:
    """cfn-lint's errors in all files, the templates first."""
    found = [(name, one) for name, text in handed_in.templates.items() for one in lint(name, text)]
    found += [(name, one) for name, text, value in handed_in.registered for one in json_faults(name, text, value)]
    return [(name, one) for name, one in found if one.rule.startswith("E")]


def _of_size(fault: Fault) -> bool:
    """Whether it is about the two sizes; E3048 also asks for the rest of what Fargate needs."""
    named = {str(step).lower() for step in fault.path[-1:]} & {"cpu", "memory"}
    return fault.rule == PAIR or (fault.rule == OF_FARGATE and bool(named or fault.message[:6] in ("'Cpu' ", "'Memor")))


# -- guard ------------------------------------------------------------------------------------------------------
@check(id="valid", task=1, why="AWS refuses a template with an error before it makes anything.")
def test_files_can_be_deployed(handed_in):
    """cfn-lint finds no error in the files."""
    assert handed_in.service and handed_in.task
    faults = [(name, one) for name, one in _faults(handed_in) if one.rule != OF_LOG and not _of_size(one)]
    unnamed = next((one for one in handed_in.registered if not one[2].get("family")), None)
    if unnamed:
        faults.append((unnamed[0], Fault("the API", 1, "'family' is a required property", ())))
    name, fault = faults[0] if faults else ("", None)
    expect(
        fault is None,
        tried="asked cfn-lint about your files",
        seen=f"{fault.rule}: {SAYS.get(fault.rule, fault.message[:150])}" if fault else "",
        expected="no error; sizes and log options have checks of their own",
        where=f"{name}:{fault.line}" if fault else "",
        next=LOOK.get(fault.rule if fault else "", "What does the reference of this resource say that the key takes?"),
    )


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="size",
    task=1,
    points=1,
    after=("valid",),
    hints=HINTS["size"],
    why="Fargate has a list of sizes, and refuses every other pair when the task definition is registered.",
)
def test_size_is_one_of_fargate(handed_in, contract):
    """CPU and memory are a pair that Fargate has: the smallest one that holds the service."""
    task = handed_in.task
    given = {key: task.get(key) for key in ("cpu", "memory")}
    tried = "asked cfn-lint about the size, and held it against what the service needs"
    expected = "a pair of Fargate with 500 thousandths of a CPU and 900 MiB, and no larger one"
    absent = " and no ".join(key for key, value in given.items() if value is None)
    expect(
        not absent,
        tried=tried,
        seen=f"there is no {absent}: Fargate takes no task without a size",
        expected=expected,
        where=task.at(),
        next="What do requests and limits of kubernetes.yaml say, and in which units does ECS count?",
    )
    for on_fargate, seen, where in (
        (
            "FARGATE" in (task.get("requiresCompatibilities") or ()),
            "nothing asks for the rules of Fargate: a wrong size is noticed when the first task starts",
            task.at("requiresCompatibilities"),
        ),
        (
            "FARGATE" in said([handed_in.service.get("LaunchType"), handed_in.service.get("CapacityProviderStrategy")]),
            "the service asks for machines of your own, and there are none",
            handed_in.service.at("LaunchType"),
        ),
    ):
        expect(
            on_fargate,
            tried=tried,
            seen=seen,
            expected="a task definition and a service for `FARGATE`, as the starter has them",
            where=where,
            next="Which of the given lines says on whose machines the tasks run?",
        )
    number = next((key for key, value in given.items() if not isinstance(value, str)), "")
    expect(
        task.resource is not None or not number,
        tried=tried,
        seen=f"{number} is the number {given.get(number)}; the API takes a text here, and refuses the file",
        expected="both sizes as a text, in quotes",
        where=task.at(number),
        next="How does the API's reference write the type of this key?",
    )
    size = (_amount(given["cpu"]), _amount(given["memory"]))
    fault = next((one for _, one in _faults(handed_in) if _of_size(one)), None)
    shown = f"{given['cpu']} and {given['memory']}"
    # The API takes `0.5 vCPU` too, which cfn-lint does not know.
    expect(
        fault is None or size == contract.SMALLEST,
        tried=tried,
        seen=f"{shown}: Fargate has no such pair, and the task definition is refused",
        expected=expected,
        where=task.at("cpu"),
        next="1024 units are one CPU. Which memory sizes does Fargate have beside your CPU size?",
    )
    expect(
        size == contract.SMALLEST,
        tried=tried,
        seen=f"{shown}: {_too(size, contract)}",
        expected=expected,
        where=task.at("cpu"),
        next="How many units are half a CPU, and which is the smallest memory size beside it?",
    )


def _amount(given: Any) -> int:
    found = AMOUNT.fullmatch(str(given).strip())
    return round(float(found[1]) * UNITS[found[2].lower()]) if found else 0


def _too(size: tuple[int, int], contract: Any) -> str:
    if size[0] * 1000 < contract.CPU * 1024:
        return f"the service gets {size[0]} of 1024 units, and needs 512: it is slow every evening"
    if size[1] < contract.MEMORY:
        return "the service needs 900 MiB: it is killed with exit code 137"
    return "more than it needs, and Fargate is paid by size, second by second"


@check(
    id="logs",
    task=1,
    points=1,
    after=("valid",),
    hints=HINTS["logs"],
    why="On Fargate there is no machine to log in to: what is not sent away is gone with the task.",
)
def test_log_arrives(handed_in, contract):
    """What the container prints arrives in the log group of the contract."""
    task, api = handed_in.task, handed_in.api
    path = ("containerDefinitions", api.number, "logConfiguration")
    given = api.properties.get("logConfiguration") or {}
    options = given.get("options") if isinstance(given, dict) else None
    options = options if isinstance(options, dict) else {}
    driver = given.get("logDriver") if isinstance(given, dict) else None
    group = concrete(handed_in.stack, options.get("awslogs-group"))
    region = concrete(handed_in.stack, options.get("awslogs-region"))
    seen = ""
    if driver != "awslogs":
        seen = f"the log driver is {driver!r}: nothing arrives in CloudWatch"
    elif not options:
        seen = "the driver has no options: it knows no group to send to, and the task does not start"
    elif group != contract.GROUP:
        seen = f"the lines go to the group {group!r}; the task does not start where there is none"
    elif options.get("awslogs-region") is None:
        seen = "there is no region: the driver cannot know where the group is"
    elif region != contract.REGION:
        seen = f"the lines go to the region {region!r}, where nobody looks for them"
    elif not options.get("awslogs-stream-prefix"):
        seen = "there is no prefix of streams, which Fargate asks for: the task definition is refused"
    expect(
        not seen,
        tried="followed a line from the container to its log group",
        seen=seen,
        expected="group `/ecs/movie-service` in `us-east-1`, and a prefix for the streams",
        where=task.at(*path, "options") if options else task.at(*path),
        next="What must a driver know to write a line: which group, where, and under which name?",
    )


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="roles",
    task=2,
    points=1,
    after=("valid",),
    hints=HINTS["roles"],
    why="ECS and the code in the container are two callers, and each has a role of its own.",
)
def test_there_are_two_roles(handed_in):
    """The task definition names two roles of your files, and ECS tasks may take both."""
    task, roles = handed_in.task, handed_in.roles
    tried = "looked up the two roles of the task definition in your templates"
    for name, key in ROLE_KEYS.items():
        given = task.get(key)
        where = task.at(key) if given is not None else task.at()
        callers = {
            "execution": "ECS asks in nobody's name: no image, no key, no log",
            "task": "the code asks in nobody's name: no model, no predictions",
        }
        expect(
            name in roles,
            tried=tried,
            seen=callers[name] if given is None else f"{concrete(handed_in.stack, given)} is no role of your files",
            expected=f"the {name} role of your template, by its ARN",
            where=where,
            next="Which two roles does the template make, and what are their names?",
        )
    expect(
        roles["execution"] is not roles["task"],
        tried=tried,
        seen=f"both are {roles['task'].id}: the code may read what only ECS needs, such as every key",
        expected="two different roles",
        where=task.at("taskRoleArn"),
        next="Who uses each of the two, and when: before the container starts, or while it runs?",
    )
    for name, role in roles.items():
        expect(
            TRUSTS in trusted(role),
            tried=tried,
            seen=f"{role.id} may be taken by {', '.join(sorted(trusted(role))) or 'nobody'}: ECS is refused",
            expected=f"a role that `{TRUSTS}` may take",
            where=role.at("AssumeRolePolicyDocument"),
            next=f"Who takes the {name} role in the end, and does the trust policy name it?",
        )


@check(
    id="sorted",
    task=2,
    points=3,
    after=("roles",),
    hints=HINTS["sorted"],
    why="What happens before the container starts is asked by ECS; what the code does is asked by the code.",
)
def test_five_actions_are_sorted(handed_in, contract):
    """Each of the five things of the night may be done by the role that is asked, and by no other."""
    wrong = [one for one in contract.ASKED if _role_fault(handed_in, *one)]
    if not wrong:
        return
    what, asked, actions, resource = wrong[0]
    right = len(contract.ASKED) - len(wrong)
    other = "task" if asked == "execution" else "execution"
    finding = {
        "tried": "asked both roles for each of the five things of `python night.py denied`",
        "seen": f"{right} of 5 are right; {what}: {_role_fault(handed_in, what, asked, actions, resource)}",
        "expected": "each of the five by the one role that is asked, on the thing of the contract",
        "where": handed_in.roles[asked].at("Policies"),
        "next": f"Was the container running when this was refused? What may the {other} role do without need?",
    }
    earned = right * 3 // 5
    if earned:
        partial(earned, **finding)
    expect(False, **finding)


def _role_fault(handed_in: Any, what: str, asked: str, actions: tuple[str, ...], resource: str) -> str:
    other = "task" if asked == "execution" else "execution"
    denied = [one for one in actions if not allowed(handed_in.may(asked), one, resource)]
    if denied:
        return f"the {asked} role may not do {denied[0]}"
    # The first action is the one that tells: a password for the registry alone reads nothing.
    return f"the {other} role may do it too" if allowed(handed_in.may(other), actions[0], resource) else ""


@check(
    id="breadth",
    task=2,
    points=2,
    after=("sorted",),
    hints=HINTS["breadth"],
    why="A role is what a stranger has who gets into the container: its breadth is the damage.",
)
def test_roles_are_narrow(handed_in, contract):
    """Neither role may do more than what is asked of it."""
    for name, role in handed_in.roles.items():
        unknown = unknown_policies(handed_in.stack, role)
        expect(
            not unknown,
            tried=f"listed what the {name} role may do",
            seen=f"{unknown[0] if unknown else ''} is attached, and what it allows is not in your files",
            expected="what each role may do, in your files",
            where=role.at("ManagedPolicyArns"),
            next="Which of its actions does the service need, and on which things?",
        )
        for statement in handed_in.may(name):
            fault = _wide(statement, contract)
            expect(
                not fault,
                tried=f"asked what a stranger inside could do with the {name} role",
                seen=fault,
                expected="the actions of the night on the things of the contract; `*` for the registry's password",
                where=statement.where,
                next="Which thing of the contract is meant, and how does its ARN read?",
            )
    expect(
        allowed(handed_in.may("execution"), contract.LOGIN, "*"),
        tried="asked the execution role for the registry's password",
        seen="it may not do ecr:GetAuthorizationToken: no image is pulled",
        expected="the password too; it belongs to no repository, so it is asked on `*`",
        where=handed_in.roles["execution"].at("Policies"),
        next="What does a registry ask for before it shows its first image?",
    )


def _wide(statement: Statement, contract: Any) -> str:
    """What is too wide about a statement, or nothing."""
    if not statement.allows or statement.managed == contract.STANDARD:
        return ""
    star = next((one for one in statement.actions if "*" in one), "")
    if star or statement.not_actions:
        return f"it may do {star or 'all but a few things'}: more than the five things"
    needed = {action.lower() for _, _, actions, _ in contract.ASKED for action in actions}
    known = needed | {one.lower() for one in contract.HARMLESS}
    for action in statement.actions:
        if action.lower() not in known:
            return f"it may do {action}, which nobody asks for"
        for service, thing, whose in contract.FOREIGN:
            asked_on_all = action.lower() == contract.LOGIN.lower()
            if action.lower().startswith(f"{service}:") and statement.meets(action, thing) and not asked_on_all:
                return f"{action} on {statement.resources[0] if statement.resources else 'all'}: {whose} too"
    return next((f"it {says}" for action, thing, says in contract.OURS if statement.meets(action, thing)), "")
