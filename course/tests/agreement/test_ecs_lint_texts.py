"""What exercise 6 says of errors of cfn-lint, in whole texts, and which rows wait for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import Finding, NotYet
from course.tests.agreement.ecs_answer import (
    CHECKS,
    CONFTEST,
    CONTRACT,
    EXERCISE,
    SERVICE,
    TASK,
    changed,
    hand_in,
    told,
)

SIZE, ROLES, HEALTH, DEPLOYMENT, LOAD, SECRET = (
    sibling(CHECKS, name)
    for name in (
        "test_06_ecs", "test_06_ecs_2_roles", "test_06_ecs_3_health", "test_06_ecs_4_deployment",
        "test_06_ecs_5_load", "test_06_ecs_6_secret",
    )
)  # fmt: skip
ROWS = {
    one.__check__.id: one.__check__
    for module in (SIZE, ROLES, HEALTH, DEPLOYMENT, LOAD, SECRET)
    for one in vars(module).values()
    if hasattr(one, "__check__")
}


def waits_for(row: str) -> set[str]:
    return {one for before in ROWS[row].after for one in {before, *waits_for(before)}}


@pytest.mark.parametrize("row", ["image", "size", "logs", "secrets"])
def test_a_row_about_the_task_definition_waits_for_no_template(row: str) -> None:
    assert "registered" in waits_for(row)
    assert "valid" not in waits_for(row)


@pytest.mark.parametrize("row", ["rollback", "scaling"])
def test_a_row_about_the_service_waits_for_no_task_definition(row: str) -> None:
    assert waits_for(row) == {"valid"}


BREAKER = "DeploymentCircuitBreaker: {Enable: true, Rollback: true}"
ALL_PARTS, OWN_PART = "no error in any part", "no error in this part"
ELSEWHERE = "no error; sizes, log options, roles, health check and secrets have rows of their own"


def slips(*lines: str) -> str:
    changes = {
        "path": ("HealthCheckPath", "HealthCheckPaht"), "breaker": (BREAKER, BREAKER.replace(", Rollback: true", "")),
        "grace": ("HealthCheckGracePeriodSeconds", "HealthCheckGracePeriod"), "max": ("MaxCapacity", "MaximumCapacity"),
    }  # fmt: skip
    return changed(SERVICE, *(changes[line] for line in lines))


def test_an_error_of_a_template_is_told_alone_when_it_is_alone() -> None:
    assert told(lambda given, _: ROLES.test_templates_can_be_deployed(given), hand_in(slips("breaker"))) == Finding(
        "asked cfn-lint about your templates",
        "in the part of TODO 4: E3003: 'Rollback' is a required property",
        ALL_PARTS,
        "service.yaml:87",
        "What must a resource of this type have at least?",
    )


def test_of_several_errors_three_are_told_each_with_its_place() -> None:
    found = told(
        lambda given, _: ROLES.test_templates_can_be_deployed(given), hand_in(slips("path", "breaker", "grace", "max"))
    )

    assert found.seen.split("\n") == [
        "service.yaml:65, in the part of TODO 3: E3002: Additional properties are not allowed "
        "('HealthCheckPaht' was unexpected. Did you mean 'HealthCheckPath'?)",
        "service.yaml:83, E3002: Additional properties are not allowed "
        "('HealthCheckGracePeriod' was unexpected. Did you mean 'HealthCheckGracePeriodSeconds'?)",
        "service.yaml:87, in the part of TODO 4: E3003: 'Rollback' is a required property",
        "and 2 more",
    ]
    assert (found.where, found.next) == (
        "service.yaml:65",
        "How far is this key indented, and how does the reference of its resource write it?",
    )


def test_a_fault_between_the_fences_of_a_task_is_told_with_that_task() -> None:
    """The key is no name of task 3's, and its resource belongs to several tasks."""
    text = (EXERCISE / "solution" / "service.yaml").read_text("utf-8")
    given = hand_in(changed(text, ("HealthCheckGracePeriodSeconds", "HealthCheckGracePeriod")))

    found = told(lambda one, _: ROLES.test_templates_can_be_deployed(one), given)

    assert found.seen == (
        "in the part of TODO 3: E3002: Additional properties are not allowed "
        "('HealthCheckGracePeriod' was unexpected. Did you mean 'HealthCheckGracePeriodSeconds'?)"
    )


ARN = "arn:aws:iam::123456789012:role/movie-"


@pytest.mark.parametrize("given", ["movie-execution", "arn:aws:iam::role/movie-execution"])
def test_what_is_no_arn_of_a_role_is_told_once_with_its_shape(given: str) -> None:
    """cfn-lint says it by two rules."""
    task = changed(TASK, (f"{ARN}execution", given))

    assert told(ROLES.test_there_are_two_roles, hand_in(task=task)) == Finding(
        "asked cfn-lint about the task definition",
        f"in the part of TODO 2: E1156: '{given}' is no ARN of a role, which reads arn:aws:iam::ACCOUNT:role/NAME",
        OWN_PART,
        "taskdef.json:9",
        "Which account and which name belong into the ARN of this role?",
    )


