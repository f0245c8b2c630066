"""What exercise 6 says of logs, percents, pauses and keys, in whole texts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding, NotYet, Partial
from checker.reply import Answers
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, TASK, changed, hand_in, told

SIZE, DEPLOYMENT, LOAD, SECRET, TRUTH = (
    sibling(CHECKS, name)
    for name in (
        "test_06_ecs", "test_06_ecs_4_deployment", "test_06_ecs_5_load", "test_06_ecs_6_secret",
        "answers",
    )
)  # fmt: skip


# -- task 4: the two numbers ------------------------------------------------------------------------------------------
RIGHT = TRUTH.numbers(7)
FAILED, SERVED = RIGHT["failed_tasks"], RIGHT["least_serving"]
QUOTED = "How is a text written in this file, and how a number?"


def numbers(failed: object, least: object) -> Finding | None:
    submission = SimpleNamespace(seed=7, answers=lambda: Answers({"failed_tasks": failed, "least_serving": least}))
    try:
        DEPLOYMENT.test_deployment_is_read(submission, TRUTH)
    except (NotYet, Partial) as lost:
        return lost.finding
    return None


@pytest.mark.parametrize(
    ("failed", "least", "seen", "question"),
    [
        (
            str(FAILED), SERVED,
            f"1 of 2 agree; failed_tasks = '{FAILED}' stands in quotes, so it is a text and no number", QUOTED,
        ),
        (
            FAILED + 1, str(SERVED),
            f"0 of 2 agree; least_serving = '{SERVED}' stands in quotes, so it is a text and no number", QUOTED,
        ),
        (
            FAILED + 1, SERVED, f"1 of 2 agree; failed_tasks = {FAILED + 1} does not",
            "In which row does the state change, and what stands under failed there?",
        ),
        (
            FAILED, "few", "1 of 2 agree; least_serving = 'few' does not",
            "Which tasks serve while the new ones fail, and when are there the fewest?",
        ),
    ],
)  # fmt: skip
def test_a_number_in_quotes_is_told_as_a_text_and_not_as_a_wrong_number(
    failed: object, least: object, seen: str, question: str
) -> None:
    key = "failed_tasks" if "failed_tasks" in seen else "least_serving"

    assert numbers(failed, least) == Finding(
        "compared your two numbers with the table of `python night.py deployment`",
        seen,
        "two whole numbers of the table, without quotes",
        f"answers.toml, {key}",
        question,
    )


def test_both_numbers_without_quotes_are_right() -> None:
    assert numbers(FAILED, SERVED) is None


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


# -- task 5: the pause between two steps ------------------------------------------------------------------------------
TARGET_VALUE = "        TargetValue: 60\n"


def with_pause(key: str, value: str) -> Any:
    return hand_in(changed(SERVICE, (TARGET_VALUE, f"{TARGET_VALUE}        {key}: {value}\n")))


@pytest.mark.parametrize(
    ("key", "what", "question"),
    [
        (
            "ScaleInCooldown", "so long each step down waits for the one before, and tasks are paid that nobody needs",
            "The load is gone at midnight. When is the count at its least again?",
        ),
        (
            "ScaleOutCooldown", "so long a step up waits for the one before, and the evening is over",
            "The load goes on growing after the first step. When may the next task come?",
        ),
    ],
)  # fmt: skip
def test_a_pause_of_a_day_is_told(key: str, what: str, question: str) -> None:
    assert told(LOAD.test_tasks_follow_the_load, with_pause(key, "86400")) == Finding(
        "let the load of an evening come",
        f"{key} is 86400 seconds: {what}",
        "an hour at most between two steps, or nothing said",
        "service.yaml:108",
        question,
    )


@pytest.mark.parametrize(
    ("key", "value"), [("ScaleInCooldown", "3600"), ("ScaleInCooldown", "0"), ("ScaleOutCooldown", '"60"')]
)
def test_a_pause_of_an_hour_at_most_is_right(key: str, value: str) -> None:
    assert LOAD.test_tasks_follow_the_load(with_pause(key, value), CONTRACT) is None


# -- task 1: the endpoint of the log ----------------------------------------------------------------------------------
REGION_OPTION = '"awslogs-region": "us-east-1",'


def with_endpoint(url: str) -> Any:
    return hand_in(task=changed(TASK, (REGION_OPTION, f'{REGION_OPTION} "awslogs-endpoint": "{url}",')))


def test_an_endpoint_of_another_region_is_told() -> None:
    assert told(SIZE.test_log_arrives, with_endpoint("https://logs.eu-west-1.amazonaws.com")) == Finding(
        "followed a line from the container to its log group",
        "the lines are sent to https://logs.eu-west-1.amazonaws.com, which is not in us-east-1",
        "group `/ecs/movie-service` in `us-east-1`, and a prefix for the streams",
        "taskdef.json:46",
        "Which address does the driver take for a region when no endpoint is said?",
    )


def test_an_endpoint_of_the_region_is_right() -> None:
    assert SIZE.test_log_arrives(with_endpoint("https://logs.us-east-1.amazonaws.com"), CONTRACT) is None


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


@pytest.mark.parametrize("field", ["", "PSEUDONYM_KEY"])
def test_a_version_of_the_key_is_told(field: str) -> None:
    given = hand_in(task=changed(TASK, (ARN, f"{ARN}:{field}::0a1b2c3d-0000")))

    assert told(SECRET.test_key_is_in_no_file, given) == Finding(
        "let ECS look up the secret",
        "it asks for the version 0a1b2c3d-0000, and not for the key that holds today",
        "the whole ARN of the contract's secret",
        "taskdef.json:28",
        "Letter by letter: which part is not of the contract's ARN, and which one is missing?",
    )


@pytest.mark.parametrize("rest", ["", ":::", ":PSEUDONYM_KEY::", "::AWSCURRENT:"])
def test_the_key_that_holds_today_is_right(rest: str) -> None:
    given = hand_in(task=changed(TASK, (ARN, f"{ARN}{rest}")))

    assert SECRET.test_key_is_in_no_file(given, CONTRACT) is None
