"""CloudWatch's kinds of resources in a CloudFormation template, and what CloudWatch calls them."""

from __future__ import annotations

import re

from checker.cloudformation.reading import Resource, Stack
from checker.cloudformation.values import said

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
FILTER = "AWS::Logs::MetricFilter"
LOG_GROUP = "AWS::Logs::LogGroup"
# An alarm's ARN, or a reference to its resource, in a rule.
OF_ALARM = re.compile(r"arn:[\w-]+:cloudwatch:(?:[\w-]|\$\{[\w:]+\})*:(?:\d|\$\{[\w:]+\})*:alarm:")
REFERENCE = re.compile(r"\$\{(\w+)(\.Arn)?\}")
NAMES = {ALARM: "AlarmName", COMPOSITE: "AlarmName", DASHBOARD: "DashboardName", LOG_GROUP: "LogGroupName"}


def name_of(resource: Resource) -> str:
    """What CloudWatch calls a resource; its id in the template where it has no name of its own."""
    return str(resource.get(NAMES.get(resource.type, "Name")) or resource.id)


def rule_of(stack: Stack, composite: Resource) -> str:
    """The AlarmRule of a composite alarm with names in place of references and ARNs."""
    names = {one.id: name_of(one) for kind in (ALARM, COMPOSITE) for one in stack.of(kind)}
    text = REFERENCE.sub(lambda found: names.get(found[1], found[0]), said(composite.properties.get("AlarmRule", "")))
    return OF_ALARM.sub("", text)


def named(stack: Stack, kind: str, name: str) -> Resource | None:
    """The resource of this type and name."""
    return next((one for one in stack.of(kind) if name_of(one) == name), None)
