"""Given; nothing here is to be changed: the pages under /docs without the internet, and a stopwatch."""

from pathlib import Path
from time import perf_counter

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

FILES = Path(fastapi_offline.__file__).parent / "static"


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._started = perf_counter()

    def ms(self) -> float:
        """Return the milliseconds until now."""
        return (perf_counter() - self._started) * 1000


def serve_docs(app: FastAPI) -> None:
    """Add /docs from files of the environment; FastAPI's own page loads them from another host."""
    app.mount("/docs-files", StaticFiles(directory=FILES))

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=app.title,
            swagger_js_url=f"{root}/docs-files/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/docs-files/swagger-ui.css",
            swagger_favicon_url=f"{root}/docs-files/favicon.png",
        )
