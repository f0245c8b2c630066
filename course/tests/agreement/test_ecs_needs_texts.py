"""What exercise 6 says of what ECS gets for the containers beside the five of the night, in whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding, Partial
from checker.tests.findings import finding
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, TASK, changed, hand_in

ROLES = sibling(CHECKS, "test_06_ecs_2_roles")
KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:movie/pseudonym-key-a1B2c3"
OF_THE_KEY = f'"valueFrom": "{KEY}"'
MAY_NOT = "the execution role (ExecutionRole) may not do"
ON_THE_KEY = f"the execution role (ExecutionRole) may do secretsmanager:GetSecretValue on this:\n{KEY}"
NOT_STARTED = "ResourceInitializationError, and no task starts"
END = TASK[TASK.rindex("      }\n    }\n  ]\n}") :]
LOG = (
    '"logConfiguration": {{"logDriver": "awslogs", "options": {{"awslogs-group": "{}", '
    '"awslogs-region": "us-east-1", "awslogs-stream-prefix": "{}"}}}}'
)


def secret(value: str) -> Any:
    """A second secret of the service."""
    second = f'{OF_THE_KEY}}}, {{"name": "TOKEN", "valueFrom": "{value}"'
    return hand_in(task=changed(TASK, (OF_THE_KEY, second)))


def beside(rest: str) -> Any:
    """A second container."""
    image = "public.ecr.aws/nginx/nginx:1.27"
    other = f'      }}\n    }},\n    {{"name": "helper", "essential": false, "image": "{image}", {rest}}}\n  ]\n}}\n'
    return hand_in(task=changed(TASK, (END, other)))


def file_of(thing: str) -> Any:
    files = f'"environmentFiles": [{{"type": "s3", "value": "{thing}"}}],'
    return hand_in(task=changed(TASK, ('"essential": true,', f'"essential": true, {files}')))


PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/token"
CARD = "arn:aws:secretsmanager:us-east-1:123456789012:secret:movie/card-key-1a2B3c"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:"


@pytest.mark.parametrize(
    ("given", "seen", "line"),
    [
        (secret(PARAMETER), f"the secret TOKEN of 'api': {MAY_NOT} ssm:GetParameters", 30),
        (secret("token"), f"the secret TOKEN of 'api': {MAY_NOT} ssm:GetParameters", 30),
        (secret(f"{CARD}:FIELD::"), f"the secret TOKEN of 'api': {ON_THE_KEY}\nasked was:\n{CARD}", 30),
        (
            beside(f'"secrets": [{{"name": "PSEUDONYM_KEY", "valueFrom": "{CARD}"}}]'),
            f"the secret PSEUDONYM_KEY of 'helper': {ON_THE_KEY}\nasked was:\n{CARD}", 53,
        ),
        (
            beside(LOG.format("/ecs/agent", "agent")),
            "the log of 'helper': the execution role (ExecutionRole) may do logs:CreateLogStream on this:\n"
            f"{GROUP}/ecs/movie-service:*\nasked was:\n{GROUP}/ecs/agent:log-stream:agent/helper/0a1b", 53,
        ),
        (
            beside(
                '"logConfiguration": {"logDriver": "splunk", "secretOptions": '
                f'[{{"name": "splunk-token", "valueFrom": "{PARAMETER}"}}]}}'
            ),
            f"the secret splunk-token of 'helper': {MAY_NOT} ssm:GetParameters", 53,
        ),
        (
            file_of("arn:aws:s3:::movie-models/key.env"),
            f"the file of variables of 'api': {MAY_NOT} s3:GetObject; the task role may", 15,
        ),
    ],
)  # fmt: skip
def test_what_the_execution_role_may_not_get_for_a_container_is_told(given: Any, seen: str, line: int) -> None:
    found = finding(lambda: ROLES.test_five_actions_are_sorted(given, CONTRACT), Partial)

    assert found == Finding(
        "asked the execution role for what else ECS gets for the containers of the task",
        f"{seen}\n{NOT_STARTED}",
        "containers for which ECS gets nothing but the things of the contract",
        f"taskdef.json:{line}",
        "What does ECS get for each container before one starts, and what of it does the contract know?",
    )


@pytest.mark.parametrize(
    "given",
    [
        secret(f"{KEY}:SALT::"),
        beside(f'"secrets": [{{"name": "PSEUDONYM_KEY", {OF_THE_KEY}}}]'),
        beside(LOG.format("/ecs/movie-service", "helper")),
        beside('"logConfiguration": {"logDriver": "json-file"}'),
    ],
)
def test_what_the_execution_role_may_get_is_right(given: Any) -> None:
    assert ROLES.test_five_actions_are_sorted(given, CONTRACT) is None


# -- policies of the things themselves --------------------------------------------------------------------------------
BUCKET = "  Models: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: %s, PolicyDocument: {Statement: [%s]}}}\n"
VAULT = (
    "  Kept: {Type: AWS::SecretsManager::ResourcePolicy, "
    "Properties: {SecretId: %s, ResourcePolicy: {Statement: [%s]}}}\n"
)
DENIES = '{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::movie-models/*"%s}'
NO_VALUE = '{Effect: Deny, Principal: {AWS: %s}, Action: "secretsmanager:GetSecretValue", Resource: "*"}'


@pytest.mark.parametrize(
    ("policy", "what", "seen"),
    [
        (
            BUCKET % ("movie-models", DENIES % ""), "reading the model",
            "the task role (TaskRole) may do s3:GetObject, but the policy of the thing itself denies it",
        ),
        (
            VAULT % (KEY, NO_VALUE % "!GetAtt ExecutionRole.Arn"), "reading the key",
            "the execution role (ExecutionRole) may do secretsmanager:GetSecretValue, but the policy of the thing "
            "itself denies it",
        ),
    ],
)  # fmt: skip
def test_a_policy_of_the_thing_that_denies_is_told(policy: str, what: str, seen: str) -> None:
    found = finding(lambda: ROLES.test_five_actions_are_sorted(hand_in(SERVICE + policy), CONTRACT), Partial)

    assert [line for line in found.seen.splitlines() if not line.endswith(": right")] == [
        "4 of 5 are right", f"{what}: {seen}",
    ]  # fmt: skip
    assert found.where == "service.yaml:108"
    assert found.next == "A bucket or a secret may have a policy of its own. Whom does this one deny, and what?"


@pytest.mark.parametrize(
    "policy",
    [
        BUCKET % ("movie-models", DENIES % ', Condition: {Bool: {"aws:SecureTransport": "false"}}'),
        BUCKET % ("movie-models", DENIES.replace("Deny", "Allow") % ""),
        BUCKET % ("movie-archive", '{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*"}'),
        VAULT % (KEY, NO_VALUE % "arn:aws:iam::123456789012:role/intern"),
        VAULT % ("movie/card-key", NO_VALUE % '"*"'),
    ],
)
def test_a_policy_of_the_thing_that_does_not_mean_the_role_is_right(policy: str) -> None:
    assert ROLES.test_five_actions_are_sorted(hand_in(SERVICE + policy), CONTRACT) is None
