"""Athena's HTTP interface, so that unchanged boto3 code gets real rows: start a query, ask how it went, get its rows.

Results stay in memory: what AWS writes into the output location as CSV is not written here.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from checker.athena.ddl import DECLARES
from checker.athena.engine import Answer, Athena, without_comments
from checker.athena.errors import QueryFailed

TARGET = "AmazonAthena."
PAGE = 1000
Respond = Callable[[str, list[tuple[str, str]]], Any]


class _Refused(Exception):
    """A request that AWS answers with InvalidRequestException."""


@dataclass(frozen=True)
class _Execution:
    """One query that was started, and how it ended."""

    id: str
    sql: str
    request: dict[str, Any]
    answer: Answer | None
    failed: QueryFailed | None


class Door:
    """Answers Athena's actions for one engine. A WSGI app for requests whose target is Athena."""

    def __init__(self, athena: Athena) -> None:
        self.athena = athena
        self.executions: dict[str, _Execution] = {}

    def __call__(self, environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
        action = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(TARGET)
        size = int(environ.get("CONTENT_LENGTH") or 0)
        request = json.loads(environ["wsgi.input"].read(size) or b"{}")
        actions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "StartQueryExecution": self._start,
            "GetQueryExecution": self._status,
            "GetQueryResults": self._results,
            "StopQueryExecution": lambda asked: {},
        }
        try:
            if action not in actions:
                raise _Refused(f"{action} is not known to this stand-in for Athena.")
            status, body = "200 OK", actions[action](request)
        except _Refused as refused:
            status, body = "400 Bad Request", {"__type": "InvalidRequestException", "Message": str(refused)}
        respond(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps(body).encode()]

    def _start(self, request: dict[str, Any]) -> dict[str, Any]:
        if not request.get("ResultConfiguration", {}).get("OutputLocation") and "WorkGroup" not in request:
            raise _Refused(
                "No output location provided. An output location is required either through the Workgroup result "
                "configuration setting or as an API input."
            )
        sql, database = str(request.get("QueryString", "")), request.get("QueryExecutionContext", {}).get("Database")
        answer, failed = None, None
        try:
            answer = self.athena.run(sql, database or "default")
        except QueryFailed as error:
            failed = error
        done = _Execution(str(uuid.uuid4()), sql, request, answer, failed)
        self.executions[done.id] = done
        return {"QueryExecutionId": done.id}

    def _find(self, request: dict[str, Any]) -> _Execution:
        found = self.executions.get(str(request.get("QueryExecutionId")))
        if found is None:
            raise _Refused(f"QueryExecution {request.get('QueryExecutionId')} was not found")
        return found

    def _status(self, request: dict[str, Any]) -> dict[str, Any]:
        done = self._find(request)
        status: dict[str, Any] = {"State": "FAILED" if done.failed else "SUCCEEDED"}
        if done.failed:
            status["StateChangeReason"] = str(done.failed)
        kind = "DDL" if DECLARES.match(without_comments(done.sql)) else "DML"
        statistics = {"DataScannedInBytes": done.answer.bytes if done.answer else 0, "EngineExecutionTimeInMillis": 0}
        return {
            "QueryExecution": {
                "QueryExecutionId": done.id, "Query": done.sql, "StatementType": kind, "Status": status,
                "Statistics": statistics, "WorkGroup": done.request.get("WorkGroup", "primary"),
                "ResultConfiguration": done.request.get("ResultConfiguration", {}),
            }
        }  # fmt: skip

    def _results(self, request: dict[str, Any]) -> dict[str, Any]:
        done = self._find(request)
        if done.answer is None:
            raise _Refused("Query did not finish successfully. Final query state: FAILED")
        answer = done.answer
        # The names of the columns are the first row, as AWS sends them.
        rows = [answer.columns, *answer.rows] if answer.columns else []
        start = int(base64.b64decode(request["NextToken"])) if request.get("NextToken") else 0
        end = start + min(int(request.get("MaxResults") or PAGE), PAGE)
        columns = [_column(name, kind) for name, kind in zip(answer.columns, answer.types, strict=True)]
        body: dict[str, Any] = {
            "UpdateCount": 0,
            "ResultSet": {"Rows": [_row(one) for one in rows[start:end]], "ResultSetMetadata": {"ColumnInfo": columns}},
        }
        if end < len(rows):
            body["NextToken"] = base64.b64encode(str(end).encode()).decode()
        return body


def _column(name: str, kind: str) -> dict[str, Any]:
    return {
        "CatalogName": "hive", "SchemaName": "", "TableName": "", "Name": name, "Label": name,
        "Type": kind.partition("(")[0], "Precision": 0, "Scale": 0, "Nullable": "UNKNOWN", "CaseSensitive": False,
    }  # fmt: skip


def _row(values: Iterable[Any]) -> dict[str, Any]:
    # A NULL is a field without a value, not an empty text.
    return {"Data": [{} if value is None else {"VarCharValue": _text(value)} for value in values]}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join("null" if one is None else _text(one) for one in value) + "]"
    return str(value)
