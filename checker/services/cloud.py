"""S3 and Athena on a loopback port: moto keeps the buckets, our own engine answers SQL over them.

It listens on 127.0.0.1 only and speaks to nobody. Its state is read in this process, without a request.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

from checker.athena import Athena
from checker.athena.door import TARGET, Door

Respond = Callable[[str, list[tuple[str, str]]], Any]
# GET this with a query's id behind it: the objects that it opened.
READS = "/_reads/"
OUTAGE = (
    b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>ServiceUnavailable</Code>'
    b"<Message>The bucket cannot be reached.</Message></Error>"
)


@dataclass(frozen=True)
class Request:
    """One request that S3 was sent: its method and its path, such as /bucket/key."""

    method: str
    path: str


class Buckets:
    """The objects that moto holds, as the engine and the checks read them."""

    @staticmethod
    def _backend() -> Any:
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys of a bucket that begin with a prefix, sorted; none for a bucket that is not there."""
        backend = self._backend()
        if bucket not in backend.buckets:
            return []
        return sorted(key for key in backend.buckets[bucket].keys if key.startswith(prefix))

    def get(self, bucket: str, key: str) -> bytes:
        content: bytes = self._backend().get_object(bucket, key).value
        return content

    def put(self, bucket: str, key: str, content: bytes) -> None:
        self._backend().put_object(bucket, key, content)

    def make(self, bucket: str) -> None:
        self._backend().create_bucket(bucket, "us-east-1")


class Cloud:
    """The server. `.buckets` is its state, `.athena` its engine, `.requests` what S3 was asked.

    While `.outage` it answers 503. `.page` is how many keys it lists at a time where nobody says; 0 for moto's 1,000.
    """

    def __init__(self, port: int = 0) -> None:
        self.buckets = Buckets()
        self._moto: Any = create_backend_app("s3")
        self._server = make_server("127.0.0.1", port, self._app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.reset()
        self._thread.start()

    @property
    def ports(self) -> tuple[int, ...]:
        """The TCP ports that its users connect to."""
        return (self._server.server_port,)

    @property
    def env(self) -> dict[str, str]:
        """What boto3 needs to come here and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
        }

    def reset(self) -> None:
        """An empty account: no bucket, no table, no request on the books, no outage, no short pages."""
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].reset()
        self.athena = Athena(self.buckets)
        self._door = Door(self.athena)
        self.requests: list[Request] = []
        self.outage = False
        self.page = 0

    def puts(self) -> list[str]:
        """The paths of all objects that were put, in order, repetitions too."""
        return [one.path for one in self.requests if one.method in ("PUT", "POST") and one.path.count("/") > 1]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _app(self, environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
        if environ.get("HTTP_X_AMZ_TARGET", "").startswith(TARGET):
            return self._door(environ, respond)
        path = environ.get("PATH_INFO", "")
        if path.startswith(READS):
            return self._reads(path.removeprefix(READS), respond)
        if path.startswith("/moto-api"):
            # moto's back door is for those who own the server.
            respond("404 Not Found", [])
            return []
        self.requests.append(Request(environ.get("REQUEST_METHOD", ""), path))
        if self.outage:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            respond("503 Service Unavailable", [("Content-Type", "application/xml")])
            return [OUTAGE]
        if (
            self.page
            and "list-type=2" in environ.get("QUERY_STRING", "")
            and "max-keys=" not in environ["QUERY_STRING"]
        ):
            environ["QUERY_STRING"] += f"&max-keys={self.page}"
        found: Iterable[bytes] = self._moto(environ, respond)
        return found

    def _reads(self, query: str, respond: Respond) -> Iterable[bytes]:
        """Which objects a query opened. AWS tells the bytes only; a lesson wants to show both."""
        done = self._door.executions.get(query)
        respond("200 OK" if done else "404 Not Found", [("Content-Type", "application/json")])
        return [json.dumps(list(done.answer.objects) if done and done.answer else []).encode()]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nobody reads a line per request."""
