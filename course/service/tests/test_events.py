"""A long batch as server-sent events: the answers of a batch, each in the log before it is seen."""

import asyncio
import errno
import json
import os

import pytest
from movie_service.app import Parts
from movie_service.prediction_log import SpoolJournal
from movie_service.prediction_log.records import Pseudonyms
from movie_service.prediction_log.spool import Spool
from movie_service.routes.events import PIECE


def _events(text):
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((lines["event"], json.loads(lines["data"])))
    return found


@pytest.fixture
def batch(asked):
    """1,200 requests: two whole pieces and a part of one."""
    return {"requests": [one.model_dump() for one in [*asked, *asked[:200]]]}


def test_answers_are_those_of_a_batch(client_of, predictor, batch):
    client = client_of(predictor, batch_limit=2000)

    reply = client.post("/predict/events", json=batch)
    usual = client.post("/predict/batch", json=batch).json()

    *pieces, last = _events(reply.text)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert [(name, data["first"]) for name, data in pieces] == [("predictions", at) for at in (0, PIECE, 2 * PIECE)]
    assert [one for _, data in pieces for one in data["predictions"]] == usual["predictions"]
    assert last == ("done", {"count": 1200, "model_version": "1.0.0"})


def test_records_are_numbered_through(client_of, predictor, batch, tmp_path):
    client = client_of(predictor, prediction_log="required", spool_dir=tmp_path / "spool")

    client.post("/predict/events", json=batch)

    lines = [json.loads(line) for path in (tmp_path / "spool").glob("*.open") for line in path.read_text().splitlines()]
    assert [one["item"] for one in lines if one["kind"] == "prediction"] == list(range(1200))


@pytest.mark.parametrize(
    ("change", "status"),
    [({"movie_id": 9999}, 404), ({"age": 0}, 422), ({"x": 1}, 422)],
)
def test_what_is_wrong_is_said_before_the_first_answer(client, batch, change, status):
    batch["requests"][1199].update(change)

    reply = client.post("/predict/events", json=batch)

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"


def test_more_than_the_limit_is_refused(client_of, predictor, batch):
    reply = client_of(predictor, events_limit=1199).post("/predict/events", json=batch)

    assert reply.status_code == 413
    assert reply.json()["detail"] == "The batch has 1200 requests, the limit is 1199. Send it in parts."


class FillsUp(Spool):
    """A disk with room for one piece."""

    left = 1

    def append(self, lines):
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().append(lines)


def test_log_that_fills_up_ends_the_stream_with_a_problem(client_of, predictor, batch, tmp_path):
    spool = FillsUp(tmp_path, segment_bytes=10**9, segment_seconds=60)
    journal = SpoolJournal(spool, Pseudonyms(bytes(32)), required=True)

    reply = client_of(predictor, parts=Parts(journal=journal)).post("/predict/events", json=batch)

    first, last = _events(reply.text)
    assert (first[0], last[0], last[1]["type"]) == ("predictions", "problem", "urn:movie-service:log-unavailable")


def test_client_that_leaves_ends_the_work(client_of, predictor, batch, tmp_path):
    client = client_of(predictor, prediction_log="required", spool_dir=tmp_path / "spool")
    body, sent, left = json.dumps(batch).encode(), [], asyncio.Event()
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "method": "POST", "path": "/predict/events",
        "raw_path": b"/predict/events", "query_string": b"", "root_path": "", "headers": [], "http_version": "1.1",
    }  # fmt: skip
    asked = iter([{"type": "http.request", "body": body}])

    async def receive():
        try:
            return next(asked)
        except StopIteration:
            await left.wait()
            return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if b"predictions" in message.get("body", b""):
            left.set()
            # A client that is gone takes nothing more.
            await asyncio.sleep(60)

    asyncio.run(client.app(scope, receive, send))

    lines = [json.loads(line) for path in (tmp_path / "spool").glob("*.open") for line in path.read_text().splitlines()]
    assert sum(one["kind"] == "prediction" for one in lines) == PIECE
    assert not any(b"event: done" in message.get("body", b"") for message in sent)
