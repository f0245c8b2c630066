"""The registry over HTTP, for whoever has the scope `admin`: list, promote, roll back."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from movie_service.openapi import body_of, problems_of
from movie_service.problems import Problem
from movie_service.registry.catalog import Aliases, Registry, RegistryError
from movie_service.registry.places import Folder
from movie_service.routes.direct import DirectRoute, answer, asked_for
from movie_service.schemas import Promotion, RegistryContent
from movie_service.security import require
from movie_service.service import Service

router = APIRouter(route_class=DirectRoute, prefix="/admin/models")

_PROBLEMS: Final = problems_of(400, 401, 403, 404, 408, 409, 413, 415, 422, 429)


@router.get("", response_model=RegistryContent, responses=problems_of(401, 403, 404, 409, 429), tags=["admin"])
async def models(request: Request) -> Response:
    """All versions, and which of them answers."""
    registry = _registry(request)
    found = [{"version": one.version, "aliases": one.aliases, "sha256": one.sha256} for one in registry.versions()]
    return answer({"versions": found, "aliases": registry.aliases()[0].model_dump(exclude={"history"})})


@router.post(
    "/promote",
    response_model=RegistryContent,
    responses=_PROBLEMS,
    openapi_extra=body_of(Promotion),
    tags=["admin"],
)
async def promote(request: Request) -> Response:
    """Let a version answer, within a second or two."""
    registry = _registry(request)
    asked = await asked_for(Promotion, request, Service.of(request).settings)
    return _changed(registry, lambda: registry.promote(asked.version))


@router.post(
    "/rollback", response_model=RegistryContent, responses=problems_of(401, 403, 404, 409, 429), tags=["admin"]
)
async def rollback(request: Request) -> Response:
    """Let the version before answer again."""
    registry = _registry(request)
    return _changed(registry, registry.rollback)


def _registry(request: Request) -> Registry:
    require(request.scope, "admin")
    settings = Service.of(request).settings
    if not settings.registry_dir:
        raise HTTPException(404)
    return Registry(Folder(settings.registry_path))


def _changed(registry: Registry, change: Callable[[], Aliases]) -> Response:
    try:
        aliases = change()
    except RegistryError as error:
        raise Problem(409, str(error), kind="registry") from None
    found = [{"version": one.version, "aliases": one.aliases, "sha256": one.sha256} for one in registry.versions()]
    return answer({"versions": found, "aliases": aliases.model_dump(exclude={"history"})})
