"""What a role may do follows from its policies: inline, attached, AWS's own; a denial wins."""

from __future__ import annotations

import pytest

from checker.cloudformation import read_stack
from checker.iam import (
    allowed,
    boundary,
    denied_by_the_thing,
    open_to_all,
    statements,
    trusted,
    undecided,
    unknown_policies,
)
from checker.iam_conditions import OF_A_ROLE

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1b2c3"
OBJECT = "arn:aws:s3:::movies/a/b.txt"
ROLE = """\
Resources:
  Bucket: {{Type: AWS::S3::Bucket, Properties: {{BucketName: movies}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: [ecs-tasks.amazonaws.com]}}, Action: "sts:AssumeRole"}}
      Policies:
        - PolicyDocument:
            Statement:
              {0}
  Extra:
    Type: AWS::IAM::Policy
    Properties: {{Roles: [!Ref Role], PolicyDocument: {{Statement: {1}}}}}
"""
NONE = "[]"


def role(inline, extra=NONE):
    stack = read_stack({"t.yaml": ROLE.format(inline, extra)})
    return stack, stack.of("AWS::IAM::Role")[0]


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        ("- {Effect: Allow, Action: 's3:GetObject', Resource: '*'}", True),
        ("- {Effect: Allow, Action: 's3:getobject', Resource: !Sub '${Bucket.Arn}/*'}", True),
        (
            "- {Effect: Allow, Action: ['s3:PutObject', 's3:Get*'], Resource: !Sub 'arn:aws:s3:::${Bucket}/a/?.txt'}",
            True,
        ),
        ("- {Effect: Allow, Action: 's3:GetObject', Resource: !GetAtt Bucket.Arn}", False),
        ("- {Effect: Allow, Action: 's3:PutObject', Resource: '*'}", False),
        ("- {Effect: Allow, NotAction: 's3:PutObject', Resource: '*'}", True),
        ("- {Effect: Allow, NotAction: 's3:*', Resource: '*'}", False),
        ("- {Effect: Allow, Action: '*', NotResource: 'arn:aws:s3:::movies/*'}", False),
        ("- {Effect: Deny, Action: '*', Resource: '*'}", False),
    ],
)
def test_wildcards_and_their_opposites(inline, expected):
    stack, one = role(inline)

    assert allowed(statements(stack, one), "s3:GetObject", OBJECT) is expected


def test_a_pattern_of_many_stars_takes_no_time():
    many = f"- {{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:{'*?' * 30}*x'}}"

    assert not allowed(statements(*role(many)), "s3:GetObject", OBJECT)


def test_an_attached_policy_counts_and_a_denial_wins():
    allow = "{Effect: Allow, Action: 's3:*', Resource: '*'}"
    deny = "{Effect: Deny, Action: 's3:GetObject', Resource: !Sub '${Bucket.Arn}/a/*'}"

    assert allowed(statements(*role(NONE, allow)), "s3:GetObject", OBJECT)
    assert not allowed(statements(*role(f"- {allow}", deny)), "s3:GetObject", OBJECT)
    assert allowed(statements(*role(f"- {allow}", deny)), "s3:GetObject", "arn:aws:s3:::movies/c")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("{aws:RequestedRegion: us-east-1}", True), ("{aws:RequestedRegion: eu-west-1}", False), ("{a:b: c}", True)],
)
def test_an_allowing_condition_must_hold_or_be_unknown(condition, expected):
    allow = f"- {{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {{StringEquals: {condition}}}}}"

    assert allowed(statements(*role(allow)), "s3:GetObject", OBJECT) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("{Bool: {aws:SecureTransport: false}}", True), ("{Bool: {aws:SecureTransport: true}}", False),
     ("{IpAddress: {aws:SourceIp: 203.0.113.0/24}}", True)],
)  # fmt: skip
def test_a_denying_condition_counts_only_when_it_holds(condition, expected):
    allow = "- {Effect: Allow, Action: 's3:*', Resource: '*'}"
    deny = f"{{Effect: Deny, Action: '*', Resource: '*', Condition: {condition}}}"

    assert allowed(statements(*role(allow, deny)), "s3:GetObject", OBJECT) is expected


