"""POST /token: an API key becomes a bearer token (OAuth 2.0, client credentials, RFC 6749 section 4.4).

The key then travels once in ten minutes instead of with every request, and other services can check the token alone.
"""

import base64
import binascii
from typing import Final
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from movie_service.openapi import problems_of
from movie_service.problems import Problem
from movie_service.routes.direct import DirectRoute, answer, read_body
from movie_service.schemas import Token
from movie_service.security.tokens import LIFETIME
from movie_service.service import Service

router = APIRouter(route_class=DirectRoute)

_LONGEST_FORM = 4096


_FORM: Final = {
    "type": "object",
    "required": ["grant_type", "client_id", "client_secret"],
    "properties": {
        "grant_type": {"const": "client_credentials"},
        **{name: {"type": "string"} for name in ("client_id", "client_secret", "scope")},
    },
}


@router.post(
    "/token",
    response_model=Token,
    responses=problems_of(400, 401, 404, 408, 413, 429),
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": _FORM}}}
    },
    tags=["security"],
)
async def token(request: Request) -> Response:
    """Issue a bearer token for an API key. client_id is the key's name, client_secret the key."""
    service = Service.of(request)
    guard = service.guard
    if guard.tokens is None or guard.keys is None:
        raise HTTPException(404)
    body = await read_body(request, _LONGEST_FORM, seconds=service.settings.request_seconds, json=False)
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != "client_credentials":
        raise Problem(400, "grant_type must be 'client_credentials'.", kind="unsupported_grant_type")
    name, key = _credentials(request, form)
    principal = guard.keys.find(key.encode("utf-8", "replace"))
    if principal is None or principal.name != name:
        # One sentence for both: which names exist is nobody's business.
        raise Problem(
            401, "client_id and client_secret do not belong together.", kind="invalid_client",
            headers={"WWW-Authenticate": 'Basic realm="movie_service"'},
        )  # fmt: skip
    asked = frozenset(form["scope"].split()) if "scope" in form else principal.scopes
    if not asked <= principal.scopes:
        raise Problem(400, "The key does not have all of these scopes.", kind="invalid_scope")
    response = answer(
        {
            "access_token": guard.tokens.issue(principal, asked),
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "scope": " ".join(sorted(asked)),
        }
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """From HTTP Basic, which the RFC wants supported, or from the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, key = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(name), unquote_plus(key)
    return form.get("client_id", ""), form.get("client_secret", "")
