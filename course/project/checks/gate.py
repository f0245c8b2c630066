"""A service that keeps its answers back, so that a load generator shows whether it waits; and what a record says."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USERS, RATE, SECONDS = 4, 20, 45
# So many requests under way at the same time open the gate: those of four seconds. Were each to take the 10 s of the
# brief, 200 would be under way; and 40 are as many as Locust's faster client has connections for four users.
HELD = 80
# It was asked so often, every 0.3 s, and no request had begun meanwhile: all of them wait for answers. Asked by the
# program that should begin them, so that a machine without time for the one has none for the other.
QUIET = 20
PATIENCE = 60.0
ANSWER = b'{"prediction": 0.5, "prediction_class": 1, "model_version": "v1", "request_id": "0"}'
FIELDS = ("user_id", "movie_id", "age", "gender", "occupation")
NEAR_FULL, KEPT = 0.85, 0.95
# load.py asks for no more than this; and of a shorter run nobody knows what would have piled up.
MOST_RATE, LEAST_SECONDS = 400, 20
BOTTLENECKS = ("none", "service_cpu", "load_generator", "elsewhere")
QUESTIONS = {
    "requests": "Over how many scenarios do you have to sum?",
    "failed_percent": "Failures of all scenarios, out of the requests of all, times a hundred?",
    "p95_ms": "Add the scenarios up, then go through `milliseconds` from the fastest: where are 95 of 100?",
    "p99_ms": "As for p95, with 99 of 100: are the scenarios added up before?",
    "service_cores": "The mean of `service` over all seconds of `usage`, in cores?",
}

# Locust as a person starts it; it ends as soon as the service has seen enough, however busy the machine is.
DRIVE = """
import json
import sys
import urllib.request
from collections import Counter
import gevent
from locust import events
from locust.main import main

def watch(environment):
    while True:
        gevent.sleep(0.3)
        with urllib.request.urlopen(environment.host + "/over", timeout=30) as answer:
            if answer.read() == b"yes":
                environment.runner.quit()
                return

said = Counter()

@events.request.add_listener
def seen(response=None, exception=None, **_):
    kind = (getattr(response, "headers", None) or {}).get("X-Movie", "")
    said[f"{kind} {getattr(response, 'status_code', 0)} {'failure' if exception else 'success'}"] += 1

@events.quitting.add_listener
def tell(environment, **_):
    # Not printed: of much output, such as a traceback for each request, the end is not kept.
    urllib.request.urlopen(environment.host + "/said", json.dumps(said).encode(), timeout=30).close()

@events.test_start.add_listener
def begin(environment, **_):
    gevent.spawn(watch, environment)

