"""The rare messages of the process keep to one JSON line each, and tell no secrets."""

import json
import logging
import sys

import pytest
from movie_service.log_format import json_formatter, redacted
from movie_service.trace import Ids, current


def _logged(message, *arguments, exc_info=None, name="movie_service", **extra):
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, arguments, exc_info)
    record.__dict__.update(extra)
    return json_formatter().format(record)


def test_message_is_one_line_whatever_it_holds():
    line = _logged("refused %s", 'a\nb"\u2028\x1b')

    entry = json.loads(line)
    assert line.isprintable() or "\u2028" in line
    assert "\n" not in line and "\x1b" not in line
    assert (entry["message"], entry["level"], entry["logger"]) == ('refused a\nb"\u2028\x1b', "error", "movie_service")
    assert entry["time"].endswith("Z")


def test_fields_are_these():
    assert list(json.loads(_logged("x"))) == ["time", "event", "level", "logger", "message"]


def test_traceback_is_a_field():
    try:
        raise ValueError("no score")
    except ValueError:
        line = _logged("unforeseen error", exc_info=sys.exc_info(), request_id="r-1")

    entry = json.loads(line)
    assert "\n" not in line
    assert entry["request_id"] == "r-1"
    assert entry["traceback"].endswith("ValueError: no score")


def test_what_is_logged_during_a_request_has_its_ids():
    token = current.set(Ids("r-2", "0" * 31 + "1"))
    try:
        entry = json.loads(_logged("slow"))
    finally:
        current.reset(token)

    assert (entry["request_id"], entry["trace_id"]) == ("r-2", "0" * 31 + "1")


def test_uvicorns_records_have_the_same_shape():
    entry = json.loads(_logged("Started server process [%d]", 7, name="uvicorn.error", color_message="\x1b[36m%d"))

    assert entry.pop("time")
    assert entry == {
        "event": "log",
        "level": "error",
        "logger": "uvicorn.error",
        "message": "Started server process [7]",
    }


@pytest.mark.parametrize(
    "key",
    [
        "Authorization",
        "set-cookie",
        "password",
        "client_secret",
        "access_token",
        "X-API-Key",
        "api_key",
        "user_id",
        "age",
    ],
)
def test_secrets_and_persons_are_left_out(key):
    entry = json.loads(_logged("x", headers={key: "s3cr3t", "accept": "json"}, **{key.lower(): "s3cr3t"}))

    assert "s3cr3t" not in json.dumps(entry)
    assert entry["headers"] == {key: "[redacted]", "accept": "json"}


def test_redaction_goes_to_any_depth_and_changes_nothing_else():
    value = {"a": [{"token": 1, "b": ({"cookie": 2},)}], "message": "usage: pages", "n": 1.5}

    assert redacted(value) == {
        "a": [{"token": "[redacted]", "b": [{"cookie": "[redacted]"}]}],
        "message": "usage: pages",
        "n": 1.5,
    }


def test_value_that_is_no_json_is_shown_all_the_same():
    assert json.loads(_logged("x", thing={1}))["thing"] == "{1}"