def test_a_statement_knows_its_line():
    stack, one = role("- {Effect: Allow, Action: 's3:*', Resource: '*'}", "{Effect: Deny, Action: a, Resource: b}")

    assert [each.where for each in statements(stack, one)] == ["t.yaml:12", "t.yaml:15"]


def test_policies_of_aws_are_known_by_name_and_others_are_named():
    policies = (
        "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy', "
        "!Sub 'arn:${AWS::Partition}:iam::aws:policy/Nobody']"
    )
    stack = read_stack({"t.yaml": f"Resources: {{R: {{Type: AWS::IAM::Role, Properties: {{{policies}}}}}}}\n"})
    one = stack.resources[0]

    found = statements(stack, one)

    assert [each.managed for each in found] == ["AmazonECSTaskExecutionRolePolicy"]
    assert allowed(found, "ecr:BatchGetImage", "x") and not allowed(found, "secretsmanager:GetSecretValue", SECRET)
    assert unknown_policies(stack, one) == ["arn:aws:iam::aws:policy/Nobody"]


def bounded(value):
    statement = "{Effect: Allow, Action: 's3:Get*', Resource: '*'}"
    policy = f"{{ManagedPolicyName: movie-limit, Path: /team/, PolicyDocument: {{Statement: {statement}}}}}"
    text = (
        "Resources:\n"
        f"  R: {{Type: AWS::IAM::Role, Properties: {{{value}}}}}\n"
        f"  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {policy}}}\n"
    )
    stack = read_stack({"t.yaml": text})
    return boundary(stack, stack.resources[0])


@pytest.mark.parametrize(
    ("name", "get", "put"),
    [
        ("!Ref P", True, False),
        ("!Sub 'arn:aws:iam::${AWS::AccountId}:policy/team/movie-limit'", True, False),
        ("'arn:aws:iam::aws:policy/AmazonS3FullAccess'", True, True),
        ("'arn:aws:iam::aws:policy/AWSDenyAll'", False, False),
        ("'arn:aws:iam::123456789012:policy/in-no-file'", False, False),
    ],
)
def test_a_boundary_lets_through_what_it_allows(name, get, put):
    found = bounded(f"PermissionsBoundary: {name}")

    assert [allowed(found, action, OBJECT) for action in ("s3:GetObject", "s3:PutObject")] == [get, put]


def test_a_role_without_a_boundary_has_no_limit():
    assert bounded("RoleName: a") is None


def test_a_policy_of_the_files_may_be_attached_by_its_arn():
    policy = "{ManagedPolicyName: own, PolicyDocument: {Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}}"
    text = (
        "Resources:\n"
        "  R: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/own']}}\n"
        f"  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {policy}}}\n"
    )
    stack = read_stack({"t.yaml": text})

    assert allowed(statements(stack, stack.resources[0]), "s3:GetObject", OBJECT)
    assert unknown_policies(stack, stack.resources[0]) == []


def test_a_policy_that_denies_all_is_known_where_it_is_attached():
    policies = (
        "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::aws:policy/AWSDenyAll']"
    )
    stack = read_stack({"t.yaml": f"Resources: {{R: {{Type: AWS::IAM::Role, Properties: {{{policies}}}}}}}\n"})

    assert not allowed(statements(stack, stack.resources[0]), "s3:GetObject", OBJECT)
    assert unknown_policies(stack, stack.resources[0]) == []


@pytest.mark.parametrize(
    ("condition", "keys"),
    [
        ("{}", []),
        ("{StringEquals: {aws:RequestedRegion: us-east-1}}", []),
        ("{StringEquals: {aws:PrincipalOrgID: o-1, aws:RequestedRegion: us-east-1}}", ["aws:principalorgid"]),
        ("{NumericLessThan: {s3:TlsVersion: 2}}", []),
    ],
)
def test_what_an_allowing_condition_hangs_on_is_named(condition, keys):
    allow = f"- {{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {condition}}}"

    assert undecided(statements(*role(allow)), "s3:GetObject", OBJECT) == keys
    assert undecided(statements(*role(allow, "{Effect: Allow, Action: 's3:*', Resource: '*'}")), "s3:Get", OBJECT) == []


