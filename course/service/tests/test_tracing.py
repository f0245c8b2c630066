"""Spans: which requests have them, where they hang, where they go, and the page that shows them."""

import gzip
import http.server
import json
import threading

import pytest
from movie_service.errors import SettingsError
from movie_service.tracing.waterfall import main, page

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def traced(client_of, predictor, tmp_path):
    """A client, and a function that reads the spans."""
    path = tmp_path / "traces.jsonl"

    def make(**settings):
        return client_of(predictor, tracing="file", trace_file=path, **settings)

    return make, lambda: [json.loads(line) for line in path.read_text().splitlines()]


def test_parts_of_a_request_are_spans_below_it(traced, example):
    make, spans = traced
    reply = make(trace_share=1, cache="memory").post("/predict", json=example)

    found = spans()
    (root,) = [one for one in found if one["parent"] is None]
    assert root["name"] == "POST /predict"
    assert root["attributes"] == {
        "request.id": reply.headers["x-request-id"],
        "http.response.status_code": 200,
        "http.route": "/predict",
    }
    parts = [one for one in found if one is not root]
    assert [one["name"] for one in parts] == ["validate", "features", "cache", "model", "log"]
    assert {(one["parent"], one["trace"]) for one in parts} == {(root["span"], reply.headers["x-request-id"])}
    assert all(root["start"] <= one["start"] <= one["end"] <= root["end"] for one in parts)


def test_caller_that_traces_is_followed(traced, example):
    make, spans = traced
    make(trace_share=0).post("/predict", json=example, headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})

    found = spans()
    (root,) = [one for one in found if one["name"] == "POST /predict"]
    assert (root["trace"], root["parent"]) == (TRACE, CALLER)
    assert {one["trace"] for one in found} == {TRACE}


def test_caller_that_does_not_trace_is_no_reason_to(traced, example):
    make, spans = traced
    make(trace_share=0).post("/predict", json=example, headers={"traceparent": f"00-{TRACE}-{CALLER}-00"})

    assert spans() == []


def test_share_of_requests_is_traced(traced, example):
    make, spans = traced
    client = make(trace_share=0.25)
    for number in range(1, 101):
        trace = f"00-{number * 42_949_672:032x}-{CALLER}-00"
        client.post("/predict", json=example, headers={"traceparent": trace})

    assert len({one["trace"] for one in spans()}) == 25


def test_refused_request_has_its_span_too(traced):
    make, spans = traced
    make(trace_share=1).post("/predict", json={})

    root = spans()[-1]
    assert root["attributes"]["http.response.status_code"] == 422


def test_off_writes_nothing(client_of, predictor, example, tmp_path):
    client_of(predictor, trace_share=1, trace_file=tmp_path / "t").post("/predict", json=example)

    assert not (tmp_path / "t").exists()


def test_file_that_cannot_be_opened_is_refused(client_of, predictor, tmp_path):
    with pytest.raises(SettingsError) as refused:
        client_of(predictor, tracing="file", trace_file=tmp_path).get("/health/live")

    assert str(refused.value) == (
        f"MOVIE_SERVICE_TRACE_FILE is {str(tmp_path)!r}, but that file cannot be opened (Is a directory)."
    )


@pytest.fixture
def collector():
    """A server that takes what OTLP sends."""
    got = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", got
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.slow
def test_collector_gets_them_by_otlp(collector, client_of, predictor, example):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    endpoint, got = collector
    with client_of(predictor, tracing="otlp", otlp_endpoint=endpoint, trace_share=1) as client:
        client.post("/predict", json=example, headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})

    (sent,) = map(ExportTraceServiceRequest.FromString, got)
    spans = sent.resource_spans[0].scope_spans[0].spans
    assert {span.name for span in spans} == {"validate", "features", "model", "log", "POST /predict"}
    assert {span.trace_id.hex() for span in spans} == {TRACE}


def test_page_has_a_bar_per_span_and_no_script(traced, example):
    make, spans = traced
    client = make(trace_share=1)
    client.post("/predict", json=example)
    client.post("/predict", json={})

    shown = page(spans())

    assert shown.count("<rect") == len(spans())
    assert shown.count("<h2>") == 2
    assert 'class="failed"' in shown
    assert "<script" not in shown and "http" not in shown


def test_page_escapes_what_clients_send():
    span = {"trace": "t", "span": "s", "parent": None, "name": "<b>", "start": 0, "end": 10, "attributes": {}}

    assert "<b>" not in page([span]) and "&lt;b&gt;" in page([span])


def test_page_of_no_span_says_so():
    assert "<p>The file holds no span.</p>" in page([])


def test_missing_file_is_said(tmp_path, capsys):
    assert main([str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == (
        f"error: {str(tmp_path / 'none')!r} cannot be read (No such file or directory).\n"
        "try: MOVIE_SERVICE_TRACING=file python -m movie_service, and a few requests\n"
    )
