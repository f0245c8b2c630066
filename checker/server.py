"""A submission's app in a server process, spoken to over a private unix socket."""

from __future__ import annotations

import http.client
import os
import socket
import stat
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.asking import encode_body
from checker.crashed import ANSWER, crash
from checker.errors import Finding, NotYet, TooSlow
from checker.reply import Raised, Reply
from checker.workers import Worker


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("127.0.0.1", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        _connect(self.sock, self._path)


def _connect(sock: socket.socket, path: Path) -> None:
    """Connect to a socket that a submission made; a link in its place could lead to any service of this machine."""
    if not hasattr(os, "O_PATH"):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ConnectionError("no socket")
        sock.connect(str(path))
        return
    opened = os.open(path, os.O_PATH | os.O_NOFOLLOW)
    try:
        if not stat.S_ISSOCK(os.fstat(opened).st_mode):
            raise ConnectionError("no socket")
        sock.connect(f"/proc/self/fd/{opened}")
    finally:
        os.close(opened)


class Server:
    """Started by `submission.serve()`. A connection per request, so that requests may overlap."""

    def __init__(self, worker: Worker, path: Path, where: str, folder: str) -> None:
        """`where` is the app's file, `folder` its folder as the worker sees it."""
        self._worker, self._path, self._where, self._folder = worker, path, where, folder
        self._prints = True

    @property
    def pid(self) -> int:
        return self._worker.pid

    def http(
        self, method: str, path: str, *, json: Any = ..., body: bytes | None = None,
        headers: dict[str, str] | None = None, timeout: float = 10.0,
    ) -> Reply:  # fmt: skip
        data, sent = encode_body(json, body, headers)
        tried = f"sent {method} {path} to the running app"
        connection, printed = _Connection(self._path, timeout), len(self.logs())
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            content = answer.read(4_000_000)
            error = self._crash(printed) if answer.status == 500 and content == ANSWER else None
            return Reply(answer.status, received, content, tried, self._where, error)
        except TimeoutError:
            seen, expected = m.SLOW.format(seconds=timeout), m.SLOW_EXPECTED.format(seconds=timeout)
            raise TooSlow(Finding(tried, seen, expected, self._where, m.SLOW_NEXT)) from None
        except (OSError, http.client.HTTPException):
            raise NotYet(Finding(tried, m.ENDED, m.ENDED_EXPECTED, self._where, m.ENDED_NEXT)) from None
        finally:
            connection.close()

    def _crash(self, printed: int) -> Raised | None:
        """The exception behind a 500. A server that printed none once, or whose log is full, is waited for no more."""
        error = crash(self.logs, printed, self._folder) if self._prints else None
        self._prints = error is not None
        return error

    def logs(self) -> str:
        return self._worker.logs()

    def stop(self) -> None:
        self._worker.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
