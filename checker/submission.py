"""The `submission` fixture: the only door from a check to a trainee's work. Its names are frozen in API.md."""

from __future__ import annotations

import base64
import random
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.asking import encode_body, line_at, raised, raised_finding, worker_env
from checker.collect import HandIn
from checker.declare import Check
from checker.errors import CouldNotCheck, ExerciseFault, Finding, NotYet
from checker.exercise import Exercise
from checker.files import Files
from checker.live import Engine, Engines
from checker.refusal import refuse_reaching_out
from checker.reply import Finished, Outcome, Reply, decode
from checker.sandbox.room import Room
from checker.server import Server
from checker.services import Services
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
        engines: Engines | None = None,
        declared: Check | None = None,
        services: Services | None = None,
    ) -> None:
        super().__init__(exercise, hand_in, resources)
        self.random = rng
        self.seed = hand_in.seed
        self._source, self._allowed = source, allowed
        self._worker: Worker | None = None
        self._servers: list[Server] = []
        self._engines, self._declared = engines, declared
        self._met: dict[str, Engine] = {}
        self._services, self._fresh = services or Services(), False
        self._ports: tuple[int, ...] = ()

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
        # An error of the worker itself came before the request: the file could not be imported, or the app not started.
        value = self._value(self.exercise.app, answer, m.IMPORTED.format(file=where))
        if not isinstance(value, dict) or not isinstance(value.get("status"), int):
            error = value.get("error") if isinstance(value, dict) else None
            seen = m.RAISED.format(**error) if error else m.NO_RESPONSE
            where = (error or {}).get("where") or where
            raise NotYet(Finding(tried, seen, m.NO_RESPONSE_EXPECTED, where, m.NO_RESPONSE_NEXT))
        received = {str(k).lower(): str(v) for k, v in value["headers"]}
        return Reply(value["status"], received, base64.b64decode(value["body"]), tried, where, raised(value["error"]))

    def serve(self, *, env: dict[str, str] | None = None, timeout: float = 20.0) -> Server:
        """The app in a server process of its own. A start that fails is a finding."""
        where = self.exercise.app.partition(":")[0] + ".py"
        self._refuse_fault(where)
        socket = f"s{len(self._servers)}"
        start = self._start(mode="serve", socket=f"{self.room.sockets}/{socket}", env=env)
        worker = self._source.worker(start)
        server = Server(worker, self.room.base / "run" / socket, where, self.room.inside)
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

    def engine(self, name: str) -> Engine:
        """A real engine that exercise.toml's `[live]` names for this check."""
        if name not in self._met:
            known = ", ".join(self._met) or "no engine"
            raise ExerciseFault(
                m.NOT_LIVE.format(id=self._declared.id if self._declared else "", name=name, known=known)
            )
        return self._met[name]

    def service(self, name: str) -> Any:
        """A trusted neighbour that exercise.toml's `services` names, empty when a check first asks for it."""
        if name not in self.exercise.services:
            raise ExerciseFault(m.NO_SERVICE.format(name=name))
        found = self._services.get(name)
        if not self._fresh:
            found.reset()
            self._fresh = True
        return found

    def meet_engines(self) -> None:
        """For a live check: refuse files that reach for the machine, then find every engine that it needs."""
        if self._engines is None or self._declared is None or not self._declared.engines:
            return
        missing = []
        for name in self._declared.engines:
            found = self._engines.find(name)
            if found.found:
                self._met[name] = Engine(self._engines, found, self.folder)
            else:
                missing.append(found.needed)
        if missing:
            raise CouldNotCheck(Finding(seen=" ".join(missing)))
        files = self._hand_in.files.items()
        refuse_reaching_out({name: content.decode("utf-8", errors="replace") for name, content in files})

    def logs(self) -> str:
        return self._worker.logs() if self._worker else ""

    def close(self) -> None:
        for engine in self._met.values():
            engine.close()
        for server in self._servers:
            server.stop()
        if self._worker:
            self._worker.close()
        if self._room:
            left, self._room = self._room, None
            self._source.leave(left)

    def let_reach(self, port: int) -> None:
        """Let the workers of this check connect to a TCP port that the trusted side listens on."""
        self._ports = (*self._ports, port)

    # -- inside -------------------------------------------------------------------------------------------------
    def _start(self, *, env: dict[str, str] | None = None, **more: Any) -> Start:
        reached: dict[str, str] = {}
        ports = self._ports
        for name in self.exercise.services:
            reached |= self.service(name).env
            ports = (*ports, *self.service(name).ports)
        place = self.room
        told = worker_env(place.inside, place.temporary) | reached | (env or {})
        return Start(
            place.inside, told, self._allowed, self.exercise.app, **more, room=place.number, reach=ports,
            writable=(place.temporary, place.sockets),
        )  # fmt: skip

    def _new_room(self) -> Room:
        return self._source.room()

    def _worker_for(self, file: str) -> Worker:
        self._refuse_fault(file)
        if self._worker is None or self._worker.closed:
            self._worker = self._source.worker(self._start())
        return self._worker

    def _ask(
        self, target: str, args: Any, kwargs: Any, *, timeout: float, keep: bool = False, handle: int | None = None,
        file: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        module = file or target.rpartition(".")[0].replace(".", "/") + ".py"
        question = {
            "op": "call", "target": target, "handle": handle, "keep": keep,
            "args": [_wrap(a) for a in args], "kwargs": {k: _wrap(v) for k, v in kwargs.items()},
        }  # fmt: skip
        worker = self._worker_for(module)
        return worker.ask(question, tried=f"called {target}", where=self._blamed(module), timeout=timeout)

    def _value(self, target: str, answer: dict[str, Any], tried: str = "") -> Any:
        if answer.get("error") is None:
            return answer.get("ok")
        error = answer["error"]
        line = self._line(str(error.get("where") or "")) if isinstance(error, dict) else ""
        raise NotYet(raised_finding(error, tried or f"called {target.replace(':', '.')}", line))

    def _line(self, where: str) -> str:
        """The line of a handed-in file that `where` ("app.py:17") names; "" where there is none."""
        name, _, number = where.partition(":")
        return line_at(self._hand_in.files.get(name, b"").decode("utf-8", "replace"), number)


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
        where = self._submission._blamed(self._file)
        answer = worker.ask(question, tried=f"read {attribute}", where=where, timeout=timeout)
        return decode(self._submission._value(f"{self._made_by}(…).{attribute}", answer, f"read {attribute}"))

    def _answer(self, method: str, args: Any, kwargs: Any, timeout: float) -> dict[str, Any]:
        return self._submission._ask(method, args, kwargs, timeout=timeout, handle=self.number, file=self._file)


def _outcome(answer: dict[str, Any]) -> Outcome:
    return Outcome(decode(answer.get("ok")), raised(answer.get("error")))


def _wrap(value: Any) -> Any:
    return {"$handle": value.number} if isinstance(value, Handle) else value
