"""What exercise 6 says of rights and keys, in whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding, Partial
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, TASK, changed, hand_in, told

ROLES, SECRET = sibling(CHECKS, "test_06_ecs_2_roles"), sibling(CHECKS, "test_06_ecs_6_secret")


# -- task 2: the registry's password ----------------------------------------------------------------------------------
LOGIN = '{Effect: Allow, Action: "ecr:GetAuthorizationToken", Resource: "*"}'
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/movie-service"


@pytest.mark.parametrize(
    ("statement", "seen", "where"),
    [
        (
            LOGIN.replace('"*"', REPOSITORY),
            f"may do ecr:GetAuthorizationToken on {REPOSITORY}; the password belongs to no repository, "
            "and AWS asks for `*`",
            "service.yaml:24",
        ),
        (
            '{Effect: Allow, Action: "logs:PutLogEvents", Resource: "*"}',
            "may not do ecr:GetAuthorizationToken",
            "service.yaml:20",
        ),
    ],
)
def test_a_login_that_is_missing_is_told_with_the_pull(statement: str, seen: str, where: str) -> None:
    given = hand_in(changed(SERVICE, (LOGIN, statement)))

    with pytest.raises(Partial) as lost:
        ROLES.test_five_actions_are_sorted(given, CONTRACT)

    found = lost.value.finding
    assert found.tried == "asked both roles for each of the five things of `python night.py denied`"
    assert found.seen == f"4 of 5 are right; pulling the image: the execution role (ExecutionRole) {seen}"
    assert found.expected == "each of the five by the one role that is asked, on the thing of the contract"
    assert found.where == where
    assert found.next == "What does a registry ask for before it shows its first image, and whose is it?"


@pytest.mark.parametrize(
    "statement",
    [LOGIN, LOGIN.replace('"*"', '["*"]'), LOGIN.replace("GetAuthorizationToken", "getauthorizationtoken")],
)
def test_a_login_on_everything_is_right_and_not_too_much(statement: str) -> None:
    given = hand_in(changed(SERVICE, (LOGIN, statement)))

    assert ROLES.test_five_actions_are_sorted(given, CONTRACT) is None
    assert ROLES.test_roles_are_narrow(given, CONTRACT) is None


# -- task 6: the key --------------------------------------------------------------------------------------------------
NAME = "movie/pseudonym-key"
ARN = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{NAME}-a1B2c3"
LIMIT = '"name": "MOVIE_SERVICE_BATCH_LIMIT",\n          "value": "100"'


def with_key(value: str) -> Any:
    return hand_in(task=changed(TASK, (LIMIT, f'"name": "PSEUDONYM_KEY",\n          "value": "{value}"')))


@pytest.mark.parametrize("value", [ARN, f"{ARN}:PSEUDONYM_KEY::", NAME, f"{NAME}-a1B2c3"])
def test_the_name_of_a_secret_in_the_wrong_list_is_told_as_what_the_container_gets(value: str) -> None:
    found = told(SECRET.test_key_is_in_no_file, with_key(value))

    assert found == Finding(
        "read all files, and the task definition as anybody with the right to describe it can",
        f"the container gets the text {value} as its key: nobody looks it up from `environment`",
        "the name of the secret, where ECS looks it up",
        "taskdef.json:22",
        "Which list of a container is handed over as it stands, and which one does ECS look up first?",
    )


@pytest.mark.parametrize("value", ["c2VjcmV0", "m", ""])
def test_the_value_of_a_key_is_told_as_one(value: str) -> None:
    found = told(SECRET.test_key_is_in_no_file, with_key(value))

    assert found == Finding(
        "read all files, and the task definition as anybody with the right to describe it can",
        "the value of PSEUDONYM_KEY stands in it: whoever may describe the task definition reads it, in every revision",
        "the name of the secret, in place of its value",
        "taskdef.json:22",
        "What is the ECS name for `secretKeyRef` of kubernetes.yaml?",
    )