sys.argv = ["locust", *sys.argv[1:]]
main()
"""


class Quiet(ThreadingHTTPServer):
    """A generator that ends breaks its connections off; nobody wants to read of that."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class Gate:
    """Answers POST /predict once `hold` requests are under way, or when it is closed. 127.0.0.1 only."""

    def __init__(self, known: set[str], *, hold: int) -> None:
        self.most = 0
        self.bodies: list[Any] = []
        self.said: dict[str, int] = {}
        self._known, self._hold, self._under_way, self._answered = known, hold, 0, 0
        self._before, self._quiet = 0, 0
        self._open, self._lock = threading.Event(), threading.Lock()
        self._server = Quiet(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def enough(self) -> bool:
        """Whether all that is to be seen was seen."""
        return min(self.most, self._answered) >= self._hold

    def over(self) -> bool:
        """Asked again and again: whether all was seen, or no request begins any more."""
        begun = len(self.bodies)
        self._quiet = 0 if begun > self._before else self._quiet + 1
        self._before = begun
        return self.enough or self._quiet >= QUIET

    def different(self) -> tuple[int, int]:
        """How many users asked, and for how many of the movies that the model knows."""
        asked = [one for one in self.bodies if isinstance(one, dict)]
        movies = {str(one.get("movie_id")) for one in asked} & self._known
        return len({str(one.get("user_id")) for one in asked}), len(movies)

    def kinds(self) -> dict[str, int]:
        """How many requests were for movies that the model knows, and for others."""
        known = sum(map(self.knows, self.bodies))
        return {"known": known, "unknown": len(self.bodies) - known}

    def arrive(self, body: Any) -> int:
        """Hold one request until the gate is open; its status."""
        with self._lock:
            self.bodies.append(body)
            number = len(self.bodies)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            if self._under_way >= self._hold:
                self._open.set()
        self._open.wait(PATIENCE)
        with self._lock:
            self._under_way -= 1
            self._answered += 1
        if refused(body):
            return 422
        # A service that fails may do so for any movie, and one that has lost its tables knows none.
        if self.knows(body):
            return 200 if number % 3 else 404
        return 404 if number % 2 else 500

    def knows(self, body: Any) -> bool:
        """Whether the model knows the movie of this request."""
        return isinstance(body, dict) and str(body.get("movie_id")) in self._known

    def __enter__(self) -> Gate:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    body = json.loads(raw)
                except ValueError:
                    body = None
                if self.path == "/said":
                    gate.said = body
                status = gate.arrive(body) if self.path == "/predict" else 200
                self._say(status, ANSWER, "known" if gate.knows(body) else "unknown")

            def do_GET(self) -> None:
                self._say(200, b"yes" if gate.over() else b"no", "")

            def _say(self, status: int, answer: bytes, movie: str) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("X-Movie", movie)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    # The generator has ended and waits for nobody.
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        return Handler


def refused(body: Any) -> str:
    """Why app.py answers 422 to a body; empty when it does not."""
    if not isinstance(body, dict):
        return "a body that is no JSON object"
    odd = sorted(set(FIELDS) ^ set(body))
    if odd:
        return f"{odd[0]} is {'missing' if odd[0] in FIELDS else 'no field of the service'}"
    ranges = {"user_id": range(1, 2**31), "movie_id": range(1, 2**31), "age": range(1, 130)}
    fits = {key: type(body[key]) is int and body[key] in allowed for key, allowed in ranges.items()}
    fits |= {"gender": body["gender"] in ("F", "M"), "occupation": isinstance(body["occupation"], str)}
    return next((f"{key} is {body[key]!r:.40}" for key, good in fits.items() if not good), "")


def is_record(record: Any) -> bool:
    """Whether this is what load.py writes, as far as it is read here."""
    try:
        usage = [(float(one["service"]), float(one["locust"])) for one in record["usage"]]
        counts = [int(one["requests"]) + int(one["failures"]) for one in record["scenarios"]]
        times = [float(key) * int(value) for one in record["scenarios"] for key, value in one["milliseconds"].items()]
        numbers = float(record["asked_rate"]) > 0 and float(record["lasted"]) > 0
        return bool(usage and times and sum(counts) and numbers and isinstance(record["locustfile"], str))
    except (TypeError, KeyError, ValueError, AttributeError):
        return False


def number(value: Any) -> float | None:
    """A number as it was written, in quotes or without: the quotes are those of the starter."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def figures(record: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Key, value and how near an answer must be: what the analysis has to say of a run."""
    requests = _total(record, "requests")
    yield "requests", requests, 0
    yield "failed_percent", 100 * _total(record, "failures") / requests, 0.1
    times = sorted(times_of(record).items())
    for key, share in (("p95_ms", 0.95), ("p99_ms", 0.99)):
        value = quantile(times, share)
        # Neighbors in a list of times may lie apart; who takes the one before or after has read it well.
        yield key, value, max(2.0, 0.1 * value)
    yield "service_cores", _mean(record, "service"), 0.01


def _total(record: dict[str, Any], key: str) -> int:
    return sum(int(one[key]) for one in record["scenarios"])


def times_of(record: Mapping[str, Any]) -> Counter[int]:
    """Milliseconds of all answers of a load test, over its scenarios."""
    times: Counter[int] = Counter()
    for one in record["scenarios"]:
        times.update({int(key): int(count) for key, count in one["milliseconds"].items()})
    return times


def quantile(times: list[tuple[int, int]], share: float) -> float:
    """The time within which this share of all answers came."""
    wanted, seen = share * sum(count for _, count in times), 0
    for value, count in times:
        seen += count
        if seen >= wanted:
            return float(value)
    return float(times[-1][0])


def _mean(record: dict[str, Any], name: str) -> float:
    return sum(float(one[name]) for one in record["usage"]) / len(record["usage"])


def shortcoming(record: dict[str, Any]) -> tuple[str, str, str] | None:
    """Why a run says nothing of what gives: what is seen, what is expected, and a question."""
    asked, kept = float(record["asked_rate"]), _kept(record)
    failed = 100 * _total(record, "failures") / _total(record, "requests")
    if failed > 50:
        return (
            f"{failed:.0f} % of the requests failed",
            "a run in which at least half of them are answered well",
            "What was answered in place of a prediction, and how long does a service take for that?",
        )
    if float(record["lasted"]) < LEAST_SECONDS:
        return (
            f"lasted is {record['lasted']}",
            f"a run in which it is {LEAST_SECONDS} s or more",
            "Which queue fills within a few seconds?",
        )
    if asked < MOST_RATE and kept >= KEPT:
        return (
            f"{asked:g} requests a second were asked for, and {100 * kept:.0f} % of them were kept",
            f"a run in which something gives, or one at {MOST_RATE} requests a second",
            "What do you know now about twice as many requests?",
        )
    return None


def _kept(record: dict[str, Any]) -> float:
    good = _total(record, "requests") - _total(record, "failures")
    return good / float(record["lasted"]) / float(record["asked_rate"])


def bottleneck(record: dict[str, Any]) -> tuple[str, str]:
    """What limited a run, by its own figures, and these figures in words."""
    kept = _kept(record)
    service, locust = _mean(record, "service"), _mean(record, "locust")
    told = f"{100 * kept:.0f} % of the asked rate was kept, the service used {service:.2f} cores, Locust {locust:.2f}"
    if kept >= KEPT:
        return "none", told
    if locust >= NEAR_FULL and locust >= service:
        return "load_generator", told
    return ("service_cpu" if service >= NEAR_FULL else "elsewhere"), told
