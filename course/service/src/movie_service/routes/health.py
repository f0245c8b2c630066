"""GET /health/live and GET /health/ready: two questions that an orchestrator asks for different reasons."""

from fastapi import APIRouter, Request

from movie_service.openapi import problems_of
from movie_service.problems import Problem
from movie_service.schemas import Alive, Ready
from movie_service.service import Service

router = APIRouter()


@router.get("/health/live", tags=["health"])
async def live() -> Alive:
    """The process answers. It says nothing about the model: a restart would not repair a wrong file."""
    return Alive()


@router.get("/health/ready", responses=problems_of(503), tags=["health"])
async def ready(request: Request) -> Ready:
    """A verified model is loaded and the process is not about to end, so requests may be sent here."""
    service = Service.of(request)
    if service.draining:
        raise Problem(503, "The service is ending. Send requests to another instance.", kind="draining")
    return Ready(model_version=service.model.version)
