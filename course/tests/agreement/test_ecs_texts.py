"""What exercise 6 says of rights, percents and keys, in whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding, Partial
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, TASK, changed, hand_in, told

ROLES, DEPLOYMENT, SECRET = (
    sibling(CHECKS, name) for name in ("test_06_ecs_2_roles", "test_06_ecs_4_deployment", "test_06_ecs_6_secret")
)


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


# -- task 4: count and percents ---------------------------------------------------------------------------------------
LEAST, MOST, COUNT = "MinimumHealthyPercent: 100", "MaximumPercent: 200", "DesiredCount: 3"
ROOM = "Where is room for the first new task: above the count, or below it?"
STAYS = "How many percent of the count must stay healthy for three to serve?"
WANTED = "How many tasks does the contract ask for, before any percent is taken?"


@pytest.mark.parametrize(
    ("changes", "seen", "line", "question"),
    [
        (
            [(MOST, "MaximumPercent: 110")],
            "110 % of 3 is 3.3, rounded down to 3. 3 must stay and 3 may be there: a good version too comes to no end",
            86,
            ROOM,
        ),
        (
            [(MOST, "MaximumPercent: 100")],
            "3 must stay and 3 may be there: a good version too comes to no end",
            86,
            ROOM,
        ),
        (
            [(LEAST, "MinimumHealthyPercent: 110")],
            "110 % of 3 is 3.3, rounded up to 4. 4 must stay and 6 may be there: a good version too comes to no end",
            85,
            ROOM,
        ),
        (
            [(LEAST, "MinimumHealthyPercent: 60"), (MOST, "MaximumPercent: 150")],
            "60 % of 3 is 1.8, rounded up to 2. 1 of 3 old tasks may be stopped first: 2 serve",
            85,
            STAYS,
        ),
        ([(LEAST, "MinimumHealthyPercent: 0")], "3 of 3 old tasks may be stopped first: 0 serve", 85, STAYS),
        (
            [(COUNT, "DesiredCount: 6"), (LEAST, "MinimumHealthyPercent: 50")],
            "the service wants 6 tasks, 3 more than the contract: each of them is paid for",
            74,
            WANTED,
        ),
        (
            [(COUNT, "DesiredCount: 4")],
            "the service wants 4 tasks, 1 more than the contract: each of them is paid for",
            74,
            WANTED,
        ),
        ([(COUNT, "DesiredCount: 2")], "the service wants 2 tasks, so 2 serve at best", 74, WANTED),
    ],
)
def test_a_count_or_percent_is_told_with_its_arithmetic_and_its_line(
    changes: list[tuple[str, str]], seen: str, line: int, question: str
) -> None:
    found = told(DEPLOYMENT.test_bad_version_goes_back, hand_in(changed(SERVICE, *changes)))

    assert found == Finding(
        "deployed a version whose tasks never turn healthy",
        seen,
        "3 tasks, of which at least 3 serve at each step, and a deployment that is rolled back",
        f"service.yaml:{line}",
        question,
    )


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [(LEAST, "MinimumHealthyPercent: 67"), (MOST, "MaximumPercent: 134")],
        [(LEAST, "MinimumHealthyPercent: 99"), (MOST, "MaximumPercent: 134")],
        [(COUNT, 'DesiredCount: "3"')],
        [(f"      {COUNT}\n", "")],
    ],
)
def test_three_tasks_by_any_percents_that_round_to_three_are_right(changes: list[tuple[str, str]]) -> None:
    assert DEPLOYMENT.test_bad_version_goes_back(hand_in(changed(SERVICE, *changes)), CONTRACT) is None


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
