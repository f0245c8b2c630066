"""The registry over HTTP, for whoever has the scope `admin`: list, promote, roll back."""

from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from movie_service.openapi import body_of, problems_of
from movie_service.problems import Problem
from movie_service.registry.catalog import Registry, RegistryError
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
    return await _done(_service(request), "list")


@router.post(
    "/promote",
    response_model=RegistryContent,
    responses=_PROBLEMS,
    openapi_extra=body_of(Promotion),
    tags=["admin"],
)
async def promote(request: Request) -> Response:
    """Let a version answer, within a second or two."""
    service = _service(request)
    asked = await asked_for(Promotion, request, service.settings)
    return await _done(service, "promote", asked.version)


@router.post(
    "/rollback", response_model=RegistryContent, responses=problems_of(401, 403, 404, 409, 429), tags=["admin"]
)
async def rollback(request: Request) -> Response:
    """Let the version before answer again."""
    return await _done(_service(request), "rollback")


def _service(request: Request) -> Service:
    require(request.scope, "admin")
    service = Service.of(request)
    if not service.settings.registry_dir:
        raise HTTPException(404)
    return service


async def _done(service: Service, verb: str, *words: str) -> Response:
    try:
        if service.remote is not None:
            # A version may begin with a dash, and is no option.
            return answer(await service.remote.ask(verb, *(("--", *words) if words else ())))
        registry = Registry(Folder(service.settings.registry_path))
        return answer(await to_thread.run_sync(_in_folder, registry, verb, words))
    except RegistryError as error:
        raise Problem(409, str(error), kind="registry") from None


def _in_folder(registry: Registry, verb: str, words: tuple[str, ...]) -> dict[str, Any]:
    """In a thread: files are read and digests computed."""
    if verb != "list":
        getattr(registry, verb)(*words)
    return registry.content()
