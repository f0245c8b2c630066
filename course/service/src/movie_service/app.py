"""Puts the application together from the parts it is given."""

import logging
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from movie_service import __version__, problems
from movie_service.access_log import AccessLog, AccessLogMiddleware
from movie_service.errors import ModelUnavailable
from movie_service.lifespan import Lifespan
from movie_service.metrics import Metrics, MetricsMiddleware
from movie_service.openapi import DescribedAPI
from movie_service.prediction_log import Journal, open_journal
from movie_service.predictor import Predictor, load_predictor
from movie_service.routes import ROUTERS
from movie_service.service import Service
from movie_service.settings import Settings, load_settings

_log = logging.getLogger(__name__)

_DESCRIPTION: Final = (
    "How likely is it that a user likes a movie? A LightGBM model over MovieLens-format data, "
    "the sample service of the course."
)


def create_app(
    *,
    settings: Settings | None = None,
    predictor: Predictor | ModelUnavailable | None = None,
    metrics: Metrics | None = None,
    access_log: AccessLog | None = None,
    journal: Journal | None = None,
) -> DescribedAPI:
    """The application, ready to be served; what is not handed in is made from the settings.

    `predictor` may be any object with the members of `Predictor`, so that a stub can take the model's place:

        app = create_app(settings=Settings(access_log="off"), predictor=StubModel())

    Without one the bundle in `settings.model_dir` is loaded here, before the first request. A bundle that
    cannot be used does not raise: the application lives, is not ready, and says why. A ModelUnavailable
    handed in as `predictor` makes such an application on purpose.
    """
    settings = settings or load_settings()
    if predictor is None:
        predictor = _load(settings)
    journal = journal or open_journal(settings)
    metrics = metrics or Metrics(None if isinstance(predictor, ModelUnavailable) else predictor.version)
    journal.on_drop = metrics.dropped
    app = _empty_application(Lifespan([journal.tick], [journal.close]))
    app.batch_limit = settings.batch_limit
    app.state.service = Service(settings, predictor, metrics, journal)
    # include_router would search the routes twice for every request, since FastAPI may add prefixes and
    # dependencies there. Our routers have none, so their routes stand in the application's own list, and before
    # /openapi.json: every path is compared with one route after the other.
    app.router.routes[:0] = [route for router in ROUTERS for route in router.routes]
    problems.install(app)
    # The last one added is the outermost: the access log sees the request id and the whole duration.
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.add_middleware(
        AccessLogMiddleware, log=access_log or AccessLog.to(settings.access_log), successes=settings.log_successes
    )
    if settings.root_path:
        app.add_middleware(RootPathMiddleware, root_path=settings.root_path)
    return app


def _empty_application(lifespan: Lifespan) -> DescribedAPI:
    return DescribedAPI(
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


def _load(settings: Settings) -> Predictor | ModelUnavailable:
    try:
        return load_predictor(settings.model_dir)
    except ModelUnavailable as error:
        _log.error("the service is not ready: %s", error)
        return error
