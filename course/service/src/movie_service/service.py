"""What the routes work with: settings, model, metrics and journal of one application."""

import asyncio
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

from anyio import to_thread
from fastapi import Request

from movie_service.cache import Cache, key_of
from movie_service.columns import Asked
from movie_service.errors import ModelUnavailable
from movie_service.metrics import Metrics
from movie_service.prediction_log import Journal
from movie_service.predictor import Predictor
from movie_service.problems import Problem, shown
from movie_service.registry.remote import Remote
from movie_service.security import Guard
from movie_service.settings import Settings
from movie_service.tracing import step

# A batch of this size takes about a millisecond. Larger ones go to a thread: LightGBM releases the GIL, and
# the event loop answers others meanwhile. One thread: more would take the processor from the single requests.
INLINE_BATCH: Final = 100

Rows: TypeAlias = "array[float] | None"


class Model:
    """One loaded model with all that belongs to it. A request takes it once, so its answer never mixes two."""

    def __init__(self, predictor: Predictor, name: str = "") -> None:
        self.predictor = predictor
        # Two models may have the same version; with their names, caches and logs tell them apart.
        self.version = f"{name}@{predictor.version}" if name else predictor.version
        self.threshold = float(getattr(predictor, "threshold", 0.5))
        self.inline = bool(getattr(predictor, "inline", False))
        self.names: Sequence[str] = getattr(predictor, "feature_names", ())
        # Where in a row the features stand that may be missing.
        self.nullable = {name: self.names.index(name) for name in getattr(predictor, "nullable", self.names)}
        # For requests that may be of another class, as the model said it takes (below).
        self._any: Any = predictor
        # Those five come together or not at all (predictor.py). `Any`: a stub need not have them.
        self._rowwise: Any = predictor if self.names else None
        # Such a model takes any object with the five fields of a request; others get what pydantic made.
        self.takes_columns = self._rowwise is not None
        # Whether a single score is a matter of microseconds from the request to the number.
        self.at_once = self.inline and self.takes_columns
        # Not anyio's threads: a hand-over there costs twice as much, and a batch's features wait for it.
        self._thread = ThreadPoolExecutor(1, "batches")
        self._in_thread = 0

    def row(self, request: Asked) -> Rows:
        """The features of one request, if the model is quick and tells them."""
        return self._rowwise.row(request) if self.inline and self._rowwise is not None else None

    def score_now(self, request: Asked) -> "tuple[array[float], float]":
        """Features and score of one request, for a model that is `at_once`."""
        row = self._rowwise.row(request)
        return row, self._rowwise.score_row(row)

    async def score(self, request: Asked, row: Rows) -> float:
        """The score of one request, whose row is given if there is one."""
        if row is not None:
            return float(self._rowwise.score_row(row))
        # 10 microseconds of work: a thread would cost more than it frees. A slow model does go to a thread.
        if not self.inline:
            return float(await to_thread.run_sync(self._any.score, request))
        return float(self._any.score(request))

    async def score_many(self, requests: Sequence[Asked]) -> tuple[list[float], Rows]:
        """Score a batch where it disturbs least."""
        if self.inline and len(requests) <= INLINE_BATCH:
            return self._score_many(requests)
        self._in_thread += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._score_many, requests)
        finally:
            self._in_thread -= 1

    @property
    def waiting(self) -> int:
        """Large batches that wait for the thread."""
        return max(0, self._in_thread - 1)

    def _score_many(self, requests: Sequence[Asked]) -> tuple[list[float], Rows]:
        if self._rowwise is None:
            return [float(score) for score in self._any.score_many(requests)], None
        rows = self._rowwise.rows(requests)
        return self._rowwise.score_rows(rows), rows


class Service:
    """The parts of one application; `of(request)` finds them from a route."""

    def __init__(
        self,
        settings: Settings,
        predictor: Predictor | ModelUnavailable,
        metrics: Metrics,
        *,
        journal: Journal,
        guard: Guard,
        cache: Cache | None = None,
        fallback: Predictor | None = None,
        named: Mapping[str, Predictor | ModelUnavailable] | None = None,
    ) -> None:
        self.settings = settings
        # The registry that the folder follows, where it is another one.
        self.remote = Remote(settings) if settings.registry_url else None
        self.metrics = metrics
        self.journal = journal
        self.guard = guard
        self.cache = cache
        self._fallback = None if fallback is None else Model(fallback)
        self.named = {
            name: one if isinstance(one, ModelUnavailable) else Model(one, name) for name, one in (named or {}).items()
        }
        # The process is about to end: what is asked is answered, but no more should be sent here.
        self.draining = False
        # Open streams (routes/stream.py).
        self.streams: set[Any] = set()
        self._model: Model | None = None
        self._reason = ""
        self.use(predictor)

    @classmethod
    def of(cls, request: Request) -> "Service":
        """The service that this request was sent to."""
        service: Service = request.app.state.service
        return service

    def use(self, predictor: Predictor | ModelUnavailable) -> None:
        """Answer with this model from the next request on."""
        if isinstance(predictor, ModelUnavailable):
            self._model, self._reason = None, str(predictor)
        else:
            self._model = Model(predictor)
            self.metrics.model(predictor.version, getattr(predictor, "made_at", None))

    @property
    def model(self) -> Model:
        """The model; without one the request ends with 503."""
        if self._model is None:
            raise Problem(503, f"No model is loaded. {self._reason}")
        return self._model

    # --8<-- [start:named]
    def model_named(self, name: str) -> Model:
        """One of several models; an unknown name ends the request with 404, a model that cannot answer with 503."""
        found = self.named.get(name)
        if found is None:
            there = ", ".join(map(repr, self.named)) or "none"
            raise Problem(404, f"There is no model {shown(name)}. Names of this service: {there}.")
        if isinstance(found, ModelUnavailable):
            raise Problem(503, f"The model {name!r} cannot answer. {found}")
        return found

    # --8<-- [end:named]

    @property
    def version(self) -> str:
        """The version of the model that is loaded, "" for none."""
        return "" if self._model is None else self._model.version

    @property
    def answering(self) -> Model:
        """What answers predictions: the model, or what takes its place."""
        if self._model is None and self._fallback is not None:
            return self._fallback
        return self.model

    @property
    def at_once(self) -> Model | None:
        """What answers a prediction within microseconds, unless this process is leaving."""
        model = self._model or self._fallback
        return model if model is not None and model.at_once and not self.draining else None

    # --8<-- [start:cached]
    async def score(self, model: Model, request: Asked) -> tuple[float, Rows]:
        """The score of one request, from the cache if it is there, and the row it is made from."""
        with step("features"):
            row = model.row(request)
        if self.cache is None or row is None:
            with step("model"):
                return await model.score(request, row), row
        key = key_of(model.version, row)
        with step("cache"):
            score = await self.cache.get(key)
        if score is None:
            with step("model"):
                score = await model.score(request, row)
            await self.cache.put(key, score)
        return score, row

    # --8<-- [end:cached]

    def tick(self) -> None:
        """Called every second, for numbers that nobody's request moves."""
        self.metrics.hand_over()
        if self.draining:
            for stream in self.streams:
                stream.leave()
        if self._model is not None:
            self.metrics.waiting(self._model.waiting)
