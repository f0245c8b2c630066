"""Puts monitoring.yaml into an emulated AWS on this machine, prints what is there then, and removes it again. Given.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 python deploy.py

The calls are those of an account; the address must be this machine's. An emulator stores and lists: whether an alarm
is a good one, it does not know.
"""

import json
import os
import sys

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError

HERE = ("http://127.0.0.1:", "http://localhost:")


class Template(yaml.SafeLoader):
    """Reads `!Ref Log` as the long form, `Ref: Log`, and the text of a `!Sub` as it stands."""


Template.add_constructor("!Sub", lambda loader, node: loader.construct_scalar(node))
Template.add_constructor("!Ref", lambda loader, node: {"Ref": loader.construct_scalar(node)})


def resources():
    """Type and properties of each resource, with references to names filled in."""
    with open("monitoring.yaml", encoding="utf-8") as file:
        found = yaml.load(file, Loader=Template)["Resources"]
    for one in found.values():
        properties = one.get("Properties", {})
        group = properties.get("LogGroupName")
        if isinstance(group, dict):
            properties["LogGroupName"] = found[group["Ref"]]["Properties"]["LogGroupName"]
        yield one["Type"].rpartition("::")[2], properties


def put(watch, logs):
    """One call for each resource, the log group before what reads it."""
    for kind, given in sorted(resources(), key=lambda one: one[0] != "LogGroup"):
        if kind == "Alarm":
            watch.put_metric_alarm(**given)
        elif kind == "CompositeAlarm":
            watch.put_composite_alarm(**given)
        elif kind == "Dashboard":
            watch.put_dashboard(**given)
        elif kind == "LogGroup":
            logs.create_log_group(logGroupName=given["LogGroupName"])
            if "RetentionInDays" in given:
                logs.put_retention_policy(logGroupName=given["LogGroupName"], retentionInDays=given["RetentionInDays"])
        elif kind == "MetricFilter":
            metrics = [
                {key[0].lower() + key[1:]: value for key, value in one.items()}
                for one in given["MetricTransformations"]
            ]
            names = {"logGroupName": given["LogGroupName"], "filterName": metrics[0]["metricName"]}
            logs.put_metric_filter(**names, filterPattern=given["FilterPattern"], metricTransformations=metrics)


def stored(watch, logs):
    """What the account holds now."""
    alarms = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {
        "alarms": sorted(one["AlarmName"] for one in alarms["MetricAlarms"]),
        "composites": sorted(one["AlarmName"] for one in alarms["CompositeAlarms"]),
        "dashboards": [one["DashboardName"] for one in watch.list_dashboards()["DashboardEntries"]],
        "retention": {
            one["logGroupName"]: one.get("retentionInDays") for one in logs.describe_log_groups()["logGroups"]
        },
        "filters": {one["filterName"]: one["filterPattern"] for one in logs.describe_metric_filters()["metricFilters"]},
    }


def remove(watch, logs, found):
    for names in (found["composites"], found["alarms"]):
        watch.delete_alarms(AlarmNames=names)
    watch.delete_dashboards(DashboardNames=found["dashboards"])
    for group in found["retention"]:
        logs.delete_log_group(logGroupName=group)


def main():
    if not os.environ.get("AWS_ENDPOINT_URL", "").startswith(HERE):
        sys.exit("error: AWS_ENDPOINT_URL is no address of this machine, and a real account costs money.")
    watch, logs = boto3.client("cloudwatch"), boto3.client("logs")
    try:
        put(watch, logs)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"error: {' '.join(str(error).split())[:300]}")
    found = stored(watch, logs)
    remove(watch, logs, found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
