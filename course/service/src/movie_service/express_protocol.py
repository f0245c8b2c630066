"""uvicorn's protocol with a side door: a whole request for the express is handed to it, and needs no task."""

from typing import Final

from movie_service.express import PATH, Express
from movie_service.shed import BETWEEN, SheddingProtocol

_PATH: Final = PATH.encode("ascii")
_JSON: Final = b"application/json"
# Headers that ask for more than an answer; what they ask for is uvicorn's to give.
_WISHES: Final = frozenset({b"expect", b"upgrade", b"connection", b"transfer-encoding"})


class ExpressProtocol(SheddingProtocol):
    """Holds a request back until its last byte. `express` is set by the server."""

    express: Express
    # The body of the request that is held back, None when there is none.
    held: bytes | None = None
    replied = False

    # --8<-- [start:held]
    def data_received(self, data: bytes) -> None:
        """What does not come in one piece is not held any longer: time limits and flow control are uvicorn's."""
        super().data_received(data)
        if self.held is not None and not self.transport.is_closing():
            self._let_go()

    def on_headers_complete(self) -> None:
        """Hold back what may be for the express; everything else starts a task at once."""
        if self._may_take():
            self.held = b""
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep the body together."""
        if self.held is None:
            super().on_body(body)
        else:
            self.held += body

    def on_message_complete(self) -> None:
        """Ask the express; a request that it leaves goes the usual way, a moment late."""
        if self.held is not None:
            if self.express.take(self, self.headers, self.held):
                self.held, self.owed, self.phase = None, True, BETWEEN
                return
            self._let_go()
        super().on_message_complete()

    def _let_go(self) -> None:
        body, self.held = self.held, None
        super().on_headers_complete()
        if body:
            super().on_body(body)

    # --8<-- [end:held]

    def _may_take(self) -> bool:
        """Between two answers, while there is room: the address, JSON or no word about it, and no wish of its own."""
        if self._busy() or self.full or self.url != _PATH or self.parser.get_method() != b"POST":
            return False
        kind = None
        for name, value in self.headers:
            if name in _WISHES:
                return False
            if name == b"content-type":
                kind = value
        return kind in (None, _JSON) and self.parser.get_http_version() == "1.1"

    def reply(self, message: bytes) -> None:
        """The whole answer, from the express."""
        self.owed, self.replied = False, True
        self.since = self.loop.time()
        self.server_state.total_requests += 1
        self.rest.end_one()
        if not self.transport.is_closing():
            self.transport.write(message)

    def close_if_slow(self, seconds: float) -> None:
        """uvicorn sets a timer after each of its answers; after ours, this question is asked about every second."""
        if self.replied and self.phase is BETWEEN and self.timeout_keep_alive_task is None and not self._busy():
            if self.loop.time() - self.since > self.timeout_keep_alive:
                self.transport.close()
            return
        super().close_if_slow(seconds)

    def shutdown(self) -> None:
        """What is taken is answered before the connection closes."""
        self.express.flush()
        super().shutdown()


def with_express(base: type[SheddingProtocol], express: Express) -> type[ExpressProtocol]:
    """The protocol for one server; its base is that of `shedding`, whose words it takes over."""
    kept = {name: value for name, value in vars(base).items() if not name.startswith("__")}
    return type("ServerProtocol", (ExpressProtocol,), {**kept, "elsewhere": express, "express": express})
