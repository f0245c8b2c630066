"""Puts the application together from the parts it is given."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from movie_service import __version__, problems
from movie_service.access_log import AccessLog, AccessLogMiddleware
from movie_service.cache import open_cache, open_redis
from movie_service.drain import DrainMiddleware
from movie_service.errors import ModelUnavailable
from movie_service.express import open_express
from movie_service.fallback import read_popularity
from movie_service.fast import FastMiddleware
from movie_service.lifespan import Lifespan
from movie_service.metrics import Metrics, MetricsMiddleware
from movie_service.models import load_models
from movie_service.openapi import DescribedAPI
from movie_service.prediction_log import Journal, open_journal
from movie_service.predictor import Predictor, load_predictor
from movie_service.registry.watch import Watcher, load_champion
from movie_service.resources import Resources
from movie_service.routes import ROUTERS
from movie_service.security import Guard, GuardMiddleware, open_guard
from movie_service.security.headers import headers_for
from movie_service.service import Service
from movie_service.settings import Settings, load_settings
from movie_service.tracing import TracingMiddleware, open_tracing
from movie_service.workers import end_without

_log = logging.getLogger(__name__)

_DESCRIPTION: Final = (
    "How likely is it that a user likes a movie? A LightGBM model over MovieLens-format data, "
    "the sample service of the course."
)


@dataclass(frozen=True)
class Parts:
    """Parts that replace those the settings would make; for tests and for other products around this one."""

    metrics: Metrics | None = None
    access_log: AccessLog | None = None
    journal: Journal | None = None
    guard: Guard | None = None
    # The process whose children answer; None: this one answers alone.
    parent: int | None = None


def create_app(
    *,
    settings: Settings | None = None,
    predictor: Predictor | ModelUnavailable | None = None,
    parts: Parts | None = None,
) -> DescribedAPI:
    """The application, ready to be served; what is not handed in is made from the settings.

    `predictor` may be any object with the members of `Predictor`, so that a stub can take the model's place:

        app = create_app(settings=Settings(access_log="off"), predictor=StubModel())

    Without one the bundle in `settings.model_dir` is loaded here, before the first request. A bundle that
    cannot be used does not raise: the application lives, is not ready, and says why. A ModelUnavailable
    handed in as `predictor` makes such an application on purpose.
    """
    settings = settings or load_settings()
    parts = parts or Parts()
    if predictor is None:
        predictor = _load(settings)
    redis = open_redis(settings.redis_url)
    service = Service(
        settings,
        predictor,
        parts.metrics or Metrics(_resources(settings, parts.parent)),
        journal=parts.journal or open_journal(settings),
        guard=parts.guard or open_guard(settings, redis),
        cache=open_cache(settings.cache, most=settings.cache_size, seconds=settings.cache_seconds, redis=redis),
        named=load_models(settings.models),
        fallback=read_popularity(settings.model_dir) if settings.fallback == "popularity" else None,
    )
    app = _application(service, parts.parent)
    if redis is not None:
        app.state.lifespan.disconnects.append(redis.aclose)
    log = parts.access_log or AccessLog.to(settings.access_log)
    headers = headers_for(on=settings.security_headers == "on", tls=bool(settings.tls_cert_file))
    app.state.express = open_express(service, log, headers, settings)
    _add_layers(app, service, log, headers)
    return app


def _application(service: Service, parent: int | None) -> DescribedAPI:
    """Routes, errors and what runs beside requests; no layers yet."""
    lifespan = Lifespan()
    lifespan.on_lag = service.metrics.lag
    lifespan.ticks += [service.journal.tick, service.tick]
    lifespan.closes += [service.journal.close]
    if parent is not None:
        lifespan.ticks.append(lambda: end_without(parent))
    service.journal.on_drop = service.metrics.dropped
    if service.cache is not None:
        service.cache.count = service.metrics.cache
    if service.settings.registry_dir:
        lifespan.ticks.append(Watcher(service.settings.registry_path, service.use, service.version).tick)
    app = DescribedAPI(
        title="movie_service",
        version=__version__,
        description=_DESCRIPTION,
        # Our own pages, which load nothing from another host: routes/docs.py.
        docs_url=None,
        redoc_url=None,
        # /predict/ is not an address; a redirect would turn a client's mistake into a second request.
        redirect_slashes=False,
        # Metrics and logs of our own stand below; FastAPI would look for OpenTelemetry providers per request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
    )
    app.layers = []
    app.batch_limit = service.settings.batch_limit
    app.state.service = service
    app.state.lifespan = lifespan
    # include_router would search the routes twice for every request, since FastAPI may add prefixes and
    # dependencies there. Our routers have none, so their routes stand in the application's own list, and before
    # /openapi.json: every path is compared with one route after the other.
    app.router.routes[:0] = [route for router in ROUTERS for route in router.routes]
    problems.install(app)
    return app


def _add_layers(
    app: DescribedAPI, service: Service, access_log: AccessLog, headers: Sequence[tuple[bytes, bytes]]
) -> None:
    """From the inside out: the last one added sees a request first. What is off is no layer at all."""
    settings, guard = service.settings, service.guard
    if settings.fast_route != "off":
        app.add_layer(FastMiddleware, routes=app.router.routes)
    tracing = open_tracing(settings)
    if tracing is not None:
        app.add_layer(TracingMiddleware, tracing=tracing)
        app.state.lifespan.closes.append(tracing.close)
    if guard.keys is not None or guard.limiter is not None:
        app.add_layer(GuardMiddleware, guard=guard)
    if settings.cors_origins:
        # Outside of the guard: a browser asks for permission without a key.
        app.add_layer(
            CORSMiddleware,
            allow_origins=[one.strip() for one in settings.cors_origins.split(",")],
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "RateLimit", "Retry-After"],
        )
    if settings.metrics == "on":
        app.add_layer(MetricsMiddleware, metrics=service.metrics)
    app.add_layer(DrainMiddleware, service=service)
    app.add_layer(AccessLogMiddleware, log=access_log, successes=settings.log_successes, headers=headers)
    if settings.root_path:
        app.add_layer(RootPathMiddleware, root_path=settings.root_path)


class RootPathMiddleware:
    """Says under which path a proxy publishes the service.

    uvicorn's own root_path is right only for proxies that strip the path; this is also for those that keep it.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["root_path"] = self.root_path
        await self.app(scope, receive, send)


def _resources(settings: Settings, parent: int | None) -> Resources:
    return Resources(spool=settings.spool_dir, price_per_cpu_hour=settings.cpu_hour_price, root=parent)


def _load(settings: Settings) -> Predictor | ModelUnavailable:
    try:
        return load_champion(settings.registry_path) if settings.registry_dir else load_predictor(settings.model_dir)
    except ModelUnavailable as error:
        _log.error("the service is not ready: %s", error)
        return error
