"""What a reference will be after the deployment: ARNs and names, in an account and region of our own choice."""

from __future__ import annotations

from typing import Any

from checker.cloudformation.reading import Resource, Stack
from checker.cloudformation.values import Call, GetAtt, Ref, Text, said

# The account that AWS's own documentation uses, and the region whose prices the course prints.
ACCOUNT, REGION = "123456789012", "us-east-1"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
}
# type: (the property with its name, its ARN without the name; what Ref gives: the ARN or the name)
KINDS = {
    "AWS::IAM::Role": ("RoleName", f"arn:aws:iam::{ACCOUNT}:role/", "name"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", f"arn:aws:iam::{ACCOUNT}:policy/", "arn"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::", "name"),
    "AWS::ECR::Repository": ("RepositoryName", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/", "name"),
    "AWS::Logs::LogGroup": ("LogGroupName", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:", "name"),
    "AWS::SecretsManager::Secret": ("Name", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:", "arn"),
    "AWS::SSM::Parameter": ("Name", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/", "name"),
    "AWS::ECS::Cluster": ("ClusterName", f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/", "name"),
    "AWS::ECS::TaskDefinition": ("Family", f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/", "arn"),
}


def name_of(stack: Stack, resource: Resource) -> str:
    """The resource's name; its logical id where the template leaves the name to CloudFormation."""
    key = KINDS.get(resource.type, ("Name", "", ""))[0]
    given = resource.get(key)
    return concrete(stack, given) if given is not None else resource.id


def arn_of(stack: Stack, resource: Resource) -> str:
    """The resource's ARN; a log group's without the `:*` that its streams have."""
    _, prefix, _ = KINDS.get(resource.type, ("", f"arn:aws:{resource.type}:", ""))
    path = said(resource.get("Path", default="/")).strip("/") if resource.type.startswith("AWS::IAM::") else ""
    return f"{prefix}{path}{'/' if path else ''}{name_of(stack, resource).lstrip('/' if 'ssm' in prefix else '')}"


def concrete(stack: Stack, value: Any) -> str:
    """The text that a value becomes; what cannot be known stays as `${Name}`."""
    if isinstance(value, Text):
        return "".join(concrete(stack, part) for part in value.parts)
    if isinstance(value, Ref) and value.id in PSEUDO:
        return PSEUDO[value.id]
    resource = stack.named(value)
    if resource is None or isinstance(value, Call) or resource.type not in KINDS:
        return said(value)
    if isinstance(value, GetAtt):
        if value.attribute in ("Arn", "TaskDefinitionArn", "PolicyArn", "Id"):
            # The Arn attribute of a log group ends with `:*`, unlike every other.
            return arn_of(stack, resource) + (":*" if resource.type == "AWS::Logs::LogGroup" else "")
        return name_of(stack, resource) if value.attribute in ("Name", "RoleName") else said(value)
    return arn_of(stack, resource) if KINDS[resource.type][2] == "arn" else name_of(stack, resource)
