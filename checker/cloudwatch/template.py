"""CloudWatch's kinds of resources in a CloudFormation template, and what CloudWatch calls them."""

from __future__ import annotations

from checker.cloudformation.reading import Resource, Stack

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
FILTER = "AWS::Logs::MetricFilter"
LOG_GROUP = "AWS::Logs::LogGroup"
NAMES = {ALARM: "AlarmName", COMPOSITE: "AlarmName", DASHBOARD: "DashboardName", LOG_GROUP: "LogGroupName"}


def name_of(resource: Resource) -> str:
    """What CloudWatch calls a resource; its id in the template where it has no name of its own."""
    return str(resource.get(NAMES.get(resource.type, "Name")) or resource.id)


def named(stack: Stack, kind: str, name: str) -> Resource | None:
    """The resource of this type and name."""
    return next((one for one in stack.of(kind) if name_of(one) == name), None)
