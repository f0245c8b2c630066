"""Stands in for a Redis where there is none: the few commands that the service's cache sends, in memory."""

from __future__ import annotations

import asyncio
import contextlib

from course.project.platform.http1 import HOST

# Clients of today greet with HELLO 3 and do not go on without a map that names the protocol.
_GREETING = b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n"
_NOTHING = b"_\r\n"


class StandInCache:
    """GET and SET over Redis' protocol; `stop` is what happens when its machine goes."""

    def __init__(self) -> None:
        self.port = 0
        self._values: dict[bytes, bytes] = {}
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._meet, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and hang up on everybody."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._clients):
            writer.close()
        self._values.clear()
        await asyncio.sleep(0)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            while command := await _command(reader):
                writer.write(self._answer(command))
                await writer.drain()
        self._clients.discard(writer)
        writer.close()

    def _answer(self, command: list[bytes]) -> bytes:
        word = command[0].upper()
        if word == b"HELLO":
            return _GREETING
        if word == b"GET":
            value = self._values.get(command[1])
            return _NOTHING if value is None else b"$%d\r\n%s\r\n" % (len(value), value)
        if word == b"SET":
            self._values[command[1]] = command[2]
            return b"+OK\r\n"
        if word in (b"CLIENT", b"PING", b"SELECT"):
            return b"+OK\r\n"
        return b"-ERR unknown command\r\n"


async def _command(reader: asyncio.StreamReader) -> list[bytes]:
    """An array of strings; an empty list at the end of the connection."""
    line = await reader.readline()
    if not line.startswith(b"*"):
        return []
    parts = []
    for _ in range(int(line[1:])):
        length = int((await reader.readline())[1:])
        parts.append((await reader.readexactly(length + 2))[:-2])
    return parts
