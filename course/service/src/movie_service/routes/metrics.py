"""GET /metrics: what Prometheus reads."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from movie_service.service import Service

router = APIRouter()


# `def`, not `async def`: writing the text takes milliseconds, so FastAPI runs it in a thread.
@router.get("/metrics", response_class=PlainTextResponse, tags=["metrics"])
def metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format."""
    service = Service.of(request)
    if service.settings.metrics == "off":
        raise HTTPException(404)
    return Response(service.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
