"""GET /predict/stream: a WebSocket that answers request after request, no faster than its client reads."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson
from starlette.routing import Router, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from movie_service.prediction_log.journal import Answered
from movie_service.problems import REQUEST_ID, Problem, unknown_movies
from movie_service.routes.direct import parsed
from movie_service.routes.predict import classes_of
from movie_service.schemas import PredictionRequest
from movie_service.security.guard import caller_key
from movie_service.service import Model, Rows, Service
from movie_service.settings import Settings
from movie_service.trace import TOLD

PATH: Final = "/predict/stream"

_RESTART, _REFUSED_DATA, _SILENT, _LATER = 1012, 1003, 1008, 1013


class Close(NamedTuple):
    """How a stream ends (RFC 6455, section 7.4). `said`: there is nobody, or nothing more, to tell it to."""

    code: int
    reason: str
    said: bool = False


# --8<-- [start:stream]
class Stream:
    """One open stream: one task reads, one answers, and the queue between them is short."""

    def __init__(self, websocket: WebSocket, service: Service) -> None:
        self._websocket, self._service = websocket, service
        self._seconds = service.settings.stream_idle_seconds
        # Full, it keeps the reader from reading; then uvicorn stops, the kernel's buffers fill, the sender waits.
        self._waiting: asyncio.Queue[str] = asyncio.Queue(service.settings.stream_waiting)
        self._left: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self.count = 0

    def leave(self) -> None:
        """Called when this process is about to end."""
        if not self._left.done():
            self._left.set_result(Close(_RESTART, "The service is about to end. Connect again."))

    async def run(self) -> Close:
        """Until either side has enough."""
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._answer())]
        try:
            done, _ = await asyncio.wait([*tasks, self._left], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # Not gather: when this is canceled meanwhile, it would lose by whom.
            await asyncio.wait(tasks)
        return done.pop().result()

    async def _read(self) -> Close:
        while True:
            try:
                async with asyncio.timeout(self._seconds):
                    message = await self._websocket.receive()
            except TimeoutError:
                return Close(_SILENT, f"No request came for {self._seconds:g} s.")
            if message["type"] == "websocket.disconnect":
                return Close(message.get("code", 1005), "", said=True)
            if message.get("text") is None:
                return Close(_REFUSED_DATA, "Send each request as a text message of JSON.")
            await self._waiting.put(message["text"])

    async def _answer(self) -> Close:
        while True:
            texts = [await self._waiting.get()]
            while not self._waiting.empty():
                texts.append(self._waiting.get_nowait())
            await self._wait_for_turn(len(texts))
            try:
                answers = await self._answers(texts)
            except Problem as problem:
                # A reason has room for 123 bytes; the log of the service has the rest.
                return Close(_LATER, problem.kind or "No model can answer now.")
            try:
                async with asyncio.timeout(self._seconds):
                    for answer in answers:
                        await self._websocket.send_text(answer.decode())
            except TimeoutError:
                # A close frame would have to wait behind the answers that nobody takes.
                return Close(_SILENT, "", said=True)
            except WebSocketDisconnect:
                return Close(1006, "", said=True)

    # --8<-- [end:stream]

    async def _wait_for_turn(self, count: int) -> None:
        """The limit of requests per second holds here too; who is too quick waits."""
        limiter = self._service.guard.limiter
        if limiter is None:
            return
        key = caller_key(self._websocket.scope)
        for _ in range(count):
            while not (verdict := await limiter.hit(key)).allowed:
                await asyncio.sleep(verdict.wait)

    async def _answers(self, texts: Sequence[str]) -> list[bytes]:
        """An answer, or a problem, for each text; in the log before anybody sees them."""
        service, model, first = self._service, self._service.answering, self.count
        self.count += len(texts)
        asked: dict[int, PredictionRequest] = {}
        found: dict[int, bytes] = {}
        for item, text in enumerate(texts, first):
            try:
                asked[item] = _checked(text.encode(), model)
            except Problem as problem:
                found[item] = orjson.dumps({"item": item, "problem": orjson.Fragment(problem.response().body)})
        if asked:
            scores, rows = await model.score_many(list(asked.values()))
            service.journal.predictions(*self._kept(asked, scores, rows, model))
            classes = classes_of(scores, model)
            service.metrics.predictions(scores, sum(classes))
            service.metrics.features(model.nullable, len(model.names), rows)
            for item, score, label in zip(asked, scores, classes, strict=True):
                found[item] = orjson.dumps(
                    {"item": item, "prediction": score, "prediction_class": label, "model_version": model.version}
                )
        return [found[item] for item in range(first, self.count)]

    def _kept(
        self, asked: dict[int, PredictionRequest], scores: Sequence[float], rows: Rows, model: Model
    ) -> list[Answered]:
        """One record each, under the number that the client sees."""
        request_id, width = self._websocket.scope[REQUEST_ID], len(model.names)
        return [
            Answered(
                request_id, (one,), (score,), model.threshold, model.version, model.names,
                None if rows is None else rows[at * width : (at + 1) * width], item,
            )
            for at, ((item, one), score) in enumerate(zip(asked.items(), scores, strict=True))
        ]  # fmt: skip


def _checked(body: bytes, model: Model) -> PredictionRequest:
    asked = parsed(PredictionRequest, body)
    if not model.predictor.knows(asked.movie_id):
        raise unknown_movies([("body.movie_id", asked.movie_id)])
    return asked


async def stream(websocket: WebSocket) -> None:
    """Accept or refuse, answer until the end, count and tell how it ended."""
    service: Service = websocket.app.state.service
    websocket.scope["route"] = _ROUTE
    try:
        _refuse(websocket, service)
    except Problem as problem:
        await websocket.send_denial_response(problem.response())
        return
    await websocket.accept()
    one = Stream(websocket, service)
    service.streams.add(one)
    end = Close(1011, "")
    try:
        end = await one.run()
        if not end.said:
            await websocket.close(end.code, end.reason)
    finally:
        service.streams.discard(one)
        service.metrics.stream(end.code)
        websocket.scope[TOLD] = {"requests": one.count, "close_code": end.code}


# --8<-- [start:refuse]
def _refuse(websocket: WebSocket, service: Service) -> None:
    """What an ordinary request would be refused for, and two more: a page of somebody else, and one stream too many."""
    settings = service.settings
    if _is_foreign(websocket, settings):
        raise Problem(403, "Pages of this origin may not ask here. MOVIE_SERVICE_CORS_ORIGINS names those that may.")
    if service.draining or len(service.streams) >= settings.stream_limit:
        why = "is about to end" if service.draining else f"has {settings.stream_limit} open streams, its limit"
        raise Problem(503, f"This process {why}. Connect again in 1 s.", headers={"Retry-After": "1"})
    service.answering  # noqa: B018 - raises where no model can answer


def _is_foreign(websocket: WebSocket, settings: Settings) -> bool:
    # Browsers ask nobody before a page of any site opens a WebSocket; CORS is for other requests.
    origin = websocket.headers.get("origin")
    allowed = [one.strip() for one in settings.cors_origins.split(",")]
    return bool(origin) and urlsplit(origin).netloc != websocket.headers.get("host") and origin not in allowed


# --8<-- [end:refuse]

_ROUTE: Any = WebSocketRoute(PATH, stream)
router = Router(routes=[_ROUTE])
