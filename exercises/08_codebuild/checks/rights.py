"""What the role of the build may do, asked action by action."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from checker.buildspec import Build
from checker.cloudformation import Resource
from checker.cloudformation.arns import ACCOUNT, REGION, arn_of, name_of
from checker.iam import Statement, allowed, statements, trusted, unknown_policies
from checker.iam_conditions import Request, matches

BUILDER = "codebuild.amazonaws.com"
OTHER = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/payments"
LOGIN = "ecr:GetAuthorizationToken"
PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
)
LOG = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/codebuild/movie-build:log-stream:a"
# Beside the push: what writes the log and reads and writes the artifacts, and what AWS's own examples add to it.
NEEDED = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:PutObject")
HARMLESS = (
    LOGIN, "ecr:BatchGet*", "ecr:Get*", "ecr:Describe*", "ecr:List*", "s3:GetObjectVersion",
    "s3:GetBucket*", "s3:ListBucket", "codebuild:*Report*", "codebuild:BatchPut*", "sts:GetCallerIdentity",
    "kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "logs:Describe*",
)  # fmt: skip
# What asks the registry needs a right as well: the words of a call, as people say it, and the right.
ASKS = (
    (("ecr", "describe-images"), "aws ecr describe-images", "ecr:DescribeImages"),
    (("ecr", "list-images"), "aws ecr list-images", "ecr:ListImages"),
    (("ecr", "batch-get-image"), "aws ecr batch-get-image", "ecr:BatchGetImage"),
    (("imagetools", "inspect"), "docker buildx imagetools inspect", "ecr:BatchGetImage"),
    (("docker", "pull"), "docker pull", "ecr:BatchGetImage"),
    (("docker", "pull"), "docker pull", "ecr:GetDownloadUrlForLayer"),
)
# What a build has no need of, and what it would mean.
TOO_MUCH = (
    ("ecr:PutImage", OTHER, "push to the repository `payments`"),
    ("ecr:PutImage", OTHER.replace("payments", "movie-admin"), "push to the repository `movie-admin`"),
    ("ecr:PutImage", OTHER.replace("payments", "movie-service-admin"), "push to the repository `movie-service-admin`"),
    ("ecr:GetDownloadUrlForLayer", OTHER, "pull the images of the repository `payments`"),
    ("ecr:BatchDeleteImage", "", "delete images of its own repository"),
    ("ecr:PutImageTagMutability", "", "let tags move again"),
    ("ecs:UpdateService", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/movie/movie-production", "deploy by itself"),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", "hand any role to a task"),
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/new", "make a user"),
    ("s3:GetObject", "arn:aws:s3:::payments/card-numbers.csv", "read another team's bucket"),
    ("s3:PutObject", "arn:aws:s3:::payments/card-numbers.csv", "write into another team's bucket"),
    ("s3:DeleteBucket", "arn:aws:s3:::payments", "delete a bucket"),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin", "take another role"),
    ("kms:ScheduleKeyDeletion", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/a", "delete keys"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:payments", "read any secret"),
    ("logs:DeleteLogGroup", LOG, "delete its own log"),
    ("logs:PutLogEvents", LOG.replace("/aws/codebuild/movie-build", "/ecs/payments"), "write the log of other teams"),
    ("codebuild:UpdateProject", f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/movie-build", "change its own project"),
)


def trouble(account: Any, role: Resource, made: Build) -> tuple[str, str]:
    """What the role allows too much, or too little for the build that was made, and where; or empty texts."""
    return next(chain(_too_much(account, role), _too_little(account, role, made)), ("", ""))


def taken(account: Any, role: Resource) -> tuple[str, str]:
    """Who else may take the role of the build, or that CodeBuild may not, and where; or empty texts."""
    takes, where = trusted(role), role.at("AssumeRolePolicyDocument")
    if BUILDER not in takes:
        return f"CodeBuild may not take the role {role.id}", where
    for project in account.stack.of("AWS::CodeBuild::Project"):
        own = account.stack.named(project.get("ServiceRole")) is role
        if own and BUILDER not in trusted(role, _taking(_arn_of_project(account, project))):
            name = name_of(account.stack, project)
            return f"CodeBuild may not take the role {role.id} for the project {name}: the condition refuses it", where
    strangers = sorted(takes - {BUILDER})
    return (f"the role {role.id} may be taken by {strangers[0]} too", where) if strangers else ("", "")


def _taking(arn: str) -> Request:
    """What a service says of itself when it takes a role for a thing of this account."""
    return {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": arn, "sts:externalid": None}


def _arn_of_project(account: Any, project: Resource) -> str:
    return f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{name_of(account.stack, project)}"


def _too_much(account: Any, role: Resource) -> Iterator[tuple[str, str]]:
    for name in unknown_policies(account.stack, role):
        seen = f"the policy {name.rpartition('/')[2]} is attached, which is made for many teams"
        yield seen, role.at("ManagedPolicyArns")
    found = statements(account.stack, role)
    for action, resource, words in (*TOO_MUCH, *_of_artifacts(account)):
        asked = resource or _repository(account)
        if allowed(found, action, asked):
            line = next(one.where for one in found if one.allows and one.meets(action, asked))
            yield f"{action} is allowed: the build, and each package in it, may {words}", line
    for one in found:
        needless = _needless(one)
        if needless:
            yield f"{needless} is allowed, and no command of this build needs it", one.where


def _of_artifacts(account: Any) -> Iterator[tuple[str, str, str]]:
    for bucket in _stores(account):
        yield "s3:DeleteObject", f"{arn_of(account.stack, bucket)}/a", "delete artifacts"


def _stores(account: Any) -> list[Resource]:
    """The bucket of the pipeline's artifacts, where it is one of the template."""
    found = account.stack.named(account.pipeline.resource.get("ArtifactStore", "Location"))
    return [found] if found is not None else []