def test_who_may_take_the_role():
    assert trusted(role(NONE)[1]) == {"ecs-tasks.amazonaws.com"}


def test_a_condition_of_the_trust_refuses_who_asks_for_another_account():
    trust = "{Effect: Allow, Principal: {Service: a}, Action: 'sts:AssumeRole', Condition: {StringEquals: {C}}}"
    policy = f"AssumeRolePolicyDocument: {{Statement: {trust.replace('{C}', '{aws:SourceAccount: 1}')}}}"
    one = read_stack({"t.yaml": f"Resources: {{R: {{Type: AWS::IAM::Role, Properties: {{{policy}}}}}}}\n"}).resources[0]

    assert trusted(one) == {"a"}
    assert trusted(one, {"aws:sourceaccount": "1"}) == {"a"}
    assert trusted(one, {"aws:sourceaccount": "2"}) == set()


OWN = "\n  Own: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Bucket, PolicyDocument: {Statement: %s}}}\n"
DENIES = "{Effect: Deny, Action: 's3:*', Resource: '*', %s}"


@pytest.mark.parametrize(
    ("rest", "denied"),
    [
        ("Principal: '*'", True),
        ("Principal: {AWS: ['123456789012']}", True),
        ("Principal: {AWS: 'arn:aws:iam::123456789012:root'}", True),
        ("Principal: {AWS: !GetAtt Role.Arn}", True),
        ("Principal: {AWS: 'arn:aws:iam::123456789012:role/other'}", False),
        ("NotPrincipal: {AWS: 'arn:aws:iam::123456789012:role/other'}", False),
        ("Principal: '*', Condition: {Bool: {'aws:SecureTransport': 'false'}}", False),
        ("Principal: '*', Condition: {StringEquals: {'aws:PrincipalTag/team': movies}}", False),
    ],
)
def test_the_policy_of_a_thing_denies_whom_it_means(rest, denied):
    stack = read_stack({"t.yaml": ROLE.format(NONE, NONE) + OWN % (DENIES % rest)})
    one = stack.of("AWS::IAM::Role")[0]

    found = denied_by_the_thing(stack, one, "s3:GetObject", OBJECT, OF_A_ROLE)

    assert (found is not None) is denied
    assert denied_by_the_thing(stack, one, "s3:GetObject", "arn:aws:s3:::songs/a.txt", OF_A_ROLE) is None


REPOSITORY = "Resources: {R: {Type: AWS::ECR::Repository, Properties: {RepositoryPolicyText: {Statement: %s}}}}\n"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("{Effect: Allow, Principal: '*', Action: 'ecr:*'}", "ecr:*"),
        ("{Effect: Allow, Principal: {AWS: ['*']}, Action: [ecr:Get*, ecr:PutImage]}", "ecr:Get*, ecr:PutImage"),
        ("{Effect: Allow, Principal: '*', NotAction: 'ecr:Put*'}", "all actions but some"),
        ("{Effect: Allow, Principal: '*', Action: a, Condition: {Bool: {aws:SecureTransport: true}}}", "a"),
        ("{Effect: Allow, Principal: '*', Action: a, Condition: {StringEquals: {aws:PrincipalOrgID: o-1}}}", ""),
        ("{Effect: Allow, Principal: '*', Action: a, Condition: {StringEquals: {aws:PrincipalAccount: 1}}}", ""),
        ("{Effect: Deny, Principal: '*', Action: 'ecr:*'}", ""),
        ("{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:root'}, Action: 'ecr:*'}", ""),
        ("3", ""),
    ],
)  # fmt: skip
def test_a_thing_that_is_open_to_everybody_is_told_with_its_line(statement, told):
    for text in (statement, f"[3, {statement}]"):
        thing = read_stack({"t.yaml": REPOSITORY % text}).resources[0]
        assert open_to_all(thing, "RepositoryPolicyText") == ((told, "t.yaml:1") if told else ("", ""))
