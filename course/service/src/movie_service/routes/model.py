"""GET /model: which model answers here."""

from fastapi import APIRouter, Request

from movie_service.openapi import problems_of
from movie_service.schemas import ModelFacts
from movie_service.service import Service

router = APIRouter()


@router.get("/model", responses=problems_of(503), tags=["model"])
async def model(request: Request) -> ModelFacts:
    """Version, features, training and metrics of the model, as its manifest says."""
    model = Service.of(request).model
    return ModelFacts(version=model.version, threshold=model.threshold, **getattr(model.predictor, "facts", {}))
