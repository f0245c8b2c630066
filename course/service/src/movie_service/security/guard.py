"""Stands before all routes: knows the caller, counts the caller's requests, and adds what protects browsers."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from starlette.routing import get_route_path  # type: ignore[attr-defined]
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from movie_service.errors import SettingsError
from movie_service.problems import Problem
from movie_service.security.keys import ApiKeys, read_keys
from movie_service.security.principal import ANONYMOUS, PRINCIPAL, Principal
from movie_service.security.rate import Limiter, LocalLimiter, RedisLimiter, headers_of
from movie_service.security.tokens import Tokens, read_tokens
from movie_service.settings import Settings
from movie_service.trace import ANSWER_STARTS

# All else needs a caller. An address that is forgotten here is closed, not open.
_OPEN: Final = frozenset({"/health/live", "/health/ready", "/token", "/docs", "/redoc", "/openapi.json"})
_OPEN_BELOW: Final = "/docs-assets/"

_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="movie_service"'}


@dataclass(frozen=True)
class Guard:
    """What a request must pass; None is not asked for."""

    keys: ApiKeys | None = None
    tokens: Tokens | None = None
    limiter: Limiter | None = None

    # --8<-- [start:caller]
    def caller(self, scope: Scope) -> Principal:
        """Who asks: by X-API-Key or bearer token. Raises the problem that says what is missing."""
        if self.keys is None:
            return ANONYMOUS
        path = get_route_path(scope)
        if path in _OPEN or path.startswith(_OPEN_BELOW):
            return ANONYMOUS
        for name, value in scope["headers"]:
            if name == b"x-api-key":
                return _must_be(self.keys.find(value), "The API key is not known.")
            if name == b"authorization" and value[:7].lower() == b"bearer ":
                token = value[7:].strip()
                found = self.tokens.find(token) if self.tokens else None
                return _must_be(found, "The bearer token is not valid, or has expired.")
        raise Problem(
            401, "Send an API key as X-API-Key, or a bearer token.", headers=_CHALLENGE, kind="unknown-caller"
        )

    # --8<-- [end:caller]


def _must_be(found: Principal | None, otherwise: str) -> Principal:
    if found is None:
        raise Problem(401, otherwise, headers=_CHALLENGE, kind="unknown-caller")
    return found


class GuardMiddleware:
    """Asks the guard, and lets through or answers."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self.app = app
        self.guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        more: list[tuple[bytes, bytes]] = []

        async def send_with_limit(message: Message) -> None:
            if message["type"] in ANSWER_STARTS:
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        try:
            caller = self.guard.caller(scope)
            if self.guard.keys is not None:
                _refuse_other_scope(scope, caller)
            if self.guard.limiter is not None:
                more = await _count(self.guard.limiter, scope, caller)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        scope[PRINCIPAL] = caller
        await self.app(scope, receive, send_with_limit if more else send)


def _refuse_other_scope(scope: Scope, caller: Principal) -> None:
    """Metrics have a scope of their own, the rest `predict`; routes that need more ask themselves."""
    needed = "metrics" if get_route_path(scope) == "/metrics" else "predict"
    if needed not in caller.scopes and "admin" not in caller.scopes:
        raise Problem(403, f"This needs the scope {needed!r}, which {caller.name!r} has not.", kind="scope")


def caller_key(scope: Scope) -> str:
    """Whose limit a request counts for, once the guard has let it through."""
    return _key(scope, scope.get(PRINCIPAL, ANONYMOUS))


def _key(scope: Scope, caller: Principal) -> str:
    # Without a name the address: behind a proxy that is the proxy's, unless uvicorn is told to trust its headers.
    return caller.name or (scope.get("client") or ("unknown",))[0]


async def _count(limiter: Limiter, scope: Scope, caller: Principal) -> list[tuple[bytes, bytes]]:
    path = get_route_path(scope)
    if path.startswith("/health/"):
        return []
    verdict = await limiter.hit(_key(scope, caller))
    if not verdict.allowed:
        raise Problem(
            429,
            f"Too many requests. Try again in {ceil(verdict.wait)} s.",
            kind="rate-limit",
            headers={
                "Retry-After": str(ceil(verdict.wait)),
                "RateLimit": headers_of(verdict).decode(),
                "RateLimit-Policy": limiter.policy.decode(),
            },
        )
    return [(b"ratelimit", headers_of(verdict)), (b"ratelimit-policy", limiter.policy)]


def open_guard(settings: Settings, redis: Any = None) -> Guard:
    """The guard that the settings ask for; other machines are kept out unless somebody has decided otherwise."""
    limiter: Limiter | None = None
    if settings.rate_limit and redis is not None:
        limiter = RedisLimiter(redis, settings.rate_limit, settings.rate_burst)
    elif settings.rate_limit:
        limiter = LocalLimiter(settings.rate_limit, settings.rate_burst)
    if settings.auth == "on":
        if not settings.api_keys_file:
            raise SettingsError(
                "MOVIE_SERVICE_AUTH is 'on', but MOVIE_SERVICE_API_KEYS_FILE names no keys.",
                "python -m movie_service.security.keys new --name example --scope predict --file keys.json",
            )
        return Guard(read_keys(settings.api_keys_file), read_tokens(settings.jwt_key_file), limiter)
    return Guard(limiter=limiter)
