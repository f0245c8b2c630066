"""A condition of a policy holds, does not, or may: three answers, over what is known of a request."""

from __future__ import annotations

import pytest

from checker.cloudformation import Ref
from checker.iam_conditions import OF_A_ROLE, holds

REGION, ACCOUNT = "aws:RequestedRegion", "aws:SourceAccount"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ({"StringEquals": {REGION: "us-east-1"}}, True),
        ({"StringEquals": {REGION: ["eu-west-1", "us-east-1"]}}, True),
        ({"StringEquals": {"AWS:requestedregion": "eu-west-1"}}, False),
        ({"StringEqualsIgnoreCase": {REGION: "US-EAST-1"}}, True),
        ({"StringEquals": {REGION: Ref("AWS::Region", "t.yaml")}}, True),
        ({"StringNotEquals": {REGION: "us-east-1"}}, False),
        ({"StringLike": {REGION: "us-*"}}, True),
        ({"StringLike": {REGION: "us-[a-z]*"}}, False),
        ({"StringNotLike": {REGION: ["eu-*", "us-*"]}}, False),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"StringNotEquals": {ACCOUNT: "1"}}, True),
        ({"Null": {ACCOUNT: "true"}}, True),
        ({"Null": {REGION: True}}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEquals": {"s3:ResourceAccount": "123456789012"}}, True),
    ],
)
def test_what_is_known_of_a_request_decides(condition, expected):
    assert holds(condition, OF_A_ROLE) is expected


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalTag/team": "movies"}},
        {"StringEquals": {REGION: "${aws:PrincipalTag/region}"}},
        {"NumericLessThan": {REGION: "1"}},
        {"ForAnyValue:StringEquals": {REGION: "eu-west-1"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_what_is_not_known_may_hold(condition):
    assert holds(condition, OF_A_ROLE) is None


def test_one_that_does_not_hold_outweighs_those_that_may():
    unknown = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}

    assert holds(unknown | {"StringEquals": {REGION: "eu-west-1"}}, OF_A_ROLE) is False
    assert holds(unknown | {"StringEquals": {REGION: "us-east-1"}}, OF_A_ROLE) is None


def test_a_condition_that_is_none_is_left_to_the_linter():
    assert holds({"StringEquals": "us-east-1"}, OF_A_ROLE) is True
    assert holds(["StringEquals"], OF_A_ROLE) is True
