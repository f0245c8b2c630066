"""Asks Athena with boto3, as it is done on AWS. Given, and unchanged there.

Only opened() is of this course: AWS tells the bytes that a query read, and not which objects.
"""

import json
import os
import re
import time
import urllib.request
from functools import cache

import boto3


class Refused(Exception):
    """A query that Athena did not run; its reason is the text."""


@cache
def client():
    """One client; the environment says where Athena is."""
    return boto3.client("athena")


def ask(sql):
    """Rows (dicts of texts) and statistics of one statement. A query runs in the background: start, wait, fetch."""
    where = {"OutputLocation": "s3://prediction-lake/answers/"}
    query = client().start_query_execution(QueryString=sql, ResultConfiguration=where)["QueryExecutionId"]
    while True:
        execution = client().get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
        time.sleep(0.5)
    if execution["Status"]["State"] != "SUCCEEDED":
        raise Refused(execution["Status"].get("StateChangeReason", execution["Status"]["State"]))
    return rows(query), execution["Statistics"] | {"objects": len(opened(query))}


def rows(query):
    """All rows of a finished query. The first row of the first page holds the names."""
    pages = client().get_paginator("get_query_results").paginate(QueryExecutionId=query)
    lines = [[one.get("VarCharValue") for one in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]] if lines else []


def opened(query):
    """The objects that a query opened, as this course's stand-in tells them."""
    with urllib.request.urlopen(f"{os.environ['AWS_ENDPOINT_URL']}/_reads/{query}") as answer:
        return json.load(answer)


def statements(text):
    """The statements of a file, one by one: Athena takes one at a time. What stands in quotes may hold ; and --."""
    found = [""]
    for part in re.split(r"""('[^']*'|"[^"]*"|--[^\n]*|;)""", text):
        if part == ";":
            found.append("")
        elif not part.startswith("--"):
            found[-1] += part
    return [one.strip() for one in found if one.strip()]
