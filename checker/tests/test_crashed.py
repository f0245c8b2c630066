"""What a server printed about an exception is told as the exception; what it did not print yet is waited for."""

from __future__ import annotations

from pathlib import Path

from checker import server
from checker.crashed import crash, last_raised
from checker.reply import Raised

LOG = """ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/lib/starlette/routing.py", line 11, in app
    await self.app(scope, receive, send)
          ^^^^^^^^
ValueError: earlier

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/lib/starlette/routing.py", line 11, in app
    await self.app(scope, receive, send)
  File "/submission/work/app.py", line 91, in ready
    return model.version
  File "/lib/fastapi/routing.py", line 500, in serialize
    raise ResponseValidationError(errors)
fastapi.exceptions.ResponseValidationError: 1 validation error:
  {'type': 'dict_type', 'loc': ('response',)}

  File "/submission/work/app.py", line 88, in ready
    GET /health/ready
INFO:     Shutting down
"""


def test_the_last_exception_is_told_with_its_text_and_the_line_of_the_folder():
    assert last_raised(LOG, "/submission/work") == Raised(
        "ResponseValidationError",
        "1 validation error:\n  {'type': 'dict_type', 'loc': ('response',)}\n"
        '  File "/submission/work/app.py", line 88, in ready\n    GET /health/ready',
        "app.py:91",
    )


def test_an_exception_without_a_text_or_a_line_of_the_folder():
    log = 'Traceback (most recent call last):\n  File "/lib/a.py", line 1, in f\n    raise KeyError\nKeyError\n'

    assert last_raised(log, "/submission/work") == Raised("KeyError", "", "")


def test_a_log_without_a_whole_traceback_tells_nothing():
    assert last_raised("", "/w") is None
    assert last_raised("INFO:     Started\n", "/w") is None
    assert last_raised('Traceback (most recent call last):\n  File "/lib/a.py", line 1, in f\n', "/w") is None


def test_what_was_printed_before_the_request_is_another_ones_and_the_rest_is_waited_for():
    old = LOG.replace("1 validation error", "2 validation errors")
    printed = iter([old, old, old + LOG[:300], old + LOG, old + LOG])

    found = crash(lambda: next(printed), len(old), "/submission/work")

    assert found == last_raised(LOG, "/submission/work")


def test_a_server_that_printed_nothing_once_is_waited_for_no_more(monkeypatch):
    asked = []
    monkeypatch.setattr(server, "crash", lambda logs, printed, folder: asked.append(printed))
    running = server.Server(None, Path("socket"), "app.py", "/submission/work")

    assert [running._crash(1), running._crash(2)] == [None, None]
    assert asked == [1]
