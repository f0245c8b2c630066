"""A trainee's side of the room: joined by choice, it tells which check stops, and nothing of what was written.

A room that has gone costs a check nothing: the report is on the screen before anything is sent, sending has half a
second, and after a failure nothing is sent for a minute.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import secrets
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from checker.course import Course
from checker.errors import CheckerError, Misuse
from checker.state import State, write_atomically

FILE = ".room.json"
PORT = 8642
SECONDS = 0.5
QUIET_SECONDS = 60
# A room's answer is a few words.
MOST_BYTES = 4096


@dataclass(frozen=True)
class Joined:
    """Which room this machine tells, and under which made-up name. `token` is drawn by chance and says nothing."""

    host: str
    port: int
    token: str
    name: str
    quiet_until: float = 0.0

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def read_address(text: str) -> tuple[str, int]:
    """`192.168.1.5`, `192.168.1.5:8642` or with `http://` before it. Raises Misuse for anything else."""
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if not host or extra or parts.scheme not in ("", "http"):
        raise Misuse(f"{text!r} is no address of a room.", "checker room join 192.168.1.5:8642")
    return host, port


def join(course: Course, text: str) -> Joined:
    """Ask the room for a name and remember both. Raises CheckerError when no room answers there."""
    host, port = read_address(text)
    token = secrets.token_hex(16)
    joined = Joined(host, port, token, "")
    try:
        answer = _post(joined, "/join", {"token": token}, seconds=5)
        name = str(answer["name"])[:40]
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        raise CheckerError(
            f"No room answers at {joined.address}.", "ask for the address, and whether both machines share a network"
        ) from None
    joined = replace(joined, name="".join(one for one in name if one.isalnum() or one in " -"))
    course.work.mkdir(parents=True, exist_ok=True)
    _keep(course, joined)
    return joined


def leave(course: Course) -> bool:
    """Tell nothing any more. False when no room was joined."""
    path = course.work / FILE
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def joined_room(course: Course) -> Joined | None:
    """The room that was joined, None without one or when the file cannot be read."""
    try:
        return Joined(**json.loads((course.work / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def tell(course: Course, state: State) -> threading.Thread | None:
    """Begin to tell the room where an exercise stands; None when there is nobody to tell. Never raises, never waits."""
    joined = joined_room(course)
    if joined is None or time.time() < joined.quiet_until:
        return None
    thread = threading.Thread(target=_tell, args=(course, joined, message(joined, state.last)), daemon=True)
    thread.start()
    return thread


def message(joined: Joined, last: dict[str, Any]) -> dict[str, Any]:
    """All that leaves this machine: the exercise, and of each graded check its id and last verdict."""
    rows = {row["id"]: row["verdict"] for row in last["rows"] if row["kind"] in ("graded", "guard")}
    return {"token": joined.token, "exercise": last["exercise"], "rows": rows}


def wait(thread: threading.Thread | None) -> None:
    """Give the room its half second, for a process that ends now."""
    if thread is not None:
        thread.join(SECONDS)


def _tell(course: Course, joined: Joined, told: dict[str, Any]) -> None:
    try:
        _post(joined, "/told", told, seconds=SECONDS)
    except (OSError, ValueError, http.client.HTTPException):
        try:
            # Left meanwhile: stay so.
            if joined_room(course) == joined:
                _keep(course, replace(joined, quiet_until=time.time() + QUIET_SECONDS))
        except OSError:
            return


def _post(joined: Joined, path: str, body: dict[str, Any], *, seconds: float) -> dict[str, Any]:
    """Straight to the machine that was named: never through a proxy, never on to another address."""
    connection = http.client.HTTPConnection(joined.host, joined.port, timeout=seconds)
    try:
        text = json.dumps(body)
        connection.request("POST", path, text, {"Content-Type": "application/json", "Connection": "close"})
        reply = connection.getresponse()
        answer = json.loads(reply.read(MOST_BYTES))
    finally:
        connection.close()
    if reply.status != 200 or not isinstance(answer, dict):
        raise ValueError(f"status {reply.status}")
    return answer


def _keep(course: Course, joined: Joined) -> None:
    write_atomically(Path(course.work / FILE), json.dumps(asdict(joined), indent=1) + "\n")


def is_this_machine(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
