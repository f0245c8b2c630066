"""What a worker is given, and what its report of an exception means to a trainee."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.errors import Finding
from checker.reply import Raised


def worker_env(folder: Path | str, temporary: str = "") -> dict[str, str]:
    """The same environment in practice and in grading, with nothing of the grader's own in it."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    fixed = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }
    if temporary:
        fixed["TMPDIR"] = temporary
    return kept | fixed | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}


def encode_body(value: Any, body: bytes | None, headers: dict[str, str] | None) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a request: `value` as JSON unless it is `...`, else the bytes."""
    data = body or b""
    sent = dict(headers or {})
    if value is not ...:
        data = json.dumps(value).encode()
        sent.setdefault("content-type", "application/json")
    return data, {"host": "127.0.0.1", "content-length": str(len(data))} | sent


def raised_finding(error: Any, tried: str, line: str = "") -> Finding:
    """The finding for an exception that a worker reports; the report's shape is not trusted.

    `line` is what the submission has at the place that is reported, "" where that is not known.
    """
    error = error if isinstance(error, dict) else {}
    kind, message, where = (str(error.get(key) or "")[:300] for key in ("type", "message", "where"))
    name = str(error.get("name") or "")
    if kind == "NoName":
        seen, expected = m.NO_NAME.format(file=where, name=name), m.NO_NAME_EXPECTED.format(name=name)
        return Finding(tried, seen, expected, where, m.NO_NAME_NEXT)
    if kind == "NotAnAnswer":
        seen = m.NOT_AN_ANSWER.format(type=message)
        return Finding(tried, seen, m.NOT_AN_ANSWER_EXPECTED, where, m.NOT_AN_ANSWER_NEXT)
    if kind == "StartUpFailed":
        return Finding(m.STARTED, message, m.STARTED_EXPECTED, where, m.CALLED_NEXT)
    expected, next_ = _OF_KIND.get(kind, (m.RAISED_EXPECTED, _question(kind, message, line)))
    # What follows is Pydantic's advice to look away, which leads on to the next exception.
    message = message.partition(". Set `arbitrary_types_allowed=True`")[0]
    return Finding(tried, m.RAISED.format(type=kind, message=message), expected, where, next_)


def line_at(text: str, number: str) -> str:
    """The line of a file with this number, without its indentation; "" where there is none.

    A worker says the number and is not trusted: it may be of any form and length.
    """
    lines = text.splitlines()
    known = number.isascii() and number.isdigit() and len(number) < 7 and 0 < int(number) <= len(lines)
    return lines[int(number) - 1].strip() if known else ""


# What Python says of a call whose arguments do not fit the function.
MISFIT = re.compile(r"missing \d+ required|unexpected keyword|takes .* positional argument|multiple values for")


def _question(kind: str, message: str, line: str) -> str:
    if line.startswith("raise "):
        return m.RAISES_NEXT
    return m.CALLED_NEXT if kind == "TypeError" and MISFIT.search(message) else m.RAISED_NEXT


_OF_KIND = {
    **dict.fromkeys(("SyntaxError", "IndentationError", "TabError"), (m.SYNTAX_EXPECTED, m.SYNTAX_NEXT)),
    "ImportError": (m.IMPORT_EXPECTED, m.IMPORT_NEXT),
    "ModuleNotFoundError": (m.IMPORT_EXPECTED, m.NO_MODULE_NEXT),
    "PydanticSchemaGenerationError": (m.IMPORT_EXPECTED, m.NO_SCHEMA_NEXT),
    **dict.fromkeys(("NameError", "UnboundLocalError"), (m.NAME_EXPECTED, m.NAME_NEXT)),
}


def raised(error: Any) -> Raised | None:
    if not isinstance(error, dict):
        return None
    return Raised(*(str(error.get(key) or "") for key in ("type", "message", "where")))
