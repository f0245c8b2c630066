"""GET /metrics: what Prometheus reads."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from movie_service.service import Service

router = APIRouter()


@router.get("/metrics", response_class=PlainTextResponse, tags=["metrics"])
async def metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format."""
    service = Service.of(request)
    if service.settings.metrics == "off":
        raise HTTPException(404)
    service.metrics.hand_over()
    # Writing the text takes milliseconds: in a thread, so that others are answered meanwhile.
    text = await to_thread.run_sync(service.metrics.exposition)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
