"""Stands in for a Redis where there is none: the few commands that the service's cache sends. cache_server.py PORT

Port 0 takes any; the one that it listens on is printed. Run as a file, with the standard library only.
"""

import asyncio
import contextlib
import sys

HOST = "127.0.0.1"
# Clients of today greet with HELLO 3 and do not go on without a map that names the protocol.
_GREETING = b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n"
_NOTHING = b"_\r\n"


class Store:
    """Values in memory; they go with the process."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the commands of one connection."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            while command := await _command(reader):
                writer.write(self._answer(command))
                await writer.drain()
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


async def serve(port: int) -> None:
    """Listen until the process ends."""
    server = await asyncio.start_server(Store().meet, HOST, port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
