"""Lets the sample service keep the contract of a managed endpoint: other paths, another name for the requests."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BATCH = "/predict/batch"

# --8<-- [start:paths]
# Amazon SageMaker AI asks these two, on port 8080.
SAGEMAKER = {"/ping": "/health/ready", "/invocations": "/predict"}


def vertex(environ: Mapping[str, str]) -> dict[str, str]:
    """Vertex AI says in two variables what it is going to ask."""
    return {environ["AIP_HEALTH_ROUTE"]: "/health/ready", environ["AIP_PREDICT_ROUTE"]: BATCH}


class Renamed:
    """The same application under a platform's paths; all other paths stay as they are."""

    def __init__(self, app: ASGIApp, paths: Mapping[str, str]) -> None:
        self.app, self.paths = app, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (path := self.paths.get(scope["path"])):
            scope = {**scope, "path": path, "raw_path": path.encode()}
            if path == BATCH:
                scope, receive = await _with_requests(scope, receive)
        await self.app(scope, receive, send)


# --8<-- [end:paths]


async def _with_requests(scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """Vertex AI calls the list `instances`. Both call the answers `predictions`, so the way back needs no change."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    renamed = _renamed(body)
    length = str(len(renamed)).encode()
    headers = [(name, length if name == b"content-length" else value) for name, value in scope["headers"]]
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": renamed, "more_body": False}

    return {**scope, "headers": headers}, again


def _renamed(body: bytes) -> bytes:
    """A body that is no such object stays as it is: the service refuses it in its own words."""
    try:
        asked = json.loads(body)
    except ValueError:
        return body
    if not isinstance(asked, dict) or "instances" not in asked:
        return body
    return json.dumps({"requests": asked["instances"]}).encode()
