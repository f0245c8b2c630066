"""What exercise 6 says of the rights of the two roles, in whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding, Partial
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, changed, hand_in, told

ROLES = sibling(CHECKS, "test_06_ecs_2_roles")


# -- task 2: the registry's password ----------------------------------------------------------------------------------
LOGIN = '{Effect: Allow, Action: "ecr:GetAuthorizationToken", Resource: "*"}'
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/movie-service"


@pytest.mark.parametrize(
    ("statement", "seen", "where"),
    [
        (
            LOGIN.replace('"*"', REPOSITORY),
            [
                "may do ecr:GetAuthorizationToken on this:",
                REPOSITORY,
                "the password belongs to no repository, and AWS asks for `*`",
            ],
            "service.yaml:24",
        ),
        (
            '{Effect: Allow, Action: "logs:PutLogEvents", Resource: "*"}',
            ["may not do ecr:GetAuthorizationToken"],
            "service.yaml:20",
        ),
    ],
)
def test_a_login_that_is_missing_is_told_with_the_pull(statement: str, seen: list[str], where: str) -> None:
    given = hand_in(changed(SERVICE, (LOGIN, statement)))

    with pytest.raises(Partial) as lost:
        ROLES.test_five_actions_are_sorted(given, CONTRACT)

    found = lost.value.finding
    assert found.tried == "asked both roles for each of the five things of `python night.py denied`"
    assert found.seen.splitlines() == [
        "4 of 5 are right", f"pulling the image: the execution role (ExecutionRole) {seen[0]}", *seen[1:],
        "reading the model: right", "reading the key: right", "writing predictions: right", "writing the log: right",
    ]  # fmt: skip
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


# -- task 2: what limits a role, and when -----------------------------------------------------------------------------
NAME_OF_ROLE = "RoleName: movie-task\n"
READS = '{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::movie-models/*"}'
OF_S3 = """  Boundary:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: "s3:%s", Resource: "*"}}}
  Balancer:"""


def bounded(boundary: str, s3: str = "*") -> Any:
    line = f"{NAME_OF_ROLE}      PermissionsBoundary: {boundary}\n"
    return hand_in(changed(SERVICE, (NAME_OF_ROLE, line), ("  Balancer:", OF_S3 % s3)))


def when(condition: str) -> Any:
    return hand_in(changed(SERVICE, (READS, f"{READS[:-1]}, Condition: {condition}}}")))


def sorted_fault(given: Any) -> tuple[list[str], str, str]:
    with pytest.raises(Partial) as lost:
        ROLES.test_five_actions_are_sorted(given, CONTRACT)
    found = lost.value.finding
    return found.seen.splitlines(), found.where, found.next


@pytest.mark.parametrize(
    ("boundary", "s3", "first", "second"),
    [
        (
            "arn:aws:iam::aws:policy/AWSDenyAll", "*",
            "reading the model: the task role (TaskRole) may do s3:GetObject, but its permissions boundary "
            "arn:aws:iam::aws:policy/AWSDenyAll does not let it",
            "writing predictions: the task role (TaskRole) may do s3:PutObject, but its permissions boundary "
            "arn:aws:iam::aws:policy/AWSDenyAll does not let it",
        ),
        (
            "arn:aws:iam::123456789012:policy/team", "*",
            "reading the model: the task role (TaskRole) may do s3:GetObject, but its permissions boundary "
            "arn:aws:iam::123456789012:policy/team is not in your files",
            "writing predictions: the task role (TaskRole) may do s3:PutObject, but its permissions boundary "
            "arn:aws:iam::123456789012:policy/team is not in your files",
        ),
        (
            "!Ref Boundary", "GetObject", "reading the model: right",
            "writing predictions: the task role (TaskRole) may do s3:PutObject, but its permissions boundary "
            "arn:aws:iam::123456789012:policy/Boundary does not let it",
        ),
    ],
)  # fmt: skip
def test_a_boundary_that_withholds_a_right_is_told(boundary: str, s3: str, first: str, second: str) -> None:
    lines, where, question = sorted_fault(bounded(boundary, s3))

    assert (lines[2], lines[4]) == (first, second)
    assert where == "service.yaml:32"
    assert question.removeprefix("reading the model: ") == (
        "A boundary only takes rights away: which of the five does this one let through?"
    )


@pytest.mark.parametrize(
    "boundary",
    [
        "!Ref Boundary",
        "arn:aws:iam::aws:policy/AmazonS3FullAccess",
        "!Sub 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess'",
    ],
)
def test_a_boundary_that_lets_all_through_is_right(boundary: str) -> None:
    assert ROLES.test_five_actions_are_sorted(bounded(boundary), CONTRACT) is None


def test_a_right_of_the_other_role_that_its_boundary_withholds_is_none() -> None:
    both = '["s3:GetObject", "secretsmanager:GetSecretValue"], Resource: "*"}'
    wide = changed(SERVICE, (READS, f"{{Effect: Allow, Action: {both}"))
    limit = f"{NAME_OF_ROLE}      PermissionsBoundary: arn:aws:iam::aws:policy/AmazonS3FullAccess\n"

    assert sorted_fault(hand_in(wide))[0][3] == "reading the key: the task role may do it too"
    assert ROLES.test_five_actions_are_sorted(hand_in(changed(wide, (NAME_OF_ROLE, limit))), CONTRACT) is None


# -- task 2: on another thing, by the other role, denied --------------------------------------------------------------
STREAMS = "log-group:/ecs/movie-service:*"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/movie-service"
KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:movie/pseudonym-key-a1B2c3"
OF_THE_KEY = "secret:movie/pseudonym-key-a1B2c3"


@pytest.mark.parametrize(
    ("change", "lines", "where", "question"),
    [
        (
            (STREAMS, STREAMS[:-2]),
            [
                "writing the log: the execution role (ExecutionRole) may do logs:CreateLogStream on this:", GROUP,
                "which is the group itself; asked was a stream of it",
            ],
            "service.yaml:26", "How does the table of TODO 2 end the ARN of a log group, with its streams?",
        ),
        (
            ("movie-models/*", "movie-models"),
            [
                "reading the model: the task role (TaskRole) may do s3:GetObject on this:", "arn:aws:s3:::movie-models",
                "which is the bucket itself; asked was a file in it",
            ],
            "service.yaml:39", "How does the table of TODO 2 end the ARN of the files of a bucket?",
        ),
        (
            (OF_THE_KEY, "secret:movie/card-key-1a2B3c"),
            [
                "reading the key: the execution role (ExecutionRole) may do secretsmanager:GetSecretValue on this:",
                KEY.replace("pseudonym-key-a1B2c3", "card-key-1a2B3c"), "asked was:", KEY,
            ],
            "service.yaml:27",
            "Hold the ARN of this statement against the one that was asked for: where do they part?",
        ),
    ],
)  # fmt: skip
def test_a_right_on_another_thing_is_told_with_each_arn_on_a_line_of_its_own(
    change: tuple[str, str], lines: list[str], where: str, question: str
) -> None:
    seen, place, asked = sorted_fault(hand_in(changed(SERVICE, change)))

    assert [line for line in seen[1:] if not line.endswith(": right")] == lines
    assert (place, asked) == (where, question)


MOVED = '- {Effect: Allow, Action: "secretsmanager:GetSecretValue", Resource: !Sub "arn:aws:secretsmanager'


def test_of_several_that_are_wrong_each_has_its_place_and_the_question_its_name() -> None:
    line = next(one for one in SERVICE.splitlines() if MOVED in one)
    text = changed(SERVICE, (f"{line}\n", ""), (f"- {READS}", f"- {READS}\n{line}"), (LOGIN, LOGIN.replace('"*"', "x")))

    seen, where, question = sorted_fault(hand_in(text))

    assert seen == [
        "3 of 5 are right",
        "pulling the image: the execution role (ExecutionRole) may do ecr:GetAuthorizationToken on this:", "x",
        "the password belongs to no repository, and AWS asks for `*`",
        "reading the model: right",
        "reading the key, service.yaml:20: the execution role (ExecutionRole) may not do "
        "secretsmanager:GetSecretValue; the task role may",
        "writing predictions: right", "writing the log: right",
    ]  # fmt: skip
    assert (where, question) == (
        "service.yaml:24",
        "pulling the image: What does a registry ask for before it shows its first image, and whose is it?",
    )


@pytest.mark.parametrize(
    ("condition", "because"),
    [
        ("", ", which has no condition"),
        (
            ', Condition: {StringNotEquals: {"aws:SourceVpce": vpce-0123456789abcdef0}}',
            ", whose condition holds: there is no aws:SourceVpce",
        ),
        (
            ', Condition: {StringEquals: {"aws:RequestedRegion": us-east-1}, Bool: {"aws:SecureTransport": true}}',
            ", whose condition holds: aws:RequestedRegion is us-east-1 and aws:SecureTransport is true",
        ),
    ],
)
def test_a_denial_is_told_with_its_condition(condition: str, because: str) -> None:
    text = changed(
        SERVICE, (f"- {LOGIN}", f'- {LOGIN}\n{" " * 14}- {{Effect: Deny, Action: "ecr:B*", Resource: "*"{condition}}}')
    )

    seen, where, question = sorted_fault(hand_in(text))

    assert seen[1] == (
        "pulling the image: the execution role (ExecutionRole) is denied ecr:BatchGetImage by a statement with the "
        f"effect Deny{because}"
    )
    assert (where, question) == (
        "service.yaml:25",
        "A denial wins over every right. Which requests is this one meant for, and whose does it refuse as well?",
    )


def test_a_right_that_reaches_other_things_is_told_with_its_arn_on_a_line_of_its_own() -> None:
    given = hand_in(changed(SERVICE, ("movie-models/*", "movie-*")))

    assert told(ROLES.test_roles_are_narrow, given) == Finding(
        "asked what a stranger inside could do with the task role",
        "it may do s3:GetObject on the bucket `movie-payroll` too, by:\narn:aws:s3:::movie-*",
        "the actions of the night on the things of the contract; `*` for the registry's password",
        "service.yaml:39",
        "Which action of the night is meant, on which thing of the contract, and how does its ARN read?",
    )


# -- task 2: under a condition ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("condition", "under"),
    [
        ('{StringEquals: {"aws:SourceVpce": vpce-0123456789abcdef0}}', "under a condition that does not hold"),
        (
            '{IpAddress: {"aws:SourceIp": 203.0.113.0/24}}',
            "under a condition on aws:sourceip, of which the contract says nothing",
        ),
        (
            '{StringEquals: {"aws:PrincipalOrgID": o-a1b2c3}}',
            "under a condition on aws:principalorgid, of which the contract says nothing",
        ),
    ],
)
def test_a_right_under_a_condition_that_nobody_knows_to_hold_is_told(condition: str, under: str) -> None:
    lines, where, question = sorted_fault(when(condition))

    assert lines[2] == f"reading the model: the task role (TaskRole) may do s3:GetObject {under}"
    assert where == "service.yaml:39"
    assert question == (
        "Under which conditions is this allowed, and which of them holds when ECS or the code asks?"
    )  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [
        '{Bool: {"aws:SecureTransport": true}}',
        '{StringEquals: {"s3:ResourceAccount": !Ref "AWS::AccountId", "aws:ResourceAccount": "123456789012"}}',
        '{ArnLike: {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/movie-*"}}',
        '{NumericGreaterThanEquals: {"s3:TlsVersion": 1.2}}',
        '{StringNotEquals: {"aws:SourceVpce": vpce-0123456789abcdef0}}',
    ],
)
def test_a_right_under_a_condition_that_holds_is_right(condition: str) -> None:
    assert ROLES.test_five_actions_are_sorted(when(condition), CONTRACT) is None
