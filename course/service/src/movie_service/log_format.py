"""The rare messages of the process (start, stop, faults) as JSON lines on stderr.

structlog's chain formats our records and uvicorn's alike: modules log with the logging package, as libraries do.
The line per request is not made here; access_log.py says why.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import orjson
import structlog

from movie_service.trace import current

_HIDDEN: Final = "[redacted]"

# --8<-- [start:redact]
# Secrets, and what the request says about a person. Keys, not values: nobody can list all forms of a secret, but
# whoever logs one gives it a name.
_SECRET: Final = re.compile(
    r"authorization|cookie|passw|secret|token|api[-_]?key|credential|private[-_]?key"
    r"|^(user|user_id|age|gender|occupation|features|email|ip|client)$",
    re.IGNORECASE,
)


def redacted(value: Any) -> Any:
    """The value without what stands under a key that names a secret or a person, at any depth."""
    if isinstance(value, Mapping):
        return {key: _HIDDEN if _SECRET.search(str(key)) else redacted(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(one) for one in value]
    return value


# --8<-- [end:redact]


def log_config() -> dict[str, Any]:
    """The configuration for logging.config.dictConfig; uvicorn's own messages take the same form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": json_formatter}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
    }


def json_formatter() -> structlog.stdlib.ProcessorFormatter:
    """One record, one JSON line; a traceback becomes a field and keeps to that line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.ExtraAdder(),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            _add_time,
            _add_ids,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _render,
        ],
    )


def _add_time(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    entry["time"] = structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", {})["timestamp"]
    return entry


def _add_ids(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The request that is being answered while this is logged, if any."""
    ids = current.get()
    if ids is not None:
        entry.setdefault("request_id", ids.request_id)
        entry.setdefault("trace_id", ids.trace_id)
    return entry


def _render(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> str:
    # uvicorn repeats its messages with color codes for terminals.
    entry.pop("color_message", None)
    first = {
        "time": entry.pop("time"),
        "event": "log",
        "level": entry.pop("level"),
        "logger": entry.pop("logger"),
        "message": entry.pop("event"),
    }
    if "exception" in entry:
        entry["traceback"] = entry.pop("exception")
    # orjson escapes quotes and control characters, so no value can end the line or forge a second one.
    return orjson.dumps(first | redacted(entry), default=ascii).decode("utf-8")
