"""The form of the routes that must be quick, and how they read and write bodies."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, TypeVar

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import Message

from movie_service.problems import Problem, invalid_body, shown
from movie_service.schemas import parse_body
from movie_service.settings import Settings

_JSON: Final = (b"content-type", b"application/json")

Body = TypeVar("Body", bound=BaseModel)


# The usual form is `async def predict(body: PredictionRequest) -> PredictionResponse`, and it is right almost
# everywhere. Here FastAPI would solve dependencies that we do not have, parse the body into a dict, validate the
# dict, validate the answer and encode it: more than half as much CPU again as pydantic reading the bytes and orjson
# writing them. `response_model` and `openapi_extra` only describe; /docs shows the same as for the usual form.
class DirectRoute(APIRoute):
    """A route whose function takes the request and gives the response, with nothing of FastAPI's in between."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What FastAPI documents as the place to change how a route is handled: here it is the function itself."""
        return self.endpoint


async def asked_for(model: type[Body], request: Request, settings: Settings) -> Body:
    """The validated body; anything else ends the request with the problem that says why."""
    return parsed(model, await body_for(request, settings))


async def body_for(request: Request, settings: Settings) -> bytes:
    """The body as JSON, within the limits of the settings."""
    return await read_body(request, settings.max_body_bytes, seconds=settings.request_seconds)


def parsed(model: type[Body], body: bytes) -> Body:
    """The validated body; anything else ends the request with the problem that says why."""
    try:
        return parse_body(model, body)
    except ValidationError as error:
        raise invalid_body(error) from None


class JsonResponse(Response):
    """A response whose headers are known: Starlette would work them out, and encode them, for each."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """Length and type; `headers` is not asked for here."""
        self.raw_headers = [(b"content-length", b"%d" % len(self.body)), _JSON]


def answer(content: dict[str, object], status: int = 200) -> Response:
    """A JSON answer; orjson writes every double so that reading it gives the same double."""
    return JsonResponse(orjson.dumps(content), status)


async def read_body(request: Request, limit: int, *, seconds: float, json: bool = True) -> bytes:
    """The body, refused as soon as it is known to be too long: Content-Length may be missing.

    FastAPI's own `max_body_size` is not used: it answers some of these cases in plain text.
    """
    for name, value in request.scope["headers"]:
        if name == b"content-type":
            if json:
                _refuse_other_than_json(value)
        elif name == b"content-length" and value.isdigit() and int(value) > limit:
            raise _too_large(limit)
    message = await request.receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body", False) or message["type"] == "http.disconnect" or len(body) > limit:
        return await _read_on(request, message, limit, seconds)
    return body


# --8<-- [start:read_on]
async def _read_on(request: Request, message: Message, limit: int, seconds: float) -> bytes:
    """A body in several pieces; each may come late, all of them together may not."""
    try:
        async with asyncio.timeout(seconds):
            return await _read_all(request, message, limit)
    except TimeoutError:
        raise Problem(
            408, f"The body did not arrive within {seconds:g} s.", kind="slow-body", headers={"Connection": "close"}
        ) from None


# --8<-- [end:read_on]


async def _read_all(request: Request, message: Message, limit: int) -> bytes:
    body = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return bytes(body)
        message = await request.receive()


def _refuse_other_than_json(content_type: bytes) -> None:
    # Without the header we read the body as JSON. With another one the client means something else, and a
    # browser may send a form to any host without asking, but not JSON.
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type != b"application/json" and not media_type.endswith(b"+json"):
        raise Problem(
            415,
            f"The body is sent as {shown(content_type.decode('latin-1'))}. "
            "Send JSON with the header 'Content-Type: application/json'.",
        )


def _too_large(limit: int) -> Problem:
    return Problem(413, f"The body is longer than {limit} bytes. Send less at once.")
