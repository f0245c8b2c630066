"""An application behind uvicorn's protocol, and connections to it whose other end is a test."""

import asyncio
import json

import pytest
from movie_service.access_log import AccessLog
from movie_service.app import Parts, create_app
from movie_service.graceful import config_of
from movie_service.settings import Settings
from uvicorn.server import ServerState

HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# More turns of the event loop than any answer here takes.
TURNS = 500


def _post(body, *, id="", head=HEAD):
    """The bytes of a request."""
    named = f"X-Request-ID: {id}\r\n".encode() if id else b""
    return head + named + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Wire(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self, on_write):
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.got, self.closed, self.reading, self.on_write = b"", False, True, on_write

    def write(self, data):
        self.on_write(data)
        self.got += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def answers(self):
        """Status, headers and body of every whole answer."""
        found, rest = [], self.got
        while b"\r\n\r\n" in rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            length = int(headers["content-length"])
            if len(rest) < length:
                break
            body = rest[:length]
            found.append((first, headers, json.loads(body) if "json" in headers["content-type"] else body))
            rest = rest[length:]
        return found


class Stage:
    """An application behind uvicorn's protocol, and connections to it."""

    def __init__(self, predictor, parts=None, **settings):
        self.settings = Settings(**settings)
        parts = parts or Parts(access_log=AccessLog(None))
        self.app = create_app(settings=self.settings, predictor=predictor, parts=parts)
        self.service, self.express = self.app.state.service, self.app.state.express
        self.taken = 0
        if self.express is not None:
            take = self.express.take
            self.express.take = lambda *words: self._count(take(*words))
        self.config = config_of(self.app, self.settings, self.service)
        self.config.load()
        self.state = ServerState()
        self.state.default_headers = [(b"date", b"today")]
        self.on_write = lambda data: None

    def _count(self, taken):
        self.taken += taken
        return taken

    def connect(self):
        protocol = self.config.http_protocol_class(config=self.config, server_state=self.state, app_state={})
        protocol.connection_made(Wire(self.on_write))
        return protocol

    async def settle(self):
        """Let the event loop turn until all is answered."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def exchange(self, *sent):
        """Send each connection its pieces, all first ones in one turn; the wires once all is answered or closed."""

        async def talk():
            protocols = [self.connect() for _ in sent]
            for step in range(max(map(len, sent))):
                for protocol, pieces in zip(protocols, sent, strict=True):
                    if step < len(pieces):
                        protocol.data_received(pieces[step])
                if max(map(len, sent)) > 1:
                    await asyncio.sleep(0)
            await self.settle()
            return [protocol.transport for protocol in protocols]

        return asyncio.run(talk())


@pytest.fixture
def stage(predictor):
    """Makes an application with the express on, unless the settings say otherwise."""

    def make(model=None, **words):
        return Stage(model or predictor, **{"fast_route": "on", **words})

    return make


@pytest.fixture
def post():
    """Makes the bytes of a request from its body."""
    return _post


@pytest.fixture
def right(example):
    """A body that is right."""
    return json.dumps(example).encode()
