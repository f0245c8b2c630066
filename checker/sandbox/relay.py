"""Carries what a worker says on a port of its own network to a trusted neighbour on this machine's loopback.

The worker made the listening sockets before its code ran, and handed them out: inside, nothing of ours is left.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable

# Connections at one time: a submission may open as many as it likes, each costs this side two threads.
MOST = 32


class Relay:
    """Answers on the listeners of one worker until it is closed."""

    def __init__(self, listeners: Iterable[socket.socket]) -> None:
        self._listeners = list(listeners)
        self._free = threading.Semaphore(MOST)
        for one in self._listeners:
            threading.Thread(target=self._accept, args=(one,), daemon=True).start()

    def close(self) -> None:
        for one in self._listeners:
            with contextlib.suppress(OSError):
                # Wakes who waits in accept(), which closing does not.
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            port = listener.getsockname()[1]
            while True:
                worker, _ = listener.accept()
                self._free.acquire()
                threading.Thread(target=self._carry, args=(worker, port), daemon=True).start()

    def _carry(self, worker: socket.socket, port: int) -> None:
        try:
            with worker, socket.create_connection(("127.0.0.1", port), 10) as neighbour:
                neighbour.settimeout(None)
                back = threading.Thread(target=_copy, args=(neighbour, worker), daemon=True)
                back.start()
                _copy(worker, neighbour)
                back.join()
        except OSError:
            return
        finally:
            self._free.release()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
