"""Task 2: the templates, two roles, who may take them, and what each of them may do."""

from __future__ import annotations

from typing import Any

from checker import check, expect, partial, read_hints, sibling
from checker.cloudformation.arns import concrete
from checker.iam import trusted, unknown_policies

HINTS = read_hints(__file__)
RIGHTS, NEEDS, LINT = (sibling(__file__, name) for name in ("rights", "needs", "lint"))
TRUSTS = "ecs-tasks.amazonaws.com"
ROLE_KEYS = {"execution": "executionRoleArn", "task": "taskRoleArn"}
CALLERS = {
    "execution": "ECS asks in nobody's name: no image, no key, no log",
    "task": "the code asks in nobody's name: no model, no predictions",
}


@check(id="valid", task=2, why="AWS refuses a template with an error before it makes anything.")
def test_templates_can_be_deployed(handed_in):
    """cfn-lint finds no error in the templates."""
    assert handed_in.service
    LINT.judge(handed_in, "your templates", LINT.of_templates(handed_in))


@check(
    id="roles",
    task=2,
    points=1,
    after=("image", "valid"),
    hints=HINTS["roles"],
    why="ECS and the code in the container are two callers, and each has a role of its own.",
)
def test_there_are_two_roles(handed_in, contract):
    """The task definition names two roles of your files, and ECS tasks may take both, and nobody else."""
    LINT.judge_part(handed_in, "roles")
    task, roles = handed_in.task, handed_in.roles
    tried = "looked up the two roles of the task definition in your templates"
    for name, key in ROLE_KEYS.items():
        given = task.get(key)
        expect(
            name in roles,
            tried=tried,
            seen=CALLERS[name] if given is None else f"{concrete(handed_in.stack, given)} is no role of your files",
            expected=f"the {name} role of your template, by its ARN",
            where=task.at(key) if given is not None else task.at(),
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
        seen, question = _trust_fault(name, role, contract)
        expect(
            not seen,
            tried=tried,
            seen=seen,
            expected=f"a role that `{TRUSTS}` may take, and nobody else",
            where=role.at("AssumeRolePolicyDocument"),
            next=question or "Whom does the trust policy name?",
        )


def _trust_fault(name: str, role: Any, contract: Any) -> tuple[str, str]:
    """Why ECS may not take a role, or who else may."""
    named, may = trusted(role), trusted(role, contract.TAKING)
    if TRUSTS in named and TRUSTS not in may:
        seen = f"{role.id} may be taken under a condition that no task of this account fulfills: ECS is refused"
        return seen, "For which account, and for which caller, does the condition of the trust policy hold?"
    if TRUSTS not in may:
        seen = f"{role.id} may be taken by {', '.join(sorted(named)) or 'nobody'}: ECS is refused"
        return seen, f"Who takes the {name} role in the end, and does the trust policy name it?"
    others = ", ".join(sorted(named - {TRUSTS}))
    if others:
        return f"{role.id} may be taken by {others} too, with all that it may do", (
            "Who needs this role beside the tasks of ECS?"
        )
    return "", ""


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
    wrong = list(RIGHTS.unsorted(handed_in, contract))
    if not wrong:
        _nothing_else_is_refused(handed_in, contract)
        return
    (first, denied), right = wrong[0], len(contract.ASKED) - len(wrong)
    told = {what: f"{what}: right" for what, _, _ in contract.ASKED}
    for what, one in wrong:
        # The place of the first one stands below all of them.
        told[what] = f"{what}{'' if one.where == denied.where else f', {one.where}'}: {one.seen}"
    finding = {
        "tried": "asked both roles for each of the five things of `python night.py denied`",
        "seen": "\n".join([f"{right} of 5 are right", *told.values()]),
        "expected": "each of the five by the one role that is asked, on the thing of the contract",
        "where": denied.where,
        "next": f"{first}: {denied.next}" if len(wrong) > 1 else denied.next,
    }
    earned = right * 3 // 5
    if earned:
        partial(earned, **finding)
    expect(False, **finding)


def _nothing_else_is_refused(handed_in: Any, contract: Any) -> None:
    """What the containers make ECS ask for beside the five: each refusal keeps the task from starting."""
    for need, why in NEEDS.refused(handed_in, contract):
        partial(
            2,
            tried="asked the execution role for what else ECS gets for the containers of the task",
            seen=f"{need.what}: {why}\nResourceInitializationError, and no task starts",
            expected="containers for which ECS gets nothing but the things of the contract",
            where=handed_in.task.at(*need.path),
            next=NEEDS.NEXT,
        )


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
            fault = RIGHTS.too_wide(statement, contract)
            expect(
                not fault,
                tried=f"asked what a stranger inside could do with the {name} role",
                seen=fault,
                expected="the actions of the night on the things of the contract; `*` for the registry's password",
                where=statement.where,
                next="Which action of the night is meant, on which thing of the contract, and how does its ARN read?",
            )
