"""The `submission` fixture: the only door from a check to a trainee's work. Its names are frozen in API.md."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.collect import HandIn
from checker.errors import Finding, NotYet
from checker.exercise import Exercise
from checker.files import Files
from checker.reply import Finished, Outcome, Raised, Reply, decode
from checker.server import Server
from checker.workers import Start, Worker, WorkerSource

TIMEOUT = 10.0


class Submission(Files):
    """One trainee's hand-in, for one check: a fresh folder, and workers in it as they are asked for."""

    def __init__(
        self,
        exercise: Exercise,
        hand_in: HandIn,
        source: WorkerSource,
        *,
        rng: random.Random,
        allowed: tuple[str, ...],
        resources: dict[str, Path],
    ) -> None:
        super().__init__(exercise, hand_in, resources)
        self.random = rng
        self.seed = hand_in.seed
        self._source, self._allowed = source, allowed
        self._worker: Worker | None = None
        self._servers: list[Server] = []

    # -- code ---------------------------------------------------------------------------------------------------
    def call(self, target: str, *args: Any, timeout: float = TIMEOUT, **kwargs: Any) -> Any:
        return decode(self._value(target, self._ask(target, args, kwargs, timeout=timeout)))

    def keep(self, target: str, *args: Any, timeout: float = TIMEOUT, **kwargs: Any) -> Handle:
        return Handle(self, self._value(target, self._ask(target, args, kwargs, timeout=timeout, keep=True)), target)

    def attempt(self, target: str, *args: Any, timeout: float = TIMEOUT, **kwargs: Any) -> Outcome:
        return _outcome(self._ask(target, args, kwargs, timeout=timeout))

    def http(
        self, method: str, path: str, *, json: Any = ..., body: bytes | None = None,
        headers: dict[str, str] | None = None, timeout: float = TIMEOUT,
    ) -> Reply:  # fmt: skip
        tried, where = f"sent {method} {path}", self.exercise.app.partition(":")[0] + ".py"
        data, sent = encode_body(json, body, headers)
        request = {
            "method": method,
            "path": path,
            "headers": list(sent.items()),
            "body": base64.b64encode(data).decode(),
        }
        question = {"op": "http", "request": request}
        answer = self._worker_for(where).ask(question, tried=tried, where=where, timeout=timeout)
        value = self._value(self.exercise.app, answer, tried)
        if not isinstance(value, dict) or not isinstance(value.get("status"), int):
            raised = value.get("error") if isinstance(value, dict) else None
            seen = m.RAISED.format(**raised) if raised else m.NO_RESPONSE
            where = (raised or {}).get("where") or where
            raise NotYet(Finding(tried, seen, m.NO_RESPONSE_EXPECTED, where, m.NO_RESPONSE_NEXT))
        received = {str(k).lower(): str(v) for k, v in value["headers"]}
        return Reply(value["status"], received, base64.b64decode(value["body"]), tried, where, _raised(value["error"]))

    def serve(self, *, env: dict[str, str] | None = None, timeout: float = 20.0) -> Server:
        """The app in a server process of its own. A start that fails is a finding."""
        where = self.exercise.app.partition(":")[0] + ".py"
        self._refuse_fault(where)
        home = Path(tempfile.mkdtemp(prefix="ck-"))
        start = self._start(mode="serve", socket=str(home / "s"), env=env)
        worker = self._source.worker(start)
        server = Server(worker, home, where)
        self._servers.append(server)
        tried = "started the app"
        self._value(self.exercise.app, worker.ask({}, tried=tried, where=where, timeout=timeout), tried)
        return server

    def run(self, script: str, *args: str, env: dict[str, str] | None = None, timeout: float = TIMEOUT) -> Finished:
        self._refuse_fault(script)
        worker = self._source.worker(self._start(mode="run", script=script, args=args, env=env))
        try:
            answer = worker.ask({}, tried=f"ran {script}", where=script, timeout=timeout)
            return Finished(int(answer["ok"]), worker.logs())
        finally:
            worker.close()

    def logs(self) -> str:
        return self._worker.logs() if self._worker else ""

    def close(self) -> None:
        for server in self._servers:
            server.stop()
        if self._worker:
            self._worker.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    # -- inside -------------------------------------------------------------------------------------------------
    def _start(self, *, env: dict[str, str] | None = None, **more: Any) -> Start:
        return Start(str(self.folder), worker_env(self.folder) | (env or {}), self._allowed, self.exercise.app, **more)

    def _worker_for(self, file: str) -> Worker:
        self._refuse_fault(file)
        if self._worker is None or self._worker.closed:
            self._worker = self._source.worker(self._start())
        return self._worker

    def _ask(
        self, target: str, args: Any, kwargs: Any, *, timeout: float, keep: bool = False, handle: int | None = None,
        file: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        where = file or target.rpartition(".")[0].replace(".", "/") + ".py"
        question = {
            "op": "call", "target": target, "handle": handle, "keep": keep,
            "args": [_wrap(a) for a in args], "kwargs": {k: _wrap(v) for k, v in kwargs.items()},
        }  # fmt: skip
        return self._worker_for(where).ask(question, tried=f"called {target}", where=where, timeout=timeout)

    def _value(self, target: str, answer: dict[str, Any], tried: str = "") -> Any:
        if answer.get("error") is None:
            return answer.get("ok")
        raise NotYet(raised_finding(answer["error"], tried or f"called {target.replace(':', '.')}"))


class Handle:
    """A value that stays in the worker."""

    def __init__(self, submission: Submission, number: Any, made_by: str) -> None:
        self._submission, self.number, self._made_by = submission, number, made_by
        self._file = made_by.rpartition(".")[0].replace(".", "/") + ".py"

    def call(self, method: str, *args: Any, timeout: float = TIMEOUT, **kwargs: Any) -> Any:
        answer = self._answer(method, args, kwargs, timeout)
        return decode(self._submission._value(f"{self._made_by}(…).{method}", answer))

    def attempt(self, method: str, *args: Any, timeout: float = TIMEOUT, **kwargs: Any) -> Outcome:
        return _outcome(self._answer(method, args, kwargs, timeout))

    def get(self, attribute: str, timeout: float = TIMEOUT) -> Any:
        question = {"op": "get", "target": attribute, "handle": self.number}
        worker = self._submission._worker_for(self._file)
        answer = worker.ask(question, tried=f"read {attribute}", where=self._file, timeout=timeout)
        return decode(self._submission._value(f"{self._made_by}(…).{attribute}", answer, f"read {attribute}"))

    def _answer(self, method: str, args: Any, kwargs: Any, timeout: float) -> dict[str, Any]:
        return self._submission._ask(method, args, kwargs, timeout=timeout, handle=self.number, file=self._file)


def worker_env(folder: Path) -> dict[str, str]:
    """The same environment in practice and in grading, with nothing of the grader's own in it."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    fixed = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }
    return kept | fixed | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}


def encode_body(value: Any, body: bytes | None, headers: dict[str, str] | None) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a request: `value` as JSON unless it is `...`, else the bytes."""
    data = body or b""
    sent = dict(headers or {})
    if value is not ...:
        data = json.dumps(value).encode()
        sent.setdefault("content-type", "application/json")
    return data, {"host": "127.0.0.1", "content-length": str(len(data))} | sent


def raised_finding(error: Any, tried: str) -> Finding:
    """The finding for an exception that a worker reports; the report's shape is not trusted."""
    error = error if isinstance(error, dict) else {}
    kind, message, where = (str(error.get(key) or "")[:300] for key in ("type", "message", "where"))
    name = str(error.get("name") or "")
    if kind == "NoName":
        seen, expected = m.NO_NAME.format(file=where, name=name), m.NO_NAME_EXPECTED.format(name=name)
        return Finding(tried, seen, expected, where, m.NO_NAME_NEXT)
    if kind == "NotAnAnswer":
        seen = m.NOT_AN_ANSWER.format(type=message)
        return Finding(tried, seen, m.NOT_AN_ANSWER_EXPECTED, where, m.NOT_AN_ANSWER_NEXT)
    expected, next_ = _OF_KIND.get(kind, (m.RAISED_EXPECTED, m.RAISED_NEXT))
    return Finding(tried, m.RAISED.format(type=kind, message=message), expected, where, next_)


_OF_KIND = {
    **dict.fromkeys(("SyntaxError", "IndentationError", "TabError"), (m.SYNTAX_EXPECTED, m.SYNTAX_NEXT)),
    **dict.fromkeys(("ImportError", "ModuleNotFoundError"), (m.IMPORT_EXPECTED, m.IMPORT_NEXT)),
}


def _raised(error: Any) -> Raised | None:
    if not isinstance(error, dict):
        return None
    return Raised(*(str(error.get(key) or "") for key in ("type", "message", "where")))


def _outcome(answer: dict[str, Any]) -> Outcome:
    return Outcome(decode(answer.get("ok")), _raised(answer.get("error")))


def _wrap(value: Any) -> Any:
    return {"$handle": value.number} if isinstance(value, Handle) else value
