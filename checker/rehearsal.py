"""What a web framework makes on first use, made once before the fork instead of in every worker.

A first request compiles regular expressions, builds validators and reads source lines: a third of what judging a
small app costs. The fork server sends a good and a bad request through an app of its own, in its one thread.
"""

import base64
import importlib.util
from collections.abc import Iterable
from typing import Any

from checker.asgi import Client

# uvicorn imports these when a server starts, 0.1 s of CPU in every worker that serves.
SERVER = (
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)

# FastAPI keeps what it knows of an endpoint under its id(), so this one must live as long as the process: a
# submission's function in its place would be shown with the wrong file.
_KEPT: list[object] = []


def also(names: Iterable[str]) -> list[str]:
    """The names, and what belongs to them but is imported late."""
    found = list(names)
    return [*found, *SERVER] if "uvicorn" in found else found


def rehearse(names: Iterable[str]) -> None:
    """Ask a small app, when workers are to run FastAPI apps and the package is there; make a client of S3."""
    if "boto3" in names and importlib.util.find_spec("boto3") is not None:
        _meet_s3()
    if "fastapi" not in names or importlib.util.find_spec("fastapi") is None:
        return
    client = Client(_app())
    for body in (b'{"number": 1}', b'{"number": 9}', b'{"number": "x"}'):
        request = {"method": "POST", "path": "/1", "headers": [("content-type", "application/json")]}
        client.send(request | {"body": base64.b64encode(body).decode()})
    client.app.openapi()
    client.close()


def _meet_s3() -> None:
    """Read the descriptions of S3, which are large files; workers inherit them with boto3's default session."""
    import boto3

    # Keys of its own, so that the session looks for none: a worker gets its keys by environment.
    boto3.client("s3", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


def _app() -> Any:
    """An app with what most apps have: a checked body, a promised answer, a handler of its own, a start and an end."""
    from contextlib import asynccontextmanager
    from typing import Literal

    from fastapi import FastAPI, HTTPException, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse
    from pydantic import BaseModel, ConfigDict, Field

    @asynccontextmanager
    async def life(stage: FastAPI) -> Any:
        yield

    stage = FastAPI(lifespan=life)

    class Body(BaseModel):
        model_config = ConfigDict(strict=True, extra="forbid")
        number: int = Field(ge=1, le=9)
        kind: Literal["a", "b"] = "a"

    class Answer(BaseModel):
        number: int
        share: float

    async def refused(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"errors": [str(one["loc"]) for one in error.errors()]}, 422)

    stage.add_exception_handler(RequestValidationError, refused)  # type: ignore[arg-type]

    @stage.post("/{place}")
    async def answer(place: int, body: Body) -> Answer:
        if body.number == 9:
            raise HTTPException(404)
        return Answer(number=body.number, share=0.5)

    _KEPT.append(stage)
    return stage