def _repository(account: Any) -> str:
    repositories = account.stack.of("AWS::ECR::Repository")
    return arn_of(account.stack, repositories[0]) if repositories else ""


def _too_little(account: Any, role: Resource, made: Build) -> Iterator[tuple[str, str]]:
    found, repository = statements(account.stack, role), _repository(account)
    if not allowed(found, LOGIN, "*"):
        yield f"{LOGIN} is not allowed on `*`, so the login fails", _place(found, role, LOGIN, "*")
    for action in PUSH:
        if not allowed(found, action, repository):
            seen = f"{action} is not allowed on `movie-service`, so the push fails"
            yield seen, _place(found, role, action, repository, *PUSH)
    for words, call, action in ASKS:
        called = any(set(words) <= set(one.words) for one in made.world.calls)
        if called and not allowed(found, action, repository):
            seen = f"{action} is not allowed on `movie-service`, so `{call}` fails"
            yield seen, _place(found, role, action, repository, *PUSH)
    for action, resource in _rest(account):
        if not allowed(found, action, resource):
            kin = [one for one in NEEDED if one[:3] == action[:3]]
            seen = f"{action} is not allowed, so the build has no log, no source or no artifact"
            yield seen, _place(found, role, action, resource, *kin)


def _place(found: list[Statement], role: Resource, action: str, resource: str, *kin: str) -> str:
    """Where a right is missing: the statement that denies it, that has it elsewhere, or that has its kin."""
    denies = [one.where for one in found if not one.allows and one.meets(action, resource)]
    near = [one.where for name in (action, *kin) for one in found if one.allows and one.names(name)]
    return next(iter([*denies, *near]), role.at("Policies"))


def _needless(statement: Statement) -> str:
    """An action that neither the build nor AWS's examples have; a pattern counts by what it was asked for above."""
    known = [one.lower() for one in (*PUSH, *NEEDED, *HARMLESS)]
    services = {one.partition(":")[0] for one in known}
    for one in statement.actions if statement.allows else ():
        service, _, verb = one.lower().partition(":")
        if not {"*", "?"} & set(one):
            needed = any(matches(pattern, one.lower()) for pattern in known)
        else:
            needed = not verb or service in services or bool({"*", "?"} & set(service))
        if not needed:
            return one
    return ""


def _rest(account: Any) -> Iterator[tuple[str, str]]:
    """The other calls of a build, and their resource."""
    artifact = next((f"{arn_of(account.stack, one)}/movie-service/Code/a" for one in _stores(account)), "")
    for action in NEEDED:
        resource = LOG if action.startswith("logs:") else artifact
        if resource:
            yield action, resource


def pipeline_trouble(account: Any) -> tuple[str, str]:
    """What the pipeline's own role, which is given, must still be able to do."""
    pipeline = account.pipeline.resource
    role = account.stack.named(pipeline.get("RoleArn"))
    taking = _taking(f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{name_of(account.stack, pipeline)}")
    if role is None or "codepipeline.amazonaws.com" not in trusted(role, taking):
        return "CodePipeline may not take the role of the pipeline", (role or pipeline).at("AssumeRolePolicyDocument")
    found = statements(account.stack, role)
    for action, resources in _of_pipeline(account):
        if not any(allowed(found, action, one) for one in resources):
            seen = f"the role of the pipeline may not do {action} any more"
            return seen, _place(found, role, action, resources[0])
    return "", ""


def _of_pipeline(account: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each call of the pipeline, and the names under which its resource may stand in a policy."""
    for bucket in _stores(account):
        yield "s3:GetObject", (f"{arn_of(account.stack, bucket)}/a",)
        yield "s3:PutObject", (f"{arn_of(account.stack, bucket)}/a",)
    for action in account.pipeline.actions():
        if "ConnectionArn" in action.settings:
            yield "codeconnections:UseConnection", (account.plain(action.settings["ConnectionArn"]),)
    for _, project in account.projects():
        own = _arn_of_project(account, project)
        for verb in ("StartBuild", "BatchGetBuilds"):
            yield f"codebuild:{verb}", (own, f"${{{project.id}.Arn}}")
    for verb in ("DescribeServices", "UpdateService", "DescribeTaskDefinition", "RegisterTaskDefinition"):
        yield f"ecs:{verb}", (f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/movie/movie-production", "*")
    yield "iam:PassRole", (f"arn:aws:iam::{ACCOUNT}:role/movie-task-execution",)
