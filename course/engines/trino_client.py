"""Asks Trino one statement, over its HTTP protocol: columns and rows, or its own name for what is wrong.

`python -m course.engines.trino_client "select 7/2"` prints the rows as JSON lines.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 120.0


class Refused(Exception):
    """Trino's own words, and the name it gives the error: TYPE_MISMATCH, COLUMN_NOT_FOUND, SYNTAX_ERROR …"""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


@dataclass(frozen=True)
class Answer:
    """`columns` are pairs of name and type. A decimal is a text, a timestamp too, as Trino's JSON has it."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]


def ask(endpoint: str, statement: str, *, schema: str = "", catalog: str = "hive", seconds: float = SECONDS) -> Answer:
    """Run a statement to its end. Refused when Trino takes it not, or fails in it."""
    headers = {"X-Trino-User": "course", "X-Trino-Catalog": catalog, "X-Trino-Source": "course"}
    if schema:
        headers["X-Trino-Schema"] = schema
    ends = time.monotonic() + seconds
    page = _call(f"{endpoint}/v1/statement", headers, statement.encode())
    columns: tuple[tuple[str, str], ...] = ()
    rows: list[tuple[Any, ...]] = []
    while True:
        columns = columns or tuple((one["name"], one["type"]) for one in page.get("columns", ()))
        rows += [tuple(row) for row in page.get("data", ())]
        if "error" in page:
            raise Refused(page["error"]["errorName"], page["error"]["message"])
        if "nextUri" not in page:
            return Answer(columns, tuple(rows))
        if time.monotonic() > ends:
            raise Refused("TOO_SLOW", f"no end within {seconds:.0f} seconds")
        page = _call(page["nextUri"], headers)


def _call(url: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(10):
        try:
            with opener.open(urllib.request.Request(url, body, headers), timeout=SECONDS) as answer:
                page: dict[str, Any] = json.loads(answer.read())
                return page
        except urllib.error.HTTPError as error:
            # The protocol's own word for "ask again".
            if error.code not in (502, 503, 504):
                raise Refused(f"HTTP_{error.code}", error.read().decode(errors="replace")) from None
            time.sleep(0.1)
    raise Refused("UNAVAILABLE", "Trino is not ready")


def main(argv: Sequence[str]) -> int:
    from course.engines.trino import TRINO

    found = TRINO.find()
    if not found.found:
        print(f"error: {found.needed}", file=sys.stderr)
        return 2
    try:
        for row in ask(found.facts["endpoint"], argv[0], schema=argv[1] if len(argv) > 1 else "").rows:
            print(json.dumps(row))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
