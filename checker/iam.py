"""What IAM policies allow: statements, wildcards, explicit denials, and who may take a role.

Policies are read from a template's resources. A condition that cannot be judged here may hold: such a statement counts
as allowing, and not as denying.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from checker.cloudformation.arns import ACCOUNT, arn_of, concrete
from checker.cloudformation.reading import Resource, Stack
from checker.cloudformation.values import said
from checker.iam_conditions import OF_A_ROLE, OF_A_STRANGER, Request, holds, matches, unknown_keys

AWS = "arn:aws:iam::aws:policy/"
# What AWS's own policies allow, on everything, of those that a service on ECS meets. Source: the policies' pages in the
# AWS managed policy reference, looked up 2026-11-25.
MANAGED = {
    f"{AWS}service-role/AmazonECSTaskExecutionRolePolicy": "ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability "
    "ecr:GetDownloadUrlForLayer ecr:BatchGetImage logs:CreateLogStream logs:PutLogEvents",
    f"{AWS}AdministratorAccess": "*",
    f"{AWS}AmazonS3FullAccess": "s3:* s3-object-lambda:*",
    f"{AWS}AmazonS3ReadOnlyAccess": "s3:Get* s3:List* s3:Describe* s3-object-lambda:Get* s3-object-lambda:List*",
    f"{AWS}SecretsManagerReadWrite": "secretsmanager:*",
}
DENIES_ALL = f"{AWS}AWSDenyAll"
# Policies of things: the property that names the thing, and the one with the policy.
OF_A_THING = {
    "AWS::S3::BucketPolicy": ("Bucket", "PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": ("SecretId", "ResourcePolicy"),
}


@dataclass(frozen=True)
class Statement:
    """One statement; `where` is its line, `managed` the name of the AWS policy that it comes from."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    where: str = ""
    managed: str = ""
    condition: Any = None
    principals: tuple[str, ...] = ()

    def names(self, action: str) -> bool:
        """Whether the statement speaks of this action, on whatever resource."""
        if self.not_actions:
            return not _any(self.not_actions, action, case=False)
        return _any(self.actions, action, case=False)

    def meets(self, action: str, resource: str) -> bool:
        """Whether the statement speaks of this action on this resource."""
        there = _any(self.resources, resource)
        if self.not_resources:
            there = not _any(self.not_resources, resource)
        return there and self.names(action)


def statements(stack: Stack, role: Resource) -> list[Statement]:
    """All statements of a role: inline, attached policies of the stack, and the AWS policies known here."""
    found = []
    for number, policy in enumerate(_list(role.get("Policies"))):
        document = policy.get("PolicyDocument") if isinstance(policy, dict) else None
        found += _of_document(stack, document, role, ("Policies", number, "PolicyDocument"))
    for number, arn in enumerate(_list(role.get("ManagedPolicyArns"))):
        own = _policy(stack, arn)
        if own:
            found += _of_document(stack, own.get("PolicyDocument"), own, ("PolicyDocument",))
        found += _of_aws(concrete(stack, arn), role.at("ManagedPolicyArns", number))
    for policy in stack.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        attached = [*_list(policy.get("Roles")), policy.get("RoleName")]
        if any(_is(stack, one, role) for one in attached if one is not None):
            found += _of_document(stack, policy.get("PolicyDocument"), policy, ("PolicyDocument",))
    return found


def unknown_policies(stack: Stack, role: Resource) -> list[str]:
    """Attached policies whose statements are not in the files and not known here."""
    return [
        name
        for arn in _list(role.get("ManagedPolicyArns"))
        if _policy(stack, arn) is None and (name := concrete(stack, arn)) not in (*MANAGED, DENIES_ALL)
    ]


def boundary(stack: Stack, role: Resource) -> list[Statement] | None:
    """The statements of a role's permissions boundary, which limit what its policies allow; None without one.

    A boundary that is not in the files and not known here is no statement, and so lets nothing through.
    """
    arn = role.get("PermissionsBoundary")
    if arn is None:
        return None
    own = _policy(stack, arn)
    if own:
        return _of_document(stack, own.get("PolicyDocument"), own, ("PolicyDocument",))
    return _of_aws(concrete(stack, arn), role.at("PermissionsBoundary"))


