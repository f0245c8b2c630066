"""The rare messages of the process keep to one JSON line each."""

import json
import logging
import sys

from movie_service.log_format import JsonFormatter


def _record(message, *arguments, exc_info=None):
    return logging.LogRecord("movie_service", logging.ERROR, "x.py", 1, message, arguments, exc_info)


def test_message_is_one_line_whatever_it_holds():
    line = JsonFormatter().format(_record("refused %s", 'a\nb"'))

    entry = json.loads(line)
    assert "\n" not in line
    assert (entry["message"], entry["level"], entry["logger"]) == ('refused a\nb"', "error", "movie_service")
    assert entry["time"].endswith("Z")


def test_traceback_is_a_field():
    try:
        raise ValueError("no score")
    except ValueError:
        record = _record("unforeseen error", exc_info=sys.exc_info())
    record.request_id = "r-1"

    entry = json.loads(JsonFormatter().format(record))

    assert entry["request_id"] == "r-1"
    assert entry["traceback"].endswith("ValueError: no score")
