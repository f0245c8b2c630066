"""A shorter way to the routes that must be quick: the same functions, without FastAPI between them and the server.

FastAPI and Starlette pass a request through two more layers, compare its path with the routes one by one, and set up
what dependencies would need. That is right for a service with many routes, and a fifth of what a prediction costs.
Here the two busiest addresses are looked up in a dict, before all that.

It stands there unless FAST_ROUTE is off. What is given up, for these addresses only: dependencies, and exception
handlers but those of problems.py. What stays: every layer of ours, validation, the OpenAPI document, and the functions
themselves, which are the same.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, get_route_path  # type: ignore[attr-defined]
from starlette.types import ASGIApp, Receive, Scope, Send

from movie_service.problems import answer_error
from movie_service.routes.direct import DirectRoute


# --8<-- [start:fast]
class FastMiddleware:
    """The innermost layer: answers what it knows, and hands on everything else."""

    def __init__(self, app: ASGIApp, routes: list[BaseRoute]) -> None:
        self.app = app
        # Only routes that read the request themselves: FastAPI prepares nothing for them that could be missing.
        self.known: dict[tuple[str, str], tuple[APIRoute, Callable[[Any], Awaitable[Response]]]] = {
            (method, route.path): (route, route.endpoint)
            for route in routes
            if isinstance(route, DirectRoute) and "{" not in route.path
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.known.get((scope["method"], get_route_path(scope))) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        # Metrics and logs ask for the route's template.
        scope["route"], endpoint = found
        request = Request(scope, receive)
        try:
            response = await endpoint(request)
        except Exception as error:
            response = await answer_error(request, error)
        await response(scope, receive, send)


# --8<-- [end:fast]
