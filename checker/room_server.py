"""Serves a room: `POST /join`, `POST /told`, and the wall at `/`. Bounded in size, time and number of connections."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from checker.bounded import BoundedServer, reason_of
from checker.catalog import declared_checks
from checker.course import Course
from checker.errors import Misuse
from checker.room_state import Known, NotHeard, Room
from checker.room_wall import wall_page

MOST_BYTES = 8192
MOST_CONNECTIONS = 64
SECONDS = 5
# The wall carries its style within; nothing else is let in.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def known_checks(course: Course) -> dict[str, dict[str, Known]]:
    """What the wall may name: the graded checks and guards of every exercise."""
    return {
        exercise.slug: {
            check.id: Known(f"{exercise.number}.{check.id}", check.title)
            for check in declared_checks(exercise).values()
            if check.kind in ("graded", "guard") and not check.hidden
        }
        for exercise in course.exercises
    }


class Server(BoundedServer):
    """A context manager; `clock` counts in seconds."""

    def __init__(self, room: Room, address: str, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.room, self.clock = room, clock
        try:
            # More than a room has people: somebody plays. What is refused is tried again at the next check.
            super().__init__(address, port, _Handler, most=MOST_CONNECTIONS)
        except (OSError, OverflowError) as error:
            raise Misuse(
                f"The room cannot be opened at {address}, port {port}: {reason_of(error)}.",
                "another --port, or an address of this machine with --address",
            ) from None


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = SECONDS
    server_version, sys_version = "room", ""

    def log_message(self, format: str, *args: Any) -> None:
        """Who asked when is not kept."""

    def do_GET(self) -> None:
        room, parts = self.server.room, urlsplit(self.path)
        wall = room.wall(self.server.clock())
        if parts.path == "/":
            page = wall_page(wall, room.stuck_minutes, still=parts.query == "still")
            self._answer(200, page, "text/html; charset=utf-8")
        elif parts.path == "/room.json":
            self._json(200, asdict(wall))
        else:
            self._json(404, {"error": "The wall is at /."})

    def do_POST(self) -> None:
        try:
            told = self._told()
            if self.path == "/join":
                self._json(200, {"name": self.server.room.join(told.get("token"), self.server.clock())})
            elif self.path == "/told":
                self.server.room.hear(told, self.server.clock())
                self._json(200, {})
            else:
                self._json(404, {"error": "A room takes /join and /told."})
        except NotHeard as error:
            self._json(400, {"error": str(error)})

    def _told(self) -> dict[str, Any]:
        # A page in a browser cannot send this type to another host without being let.
        if self.headers.get("Content-Type") != "application/json":
            raise NotHeard("a message is application/json")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            raise NotHeard(f"a message has at most {MOST_BYTES} bytes")
        try:
            told = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise NotHeard("a message is JSON") from None
        if not isinstance(told, dict):
            raise NotHeard("a message is an object")
        return told

    def _json(self, status: int, table: dict[str, Any]) -> None:
        self._answer(status, json.dumps(table), "application/json")

    def _answer(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.close_connection = True
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind), ("Content-Length", str(len(body))), ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), ("Connection", "close"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
