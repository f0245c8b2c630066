"""Bad builds of the service: the product as it is, around a model that is slow, leaks or fails. builds.py FAULT

They enter as a release, like a real one would; the service itself has no switch for them.
"""

import json
import logging.config
import sys
import time
from typing import Any

from movie_service.app import create_app
from movie_service.graceful import GracefulServer, config_of
from movie_service.log_format import log_config
from movie_service.registry.watch import load_champion
from movie_service.server import listen
from movie_service.settings import load_settings

SLOW_SECONDS = 0.15
LEAK_BYTES, MOST_LEAKED = 4 * 2**20, 300 * 2**20
FAILS_EVERY = 3


class Faulty:
    """A model that does what the other does, and one thing more."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.version, self.threshold = model.version, model.threshold
        self._calls = 0

    def knows(self, movie_id: int) -> bool:
        return bool(self._model.knows(movie_id))

    def score(self, request: Any) -> float:
        self._calls += 1
        self.disturb(self._calls)
        return float(self._model.score_many([request])[0])

    def score_many(self, requests: Any) -> list[float]:
        return [self.score(one) for one in requests]

    def disturb(self, call: int) -> None:
        """What is wrong with it."""


class Slow(Faulty):
    """Asks something far away for each score."""

    def disturb(self, call: int) -> None:
        time.sleep(SLOW_SECONDS)


class Leaking(Faulty):
    """Keeps something of every request."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self._kept: list[bytes] = []

    def disturb(self, call: int) -> None:
        if len(self._kept) * LEAK_BYTES < MOST_LEAKED:
            self._kept.append(b"x" * LEAK_BYTES)


class Failing(Faulty):
    """Has a case that nobody tested."""

    def disturb(self, call: int) -> None:
        if call % FAILS_EVERY == 0:
            raise KeyError("feature_v2")


BUILDS = {"slow": Slow, "leaking": Leaking, "failing": Failing}


def main(fault: str) -> int:
    settings = load_settings()
    logging.config.dictConfig(log_config())
    with listen(settings) as listener:
        app = create_app(settings=settings, predictor=BUILDS[fault](load_champion(settings.registry_path)))
        listener.listen(2048)
        port = listener.getsockname()[1]
        print(json.dumps({"message": f"listening on http://127.0.0.1:{port}"}), file=sys.stderr, flush=True)
        service = app.state.service
        GracefulServer(config_of(app, settings, service), service, settings.drain_seconds).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
