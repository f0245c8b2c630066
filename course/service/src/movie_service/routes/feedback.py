"""POST /feedback: what became of an answer, days later or at once."""

from fastapi import APIRouter, Request, Response

from movie_service.openapi import body_of, problems_of
from movie_service.routes.direct import DirectRoute, answer, asked_for
from movie_service.schemas import Feedback, Kept
from movie_service.service import Service

router = APIRouter(route_class=DirectRoute)


# --8<-- [start:feedback]
@router.post(
    "/feedback",
    status_code=202,
    response_model=Kept,
    responses=problems_of(400, 401, 403, 408, 413, 415, 422, 429, 503),
    openapi_extra=body_of(Feedback),
    tags=["predictions"],
)
async def feedback(request: Request) -> Response:
    """Say whether the user liked the movie, or whether the answer was right.

    The request id is not looked up: the prediction may have been another process's, and may be in the bucket already.
    Whoever reads the log joins the two.
    """
    service = Service.of(request)
    told = await asked_for(Feedback, request, service.settings)
    service.journal.feedback(told.model_dump())
    return answer({"status": "kept"}, 202)


# --8<-- [end:feedback]
