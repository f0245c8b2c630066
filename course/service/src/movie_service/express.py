"""The shortest way: a request for POST /predict that is right is answered where its bytes arrive.

An ASGI server makes a task, an event, a scope and two messages for each request, and each layer a closure around
them. For most addresses nobody notices. For this one it is more than the prediction costs.

So the protocol asks here first. What is taken is a whole request, from a client without a wish of its own, that
pydantic accepts, about a movie that the catalogue has. Everything else is handed on untouched, and answered by the
layers and routes as if nothing had stood here: every refusal has one place in the code, and it is not this one.

What comes in one turn of the event loop is kept with one write and told with one write, as databases commit in groups.
Answers go out after that, so a client that has an answer can rely on its record as ever.
"""

from array import array
from collections.abc import Sequence
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from starlette.responses import Response

from movie_service.access_log import AccessLog, entry_of
from movie_service.prediction_log.journal import Answered
from movie_service.problems import Problem
from movie_service.routes.predict import encoded
from movie_service.schemas import PredictionRequest
from movie_service.service import Model, Service
from movie_service.settings import Settings
from movie_service.trace import Ids, ids_of, within

PATH: Final = "/predict"
_REQUEST: Final = {"method": "POST", "path": PATH, "route": PATH}
_OK: Final = (
    b"HTTP/1.1 200 OK\r\n%bcontent-length: %d\r\ncontent-type: application/json\r\nx-request-id: %b\r\n%b\r\n%b"
)


class Taken(NamedTuple):
    """A request that is scored and waits for the end of the turn."""

    protocol: Any
    ids: Ids
    answered: Answered
    body: bytes
    started: float


class Express:
    """Takes requests for one service and answers them in groups."""

    def __init__(self, service: Service, log: AccessLog, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._service = service
        self._log = log
        self._successes = service.settings.log_successes
        self._most_bytes = service.settings.max_body_bytes
        self._validate = PredictionRequest.__pydantic_validator__.validate_json
        self._headers = _lines(headers)
        self._group: list[Taken] = []
        self._model: Model | None = None

    def __len__(self) -> int:
        return len(self._group)

    # --8<-- [start:take]
    def take(self, protocol: Any, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> bool:
        """Score the request and let its answer wait for the group; False leaves it to the routes."""
        model = self._service.at_once
        if model is None or len(body) > self._most_bytes:
            return False
        started = perf_counter()
        try:
            asked = self._validate(body)
        except ValidationError:
            return False
        if not model.predictor.knows(asked.movie_id):
            return False
        if model is not self._model:
            self.flush()
            self._model = model
        began = perf_counter()
        row, score = model.score_now(asked)
        answer = encoded(score, model, perf_counter() - began)
        ids = ids_of(headers)
        answered = Answered(ids.request_id, (asked,), (score,), model.threshold, model.version, model.names, row)
        self._service.metrics.begin()
        if not self._group:
            protocol.loop.call_soon(self.flush)
        self._group.append(Taken(protocol, ids, answered, answer, started))
        return True

    # --8<-- [end:take]

    # --8<-- [start:flush]
    def flush(self) -> None:
        """Keep what was taken, then answer it. The record is in the log before a client sees the answer."""
        group, self._group = self._group, []
        if not group or self._model is None:
            return
        status, refusal = 200, None
        try:
            self._service.journal.predictions(*[one.answered for one in group])
        except Problem as problem:
            status, refusal = problem.status, problem.response()
        else:
            self._count(self._model, group)
        date = _lines(group[0].protocol.server_state.default_headers)
        for one in group:
            one.protocol.reply(self._message(one, date, refusal))
        self._tell(group, status)

    # --8<-- [end:flush]

    def _count(self, model: Model, group: Sequence[Taken]) -> None:
        metrics, scores = self._service.metrics, [one.answered.scores[0] for one in group]
        rows = [one.answered.rows for one in group if one.answered.rows is not None]
        metrics.predictions(scores, sum(score >= model.threshold for score in scores))
        metrics.features(model.nullable, len(model.names), array("d", b"".join(rows)))

    def _message(self, one: Taken, date: bytes, refusal: Response | None) -> bytes:
        sent_id = one.ids.request_id.encode("ascii")
        if refusal is None:
            return _OK % (date, len(one.body), sent_id, self._headers, one.body)
        own = _lines([*refusal.raw_headers, (b"x-request-id", sent_id)])
        phrase = HTTPStatus(refusal.status_code).phrase.encode("ascii")
        head = b"HTTP/1.1 %d %b\r\n" % (refusal.status_code, phrase)
        return b"".join((head, date, own, self._headers, b"\r\n", refusal.body))

    def _tell(self, group: Sequence[Taken], status: int) -> None:
        now, lines = perf_counter(), []
        for one in group:
            self._service.metrics.request("POST", PATH, status=status, seconds=now - one.started)
            # The rule of the access log: what failed is always told, of what went well the share that is asked for.
            if status >= 400 or self._successes >= 1 or within(one.ids.trace_id, self._successes):
                lines.append(entry_of(_REQUEST, one.ids, status, now - one.started))
        self._log.write(*lines)


def _lines(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def open_express(
    service: Service, log: AccessLog, headers: Sequence[tuple[bytes, bytes]], settings: Settings
) -> Express | None:
    """The shortest way, where nothing stands on it: what asks, limits, traces or remembers has layers of its own."""
    guarded = service.guard.keys is not None or service.guard.limiter is not None
    layered = settings.cors_origins or settings.root_path or settings.tracing != "off" or settings.metrics == "off"
    if settings.fast_route != "on" or guarded or layered or service.cache is not None:
        return None
    return Express(service, log, headers)
