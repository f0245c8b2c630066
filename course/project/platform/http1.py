"""As much of HTTP/1.1 as a balancer on loopback needs: whole messages in, whole messages out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_HEAD, MOST_BODY = 65_536, 4 * 2**20
HOST = "127.0.0.1"

Header = tuple[str, str]


class Refused(Exception):
    """A message that is not taken; `status` is for the one who sent it."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, its headers in their order, its body."""

    start: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""

    def get(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def without(self, *names: str) -> tuple[Header, ...]:
        """The headers but for these."""
        return tuple((key, value) for key, value in self.headers if key.lower() not in names)

    @property
    def method(self) -> str:
        return self.start.partition(" ")[0]

    @property
    def status(self) -> int:
        return int(self.start.split(" ", 2)[1])

    @property
    def keeps_alive(self) -> bool:
        """Whether whoever sent it will send another over the same connection."""
        wish = (self.get("connection") or "").lower()
        return wish != "close" and (self.start.endswith("HTTP/1.1") or wish == "keep-alive")


def encode(start: str, headers: Iterable[Header], body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{start}\r\n{head}\r\n".encode("latin-1") + body


def plain(status: str, text: str, *more: Header) -> Message:
    """An answer of the balancer's own, as a problem document."""
    code, _, title = status.partition(" ")
    body = f'{{"type":"about:blank","title":"{title}","status":{code},"detail":"{text}"}}'.encode()
    kind = ("Content-Type", "application/problem+json")
    return Message(f"HTTP/1.1 {status}", (kind, ("Content-Length", str(len(body))), *more), body)


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Message | None:
    """The next request of a connection, None at its end."""
    head = await _head(reader)
    if head is None:
        return None
    if head.get("transfer-encoding") is not None:
        raise Refused("411 Length Required", "Send the body with Content-Length; chunks are not taken here.")
    length = _length(head)
    if length > MOST_BODY:
        raise Refused("413 Content Too Large", f"The body has {length} bytes, the limit is {MOST_BODY}.")
    if (head.get("expect") or "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Message(head.start, head.headers, await reader.readexactly(length))


async def read_answer(reader: asyncio.StreamReader) -> Message:
    """An answer that ends with its connection. ConnectionError when it is not whole."""
    head = await _head(reader)
    if head is None:
        raise ConnectionError("The connection ended before the answer.")
    body = await reader.read(-1)
    if head.get("content-length") is not None and len(body) < _length(head):
        raise ConnectionError("The connection ended within the answer.")
    return Message(head.start, head.headers, body)


async def _head(reader: asyncio.StreamReader) -> Message | None:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Refused("400 Bad Request", "The headers have no end.") from None
        return None
    except asyncio.LimitOverrunError:
        raise Refused("431 Request Header Fields Too Large", f"The limit is {MOST_HEAD} bytes.") from None
    start, *lines = raw[:-4].decode("latin-1").split("\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise Refused("400 Bad Request", "A header line has no name.")
        headers.append((name, value.strip()))
    return Message(start, tuple(headers))


def _length(head: Message) -> int:
    found = {value for name, value in head.headers if name.lower() == "content-length"}
    if len(found) > 1 or not all(value.isascii() and value.isdigit() for value in found):
        # Two lengths are two opinions on where the next request begins.
        raise Refused("400 Bad Request", "Content-Length is not one number.")
    return int(found.pop()) if found else 0


async def ask(
    port: int,
    method: str,
    path: str,
    *,
    body: bytes = b"",
    headers: Sequence[Header] = (),
    seconds: float = 10.0,
) -> Message:
    """One request over a connection of its own. OSError or TimeoutError when no whole answer comes."""
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(HOST, port, limit=MOST_HEAD)
        try:
            kind: Sequence[Header] = (("Content-Type", "application/json"),) if body else ()
            own = (("Host", f"{HOST}:{port}"), ("Content-Length", str(len(body))), ("Connection", "close"))
            writer.write(encode(f"{method} {path} HTTP/1.1", [*own, *kind, *headers], body))
            return await read_answer(reader)
        finally:
            writer.close()
