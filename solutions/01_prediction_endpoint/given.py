"""Given; nothing here is to be changed: the pages under /docs without the internet, and a stopwatch."""

from pathlib import Path
from time import perf_counter

import fastapi_offline
from fastapi import FastAPI
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
    # Addresses relative to the page, so that it also works behind a proxy that puts something before the path.
    app.servers = [{"url": ".", "description": "this service"}]

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url="docs-files/swagger-ui-bundle.js",
            swagger_css_url="docs-files/swagger-ui.css",
            swagger_favicon_url="docs-files/favicon.png",
        )
