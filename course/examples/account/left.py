"""Says what is left in an account: by the tag that everything got, and log groups that keep lines for ever."""

from __future__ import annotations

from typing import Any

# --8<-- [start:left]


def tagged(tagging: Any, key: str, value: str) -> list[str]:
    """What still carries the tag; `tagging` is boto3.client("resourcegroupstaggingapi")."""
    pages = tagging.get_paginator("get_resources").paginate(TagFilters=[{"Key": key, "Values": [value]}])
    return sorted(one["ResourceARN"] for page in pages for one in page["ResourceTagMappingList"])


def endless(logs: Any) -> list[str]:
    """Log groups without a retention; `logs` is boto3.client("logs")."""
    pages = logs.get_paginator("describe_log_groups").paginate()
    return sorted(one["logGroupName"] for page in pages for one in page["logGroups"] if "retentionInDays" not in one)


# --8<-- [end:left]
