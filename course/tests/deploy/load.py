"""Load on a service: each request on a connection of its own, counted by what came of it."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.request
from collections import Counter

# Between two requests of a client: on a small machine, clients that never pause leave the pods no processor.
PAUSE = 0.005
REQUEST = {"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}
CLIENTS = 4


class Load:
    """Clients that ask again and again until the block ends. A context manager."""

    def __init__(self, port: int, *, clients: int = CLIENTS) -> None:
        self.port, self.outcomes = port, Counter[str]()
        # When each request began that failed: it may end long after what it failed of.
        self._failures: list[float] = []
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def sent(self) -> int:
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        return self.sent - self.outcomes["200"]

    def failed_since(self, moment: float) -> int:
        """How many failed of the requests that began after a moment of time.monotonic()."""
        return sum(began > moment for began in self._failures)

    def _ask_on(self) -> None:
        while not self._stop.is_set():
            time.sleep(PAUSE)
            began = time.monotonic()
            outcome = predict(self.port)
            with self._lock:
                self.outcomes[outcome] += 1
                if outcome != "200":
                    self._failures.append(began)


def predict(port: int, timeout: float = 10.0) -> str:
    """The status of one prediction on a new connection, or the name of what went wrong."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(
            "POST", "/predict", json.dumps(REQUEST), {"content-type": "application/json", "connection": "close"}
        )
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def get(url: str) -> object:
    """The JSON at an address of this machine, None when there is none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            value: object = json.loads(answer.read())
            return value
    except (OSError, ValueError, http.client.HTTPException):
        return None
