"""GET /docs and GET /redoc, with everything they need from this process: no request goes to another host.

All links are relative, so the pages also work behind a proxy that publishes the service under a path.
"""

from functools import cache
from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException

router = APIRouter()

_FOLDER: Final = Path(fastapi_offline.__file__).parent / "static"
_REDOC: Final = "redoc.standalone.js"
_LOGO: Final = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_ASSETS: Final = frozenset({"favicon.png", _REDOC, "swagger-ui-bundle.js", "swagger-ui.css"})

_CACHED: Final = {"Cache-Control": "max-age=86400"}

# The bundles know addresses of their makers: a schema validator, a logo. Those are taken out below; this tells the
# browser to load nothing from elsewhere, whatever a next release of the bundles brings. Both pages need inline
# script and style, ReDoc a worker from a blob.
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:; connect-src 'self'"
)


@router.get("/docs", include_in_schema=False)
async def swagger(request: Request) -> HTMLResponse:
    """Swagger UI."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=request.app.title,
        swagger_js_url="docs-assets/swagger-ui-bundle.js",
        swagger_css_url="docs-assets/swagger-ui.css",
        swagger_favicon_url="docs-assets/favicon.png",
        swagger_ui_parameters={"validatorUrl": None},
    )
    page.headers["Content-Security-Policy"] = _POLICY
    return page


@router.get("/redoc", include_in_schema=False)
async def redoc(request: Request) -> HTMLResponse:
    """ReDoc."""
    page = get_redoc_html(
        openapi_url="openapi.json",
        title=request.app.title,
        redoc_js_url=f"docs-assets/{_REDOC}",
        redoc_favicon_url="docs-assets/favicon.png",
        with_google_fonts=False,
    )
    page.headers["Content-Security-Policy"] = _POLICY
    return page


@router.get("/docs-assets/{name}", include_in_schema=False)
async def asset(name: str) -> Response:
    """A file of the two pages."""
    if name not in _ASSETS:
        raise HTTPException(404)
    if name == _REDOC:
        return Response(_redoc_without_logo(), media_type="text/javascript", headers=_CACHED)
    return FileResponse(_FOLDER / name, headers=_CACHED)


@cache
def _redoc_without_logo() -> bytes:
    """The bundle, with the address of its makers' logo replaced by a picture of ours."""
    return (_FOLDER / _REDOC).read_bytes().replace(_LOGO, b"docs-assets/favicon.png")
