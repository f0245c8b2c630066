"""What exercise 6 says of rights, in whole texts."""

from __future__ import annotations

import pytest

from checker import sibling
from checker.errors import Partial
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, changed, hand_in

ROLES = sibling(CHECKS, "test_06_ecs_2_roles")


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