def denied_by_the_thing(stack: Stack, role: Resource, action: str, thing: str, request: Request) -> Statement | None:
    """The statement by which the own policy of a bucket or secret of the files denies a role this, for sure."""
    arn = arn_of(stack, role)
    meant = {"*", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", arn}
    for policy in stack.of(*OF_A_THING):
        owner, document = OF_A_THING[policy.type]
        if concrete(stack, policy.get(owner)) not in thing:
            continue
        for one in _of_document(stack, policy.get(document), policy, (document,)):
            denies = not one.allows and one.meets(action, thing) and meant & set(one.principals)
            if denies and holds(one.condition, request) is True:
                return one
    return None


def undecided(found: Iterable[Statement], action: str, resource: str, request: Request = OF_A_ROLE) -> list[str]:
    """The keys of which nothing is known, and on which alone it depends that these statements allow it."""
    granting = [one for one in found if one.allows and one.meets(action, resource)]
    if any(holds(one.condition, request) is not False and not unknown_keys(one.condition, request) for one in granting):
        return []
    return sorted({key for one in granting for key in unknown_keys(one.condition, request)})


def allowed(found: Iterable[Statement], action: str, resource: str, request: Request = OF_A_ROLE) -> bool:
    """Whether these statements together allow it: one that allows or may, and none that denies for sure."""
    meeting = [(one.allows, holds(one.condition, request)) for one in found if one.meets(action, resource)]
    allows = any(allows and answer is not False for allows, answer in meeting)
    return allows and not any(not allows and answer is True for allows, answer in meeting)


def trusted(role: Resource, request: Request | None = None) -> set[str]:
    """The services that may take the role, such as ecs-tasks.amazonaws.com; `*` and ARNs as they are written.

    With what is known of the request, whoever a condition refuses is left out.
    """
    found: set[str] = set()
    for statement in _list(role.get("AssumeRolePolicyDocument", "Statement")):
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        if request is not None and holds(statement.get("Condition"), request) is False:
            continue
        actions = [said(one) for one in _list(statement.get("Action"))]
        if not _any(actions, "sts:AssumeRole", case=False):
            continue
        found |= {said(one) for one in _principals(statement)}
    return found


def open_to_all(thing: Resource, key: str) -> tuple[str, str]:
    """What the own policy of a thing, under this key, allows everybody in AWS, and where; or empty texts."""
    raw = thing.get(key, "Statement")
    for number, one in enumerate(_list(raw)):
        if not isinstance(one, dict) or one.get("Effect") != "Allow":
            continue
        if "*" in map(said, _principals(one)) and holds(one.get("Condition"), OF_A_STRANGER) is True:
            actions = _list(one.get("Action")) or ["all actions but some"]
            return ", ".join(map(said, actions)), thing.at(
                key, "Statement", *([number] if isinstance(raw, list) else [])
            )
    return "", ""


def _policy(stack: Stack, arn: Any) -> Resource | None:
    """The policy of the files that a value means: by a reference, or by its ARN written out."""
    written = concrete(stack, arn)
    own = (one for one in stack.of("AWS::IAM::ManagedPolicy") if arn_of(stack, one) == written)
    return stack.named(arn) or next(own, None)


def _of_document(stack: Stack, document: Any, owner: Resource, path: tuple[str | int, ...]) -> list[Statement]:
    if not isinstance(document, dict):
        return []
    raw = document.get("Statement")
    found = []
    for number, one in enumerate(_list(raw)):
        if isinstance(one, dict):
            step = (number,) if isinstance(raw, list) else ()
            found.append(_statement(stack, one, owner.at(*path, "Statement", *step)))
    return found


def _principals(statement: dict[str, Any]) -> list[Any]:
    principal = statement.get("Principal")
    return [one for each in (principal.values() if isinstance(principal, dict) else [principal]) for one in _list(each)]


def _of_aws(arn: str, where: str) -> list[Statement]:
    name = arn.rpartition("/")[2]
    if arn == DENIES_ALL:
        return [Statement(False, ("*",), ("*",), where=where, managed=name)]
    actions = tuple(MANAGED.get(arn, "").split())
    return [Statement(True, actions, ("*",), where=where, managed=name)] if actions else []


def _statement(stack: Stack, one: dict[str, Any], where: str) -> Statement:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(concrete(stack, item) for item in _list(one.get(key)))

    return Statement(
        one.get("Effect") == "Allow",
        texts("Action"),
        texts("Resource"),
        texts("NotAction"),
        texts("NotResource"),
        where,
        condition=one.get("Condition"),
        principals=tuple(concrete(stack, item) for item in _principals(one)),
    )


def _is(stack: Stack, value: Any, role: Resource) -> bool:
    return stack.named(value) is role or (isinstance(value, str) and value == role.get("RoleName"))


def _any(patterns: Iterable[str], text: str, *, case: bool = True) -> bool:
    return any(matches(one, text) if case else matches(one.lower(), text.lower()) for one in patterns)


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
