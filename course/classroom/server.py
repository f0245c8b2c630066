"""Serves a classroom's folder to a room: the files of its list and nothing else, to be read only."""

from __future__ import annotations

import html
import mimetypes
import os
import re
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from checker.bounded import BoundedServer, in_address, reason_of
from course.classroom import page
from course.classroom.folder import README, Listed
from course.start.console import Trouble
from course.start.source import LIST, WHEELHOUSE

PORT = 8643
# Thirty people with four downloads each come to 120; those beyond wait their turn.
MOST_CONNECTIONS = 64
PATIENCE = 60
SECONDS = 60
ANYWHERE = ("", "0.0.0.0", "::")
# Whatever this machine's own tables call them.
RUN = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}


class Server(BoundedServer):
    """A context manager. Raises Trouble when it cannot be opened there."""

    def __init__(self, folder: Path, listed: Listed, host: str, port: int) -> None:
        self.folder, self.listed = folder.resolve(), listed
        if host in ANYWHERE:
            raise Trouble(
                f"{host!r} is no address that a trainee can type.",
                "--host with this machine's address in the room's network",
                code=2,
            )
        try:
            super().__init__(host, port, _Handler, most=MOST_CONNECTIONS, patience=PATIENCE)
        except (OSError, OverflowError) as error:
            raise Trouble(
                f"the classroom cannot be served at {host}, port {port}: {reason_of(error)}.",
                "another --port, or an address of this machine with --host",
                code=2,
            ) from None
        self.url = f"http://{in_address(host)}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = SECONDS
    server_version, sys_version = "classroom", ""

    def log_message(self, format: str, *args: object) -> None:
        """Who fetched what is not kept."""

    def do_GET(self) -> None:
        name = unquote(urlsplit(self.path).path).removeprefix("/")
        files = self.server.listed.files
        if name == "":
            self._text(page.served((self.server.folder / README).read_text(encoding="utf-8"), self.server.url))
        elif name == f"{WHEELHOUSE}/":
            self._text(links(self.server.listed))
        elif name in files or name == LIST:
            self._file(name)
        elif name.endswith("/") and f"{name}index.html" in files:
            self._file(f"{name}index.html")
        elif f"{name}/index.html" in files:
            self._answer(301, "text/plain", 0, {"Location": f"/{quote(name)}/"})
        else:
            self._nothing()

    do_HEAD = do_GET

    def _nothing(self) -> None:
        self._text("The folder has no such file; its page is at /.\n", status=404, kind="text/plain; charset=utf-8")

    def _text(self, text: str, *, status: int = 200, kind: str = "text/html; charset=utf-8") -> None:
        body = text.encode()
        self._answer(status, kind, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _file(self, name: str) -> None:
        path = (self.server.folder / name).resolve()
        # A link that somebody put there since leads nowhere.
        if not path.is_relative_to(self.server.folder) or not path.is_file():
            self._nothing()
            return
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            asked = self.headers.get("Range")
            begin, end = span(asked, size) if asked else (0, size)
            if begin >= end and size:
                self._answer(416, "text/plain", 0, {"Content-Range": f"bytes */{size}"})
                return
            part = {"Content-Range": f"bytes {begin}-{end - 1}/{size}"} if end - begin < size else {}
            self._answer(206 if part else 200, _kind(name), end - begin, part | {"Accept-Ranges": "bytes"})
            if self.command != "HEAD" and end > begin:
                self.connection.sendfile(stream, begin, end - begin)

    def _answer(self, status: int, kind: str, length: int, more: dict[str, str] | None = None) -> None:
        # A connection that stays open would hold a place that somebody waits for.
        self.close_connection = True
        self.send_response(status)
        said = {"Content-Type": kind, "Content-Length": str(length), "X-Content-Type-Options": "nosniff"}
        for name, value in (said | {"Connection": "close"} | (more or {})).items():
            self.send_header(name, value)
        self.end_headers()


def span(asked: str, size: int) -> tuple[int, int]:
    """Begin and end of what a Range header asks for; all of it for a form that is not known. Empty: not there."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", asked.strip())
    if found is None or found.groups() == ("", ""):
        return 0, size
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size if int(last) else 0
    return int(first), min(int(last) + 1, size) if last else size


def links(listed: Listed) -> str:
    """The page of wheels that pip and uv read: a link with its digest for each."""
    wheels = [name for name in listed.files if name.startswith(f"{WHEELHOUSE}/")]
    lines = [
        f'<a href="{quote(Path(name).name)}#sha256={listed.files[name].sha256}">{html.escape(Path(name).name)}</a><br>'
        for name in wheels
    ]
    return "\n".join(["<!doctype html><title>Packages</title>", *lines, ""])


def _kind(name: str) -> str:
    """What a browser is told a file is; it runs a script and Python's program under their own names only."""
    kind, encoding = mimetypes.guess_type(name)
    kind = RUN.get(Path(name).suffix, kind)
    if encoding:
        return "application/gzip"
    return (
        f"{kind}; charset=utf-8"
        if kind in ("text/html", "text/css", "text/javascript")
        else kind or "application/octet-stream"
    )
