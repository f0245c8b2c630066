"""What the role of the build may do, asked action by action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.cloudformation import Resource
from checker.cloudformation.arns import ACCOUNT, REGION, arn_of, name_of
from checker.iam import allowed, statements, trusted, unknown_policies

OTHER = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/payments"
PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
)
# What a build has no need of, and what it would mean.
TOO_MUCH = (
    ("ecr:PutImage", OTHER, "push to the repository `payments`"),
    ("ecr:BatchDeleteImage", "", "delete images of its own repository"),
    ("ecr:PutImageTagMutability", "", "let tags move again"),
    ("ecs:UpdateService", f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/movie/movie-production", "deploy by itself"),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", "hand any role to a task"),
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/new", "make a user"),
    ("s3:GetObject", "arn:aws:s3:::payments/card-numbers.csv", "read another team's bucket"),
    ("s3:DeleteBucket", "arn:aws:s3:::payments", "delete a bucket"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:payments", "read any secret"),
    ("codebuild:UpdateProject", f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/movie-build", "change its own project"),
)


def trouble(account: Any, role: Resource) -> tuple[str, str]:
    """What the role allows too much, or too little, and where; empty texts when neither."""
    policies = role.at("Policies")
    repositories = account.stack.of("AWS::ECR::Repository")
    own = arn_of(account.stack, repositories[0]) if repositories else ""
    if "codebuild.amazonaws.com" not in trusted(role):
        return f"CodeBuild may not take the role {role.id}", role.at("AssumeRolePolicyDocument")
    for name in unknown_policies(account.stack, role):
        return f"the policy {name.rpartition('/')[2]} is attached, which is made for many teams", role.at(
            "ManagedPolicyArns"
        )
    found = statements(account.stack, role)
    for action, resource, words in TOO_MUCH:
        if allowed(found, action, resource or own):
            line = next(one.where for one in found if one.allows and one.meets(action, resource or own))
            return f"{action} is allowed: the build, and each package in it, may {words}", line
    if not allowed(found, "ecr:GetAuthorizationToken", "*"):
        return "ecr:GetAuthorizationToken is not allowed on `*`, so the login fails", policies
    for action in PUSH:
        if not allowed(found, action, own):
            return f"{action} is not allowed on `movie-service`, so the push fails", policies
    missing = _rest(account, found)
    return missing, policies if missing else ""


def _rest(account: Any, found: Any) -> str:
    buckets = account.stack.of("AWS::S3::Bucket")
    artifact = f"{arn_of(account.stack, buckets[0])}/movie-service/Code/a" if buckets else ""
    stream = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/codebuild/movie-build:log-stream:a"
    logs = tuple((f"logs:{one}", stream) for one in ("CreateLogGroup", "CreateLogStream", "PutLogEvents"))
    needed = (*logs, ("s3:GetObject", artifact), ("s3:PutObject", artifact))
    for action, resource in needed:
        if resource and not allowed(found, action, resource):
            return f"{action} is not allowed, so the build has no log, no source or no artifact"
    return ""


def pipeline_trouble(account: Any) -> tuple[str, str]:
    """What the pipeline's own role, which is given, must still be able to do."""
    pipeline = account.pipeline.resource
    role = account.stack.named(pipeline.get("RoleArn"))
    if role is None or "codepipeline.amazonaws.com" not in trusted(role):
        return "CodePipeline may not take the role of the pipeline", (role or pipeline).at("AssumeRolePolicyDocument")
    found = statements(account.stack, role)
    for action, resources in _of_pipeline(account):
        if not any(allowed(found, action, one) for one in resources):
            return f"the role of the pipeline may not do {action} any more", role.at("Policies")
    return "", ""


def _of_pipeline(account: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each call of the pipeline, and the names under which its resource may stand in a policy."""
    for bucket in account.stack.of("AWS::S3::Bucket")[:1]:
        yield "s3:GetObject", (f"{arn_of(account.stack, bucket)}/a",)
        yield "s3:PutObject", (f"{arn_of(account.stack, bucket)}/a",)
    for action in account.pipeline.actions():
        if "ConnectionArn" in action.settings:
            yield "codeconnections:UseConnection", (account.plain(action.settings["ConnectionArn"]),)
    for _, project in account.projects():
        own = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{name_of(account.stack, project)}"
        for verb in ("StartBuild", "BatchGetBuilds"):
            yield f"codebuild:{verb}", (own, f"${{{project.id}.Arn}}")
    for verb in ("DescribeServices", "UpdateService", "DescribeTaskDefinition", "RegisterTaskDefinition"):
        yield f"ecs:{verb}", (f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/movie/movie-production", "*")
    yield "iam:PassRole", (f"arn:aws:iam::{ACCOUNT}:role/movie-task-execution",)
