"""POST /predict/events: a long batch whose answers come as they are made, as server-sent events."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from movie_service.columns import Asked
from movie_service.openapi import body_of
from movie_service.problems import Problem
from movie_service.routes.direct import DirectRoute, body_for
from movie_service.routes.predict import PROBLEMS, answered, batch_of, classes_of
from movie_service.schemas import BatchRequest
from movie_service.service import Model, Service

# More than fit into the event loop: each piece is scored in the thread, and others are answered meanwhile.
PIECE: Final = 500

router = APIRouter(route_class=DirectRoute)

_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events `predictions`, each with the answers from `first` on; then `done`, or `problem`.",
        "content": {"text/event-stream": {}},
    }
}


# --8<-- [start:events]
@router.post(
    "/predict/events",
    response_class=StreamingResponse,
    responses={**PROBLEMS, **_STREAM},
    openapi_extra=body_of(BatchRequest),
    tags=["predictions"],
)
async def predict_events(request: Request) -> Response:
    """Answer a long batch piece by piece. All of it is validated before the first answer."""
    service = Service.of(request)
    model = service.answering
    asked = batch_of(await body_for(request, service.settings), model, service.settings.events_limit)
    stream = _events(request, service, model, asked)
    # no-transform: a proxy that compresses would keep events back until it has enough of them.
    return StreamingResponse(
        stream, media_type="text/event-stream", headers={"Cache-Control": "no-store, no-transform"}
    )


async def _events(request: Request, service: Service, model: Model, asked: Sequence[Asked]) -> AsyncIterator[bytes]:
    """One event per piece. A client that reads slowly is waited for, one that leaves ends the work."""
    for first in range(0, len(asked), PIECE):
        piece = asked[first : first + PIECE]
        scores, rows = await model.score_many(piece)
        try:
            # As ever: what a client has seen answered is in the log.
            service.journal.predictions(answered(request, model, piece, scores, rows)._replace(first=first))
        except Problem as problem:
            yield _event("problem", bytes(problem.response().body))
            return
        classes = classes_of(scores, model)
        service.metrics.predictions(scores, sum(classes))
        service.metrics.features(model.nullable, len(model.names), rows)
        predictions = [
            {"prediction": score, "prediction_class": label} for score, label in zip(scores, classes, strict=True)
        ]
        yield _event("predictions", orjson.dumps({"first": first, "predictions": predictions}))
    yield _event("done", orjson.dumps({"count": len(asked), "model_version": model.version}))


# --8<-- [end:events]


def _event(name: str, data: bytes) -> bytes:
    # orjson writes no line ends, so the data is one line.
    return b"event: %b\ndata: %b\n\n" % (name.encode("ascii"), data)