def test_the_short_name_of_the_task_role_is_right_as_the_api_takes_it() -> None:
    given = hand_in(task=changed(TASK, (f"{ARN}task", "movie-task")))

    assert SIZE.test_task_definition_can_be_registered(given) is None
    assert ROLES.test_there_are_two_roles(given, CONTRACT) is None


def test_another_form_of_the_task_role_is_told() -> None:
    given = hand_in(task=changed(TASK, (f"{ARN}task", "role/movie-task")))

    found = told(ROLES.test_there_are_two_roles, given)

    assert found.seen == (
        "in the part of TODO 2: E1156: 'role/movie-task' is no ARN of a role, which reads "
        "arn:aws:iam::ACCOUNT:role/NAME"
    )


LIMIT = '"value": "100"'
CHECKED = '"retries": 3'


@pytest.mark.parametrize(
    ("change", "check", "seen", "line", "question"),
    [
        (
            (LIMIT, '"value": "100", "valueFrom": "arn:aws:x"'), SECRET.test_key_is_in_no_file,
            "in the part of TODO 6: E3002: Additional properties are not allowed ('valueFrom' was unexpected)",
            24, "What does the API call this key, and in which list or table of the container does it stand?",
        ),
        (
            (CHECKED, '"retries": 3, "patience": 9'), HEALTH.test_health_checks_agree,
            "in the part of TODO 3: E3002: Additional properties are not allowed ('patience' was unexpected)",
            41, "What does the API call this key, and in which list or table of the container does it stand?",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_the_part_of_a_row_is_told_there_and_keeps_no_other_row(
    change: tuple[str, str], check: Callable[..., object], seen: str, line: int, question: str
) -> None:
    given = hand_in(task=changed(TASK, change))

    found = told(check, given)

    assert found == Finding(
        "asked cfn-lint about the task definition", seen, OWN_PART, f"taskdef.json:{line}", question
    )  # fmt: skip
    others = {
        SIZE.test_size_is_one_of_fargate, SIZE.test_log_arrives, ROLES.test_there_are_two_roles,
        ROLES.test_five_actions_are_sorted, HEALTH.test_health_checks_agree, SECRET.test_key_is_in_no_file,
    }  # fmt: skip
    assert SIZE.test_task_definition_can_be_registered(given) is None
    for other in others - {check}:
        assert other(given, CONTRACT) is None


MAPPED = Finding(
    "asked cfn-lint about the task definition",
    "E3053: hostPort and containerPort differ, which awsvpc does not allow",
    ELSEWHERE,
    "",
    "In awsvpc each task has an address of its own. To what could a second port be mapped?",
)


def test_an_error_of_the_task_definition_is_told_in_a_row_of_its_own() -> None:
    given = hand_in(task=changed(TASK, ('"containerPort": 8000', '"containerPort": 8000, "hostPort": 80')))

    found = told(lambda one, _: SIZE.test_task_definition_can_be_registered(one), given)

    assert found == replace(MAPPED, where="taskdef.json:18")
    assert ROLES.test_templates_can_be_deployed(given) is None


def test_the_same_holds_for_a_task_definition_that_is_a_resource_of_the_template() -> None:
    text = (EXERCISE / "right" / "one_template" / "service.yaml").read_text("utf-8")
    text = changed(text, ("- ContainerPort: 8000", "- ContainerPort: 8000\n          HostPort: 80"))
    given = CONFTEST.HandedIn({"service.yaml": text}, {"service.yaml": text}, ())

    found = told(lambda one, _: SIZE.test_task_definition_can_be_registered(one), given)

    line = text[: text.index("HostPort")].count("\n") + 1
    assert found == replace(MAPPED, where=f"service.yaml:{line}")
    assert ROLES.test_templates_can_be_deployed(given) is None


def test_a_template_that_cannot_be_read_keeps_no_row_of_the_task_definition() -> None:
    given = hand_in(f"{SERVICE}\n- nothing: [\n")

    assert SIZE.test_task_definition_can_be_registered(given) is None
    assert SIZE.test_image_is_named_by_its_digest(given, CONTRACT) is None
    assert SIZE.test_size_is_one_of_fargate(given, CONTRACT) is None
    assert SIZE.test_log_arrives(given, CONTRACT) is None
    assert SECRET.test_key_is_in_no_file(given, CONTRACT) is None
    with pytest.raises(NotYet):
        ROLES.test_templates_can_be_deployed(given)


def test_a_task_definition_that_cannot_be_read_keeps_no_row_of_the_service() -> None:
    files = {"service.yaml": SERVICE, "taskdef.json": TASK.replace('"cpu"', "cpu", 1)}
    submission = SimpleNamespace(files=lambda *_: list(files), text=files.__getitem__)
    given = CONFTEST.handed_in.__wrapped__(submission)

    assert ROLES.test_templates_can_be_deployed(given) is None
    assert DEPLOYMENT.test_bad_version_goes_back(given, CONTRACT) is None
    assert LOAD.test_tasks_follow_the_load(given, CONTRACT) is None
    found = told(lambda one, _: SIZE.test_task_definition_can_be_registered(one), given)
    assert (found.tried, found.where) == ("read taskdef.json", "taskdef.json:7")
