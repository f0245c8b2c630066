"""Ways into the node's namespaces: loopback ports outside, unix sockets between, loopback ports inside.

A namespace has a network of its own but shares the disk, so a socket file joins the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from course.engines.node_files import ADDRESS

API_INSIDE, API_OUTSIDE = 6443, 16443
# Services of type NodePort with these numbers are there on 127.0.0.1 under the same number.
NODE_PORTS = tuple(range(30080, 30090))
PORTS = {API_OUTSIDE: API_INSIDE, **{port: port for port in NODE_PORTS}}
BLOCK = 65536

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
# The loop holds its tasks weakly. One whose caller has sent its end hangs on nothing else, and would be collected.
_held: set[asyncio.Task[None]] = set()


def outer_words(state: Path) -> list[str]:
    """The command that listens on loopback outside."""
    return [sys.executable, "-m", "course.engines.doors", "outside", str(state)]


def inner_doors(state: Path) -> None:
    """Start the sockets inside; they are there when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-m", "course.engines.doors", "inside", str(state)],
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    process.stdout.readline()


async def serve(side: str, state: Path) -> None:
    servers = []
    for outside, inside in PORTS.items():
        socket = state / f"door-{outside}"
        if side == "inside":
            socket.unlink(missing_ok=True)
            servers.append(await asyncio.start_unix_server(_relay(_tcp(inside)), path=socket))
        else:
            servers.append(await asyncio.start_server(_relay(_unix(socket)), "127.0.0.1", outside))
    print("open", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _tcp(port: int) -> Connect:
    host = "127.0.0.1" if port == API_INSIDE else ADDRESS
    return lambda: asyncio.open_connection(host, port)


def _unix(path: Path) -> Connect:
    return lambda: asyncio.open_unix_connection(path)


def _relay(connect: Connect) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        _held.add(task)
        task.add_done_callback(_held.discard)
        try:
            other_reader, other_writer = await connect()
        except OSError:
            # Nobody there: the caller sees a connection that is closed at once.
            writer.close()
            return
        await asyncio.gather(_copy(reader, other_writer), _copy(other_reader, writer))
        writer.close()
        other_writer.close()

    return relay


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on until the end of one direction, and tell the other side that it is the end."""
    with contextlib.suppress(OSError):
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def main(argv: Sequence[str]) -> None:
    asyncio.run(serve(argv[0], Path(argv[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
