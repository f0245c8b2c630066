"""Reads CloudFormation templates, YAML or JSON, one file or many, and asks cfn-lint what it thinks of them."""

from checker.cloudformation.linting import Fault, lint
from checker.cloudformation.reading import Resource, Stack, is_template, read_stack
from checker.cloudformation.values import Call, GetAtt, Ref, Text, mentioned, said

__all__ = [
    "Call",
    "Fault",
    "GetAtt",
    "Ref",
    "Resource",
    "Stack",
    "Text",
    "is_template",
    "lint",
    "mentioned",
    "read_stack",
    "said",
]
