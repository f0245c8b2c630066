"""Every answer that is not a success: application/problem+json (RFC 9457), saying what is wrong and where."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

MEDIA_TYPE: Final = "application/problem+json"
REQUEST_ID: Final = "movie_service.request_id"

# Errors and names come from the client: an answer must not grow with them.
_MOST_ERRORS: Final = 20
_LONGEST_NAME: Final = 100

_log = logging.getLogger(__name__)


# --8<-- [start:problem]
class Problem(Exception):
    """An answer with an error status; raise it anywhere below a route."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        kind: str = "",
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers

    def response(self) -> Response:
        """The problem as the client gets it."""
        body = {
            # "about:blank" says: the title is the status in words, and there is no page about it. A kind is for
            # programs that must tell two reasons for the same status apart.
            "type": f"urn:movie-service:{self.kind}" if self.kind else "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "errors": [{"where": where, "message": message} for where, message in self.errors],
        }
        return Response(orjson.dumps(body), self.status, dict(self.headers or {}), MEDIA_TYPE)


# --8<-- [end:problem]


def invalid_body(error: ValidationError) -> Problem:
    """A body that is not JSON (400), or JSON that is not what the schema asks for (422)."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Problem(400, "The body is not valid JSON.", errors=[("body", _sentence(found[0]["msg"]))])
    return Problem(422, _count(len(found)), errors=_listed("body", found))


def unknown_movies(places: Sequence[tuple[str, int]]) -> Problem:
    """Movies that the catalogue does not have, each with its place in the body."""
    errors = [
        (place, f"Movie {movie_id} is not in the model's catalogue.") for place, movie_id in places[:_MOST_ERRORS]
    ]
    detail = errors[0][1]
    if len(places) > 1:
        detail = f"{len(places)} movies are not in the model's catalogue."
    return Problem(404, detail, errors=errors)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_parameters)
    app.add_exception_handler(ClientDisconnect, _answer_nobody)
    app.add_exception_handler(Exception, _answer_fault)


async def answer_error(request: Request, error: Exception) -> Response:
    """The answer to an error, for a layer that catches what it calls."""
    if isinstance(error, Problem):
        return error.response()
    if isinstance(error, HTTPException):
        return await _answer_http(request, error)
    if isinstance(error, ClientDisconnect):
        return gone()
    return await _answer_fault(request, error)


async def _answer_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _answer_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such address, no such method."""
    assert isinstance(error, HTTPException)
    path = shown(request.scope["path"])
    detail = _sentence(str(error.detail))
    if error.status_code == 404:
        detail = f"There is nothing at {path}. The addresses of this service are listed at /docs."
    elif error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "other methods")
        detail = f"{path} answers {allowed}, not {shown(request.method)}."
    return Problem(error.status_code, detail, headers=error.headers).response()


async def _answer_parameters(_request: Request, error: Exception) -> Response:
    """Parameters that FastAPI validates itself; a route of the usual form needs nothing more."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if found[0]["type"] == "json_invalid":
        return Problem(400, "The body is not valid JSON.").response()
    return Problem(422, _count(len(found)), errors=_listed("", found)).response()


async def _answer_nobody(_request: Request, _error: Exception) -> Response:
    return gone()


def gone() -> Response:
    """Nobody is left to read it; the status is for the access log and the metrics (nginx invented it)."""
    return Response(status_code=499)


async def _answer_fault(request: Request, error: Exception) -> Response:
    """A fault of ours. The client gets the request id to quote, the log gets the traceback."""
    request_id = str(request.scope.get(REQUEST_ID, ""))
    _log.error("unforeseen error", exc_info=error, extra={"request_id": request_id})
    return Problem(
        500, f"The service failed to answer; its log has the reason under request id {request_id!r}."
    ).response()


def shown(text: str) -> str:
    """Text of the client, quoted, in ASCII and of bounded length."""
    return ascii(text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…")


def _listed(root: str, found: Sequence[Any]) -> list[tuple[str, str]]:
    errors = []
    for one in found[:_MOST_ERRORS]:
        where = ".".join([*([root] if root else []), *(str(part) for part in one["loc"])])
        if len(where) > _LONGEST_NAME:
            where = where[: _LONGEST_NAME - 1] + "…"
        errors.append((where, _sentence(one["msg"])))
    return errors


def _count(errors: int) -> str:
    if errors == 1:
        return "The request has 1 error; 'errors' says where."
    more = f"; the first {_MOST_ERRORS} are listed" if errors > _MOST_ERRORS else ""
    return f"The request has {errors} errors; 'errors' says where{more}."


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."
