"""GET /models and POST /models/{name}/predict: the models that MODELS names, beside the one at /predict."""

from typing import Final

from fastapi import APIRouter, Request, Response

from movie_service.errors import ModelUnavailable
from movie_service.openapi import body_of, problems_of
from movie_service.routes.direct import DirectRoute
from movie_service.routes.predict import PROBLEMS, answer_batch, answer_one
from movie_service.schemas import (
    BatchRequest,
    BatchResponse,
    NamedModel,
    NamedModels,
    PredictionRequest,
    PredictionResponse,
)
from movie_service.service import Service

# FastAPI describes what a function takes; these take the request alone.
_NAMED: Final = {"parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]}

router = APIRouter(route_class=DirectRoute)
listing = APIRouter()


@listing.get("/models", responses=problems_of(401, 403, 429), tags=["model"])
async def models(request: Request) -> NamedModels:
    """The names of all models, which version each has, and why one cannot answer."""
    return NamedModels(
        models=[
            NamedModel(name=name, reason=str(one))
            if isinstance(one, ModelUnavailable)
            else NamedModel(name=name, version=one.version)
            for name, one in Service.of(request).named.items()
        ]
    )


# --8<-- [start:named]
@router.post(
    "/models/{name}/predict",
    response_model=PredictionResponse,
    responses=PROBLEMS,
    openapi_extra={**_NAMED, **body_of(PredictionRequest)},
    tags=["predictions"],
)
async def predict_by(request: Request) -> Response:
    """Ask one model by its name."""
    service = Service.of(request)
    return await answer_one(request, service, service.model_named(request.path_params["name"]))


# --8<-- [end:named]


@router.post(
    "/models/{name}/predict/batch",
    response_model=BatchResponse,
    responses=PROBLEMS,
    openapi_extra={**_NAMED, **body_of(BatchRequest)},
    tags=["predictions"],
)
async def predict_batch_by(request: Request) -> Response:
    """Ask one model by its name, many at once."""
    service = Service.of(request)
    return await answer_batch(request, service, service.model_named(request.path_params["name"]))
