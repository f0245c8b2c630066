"""The values that pages show, computed by the sample service and its model while the site is built.

A page says `{{value:score}}` or `{{fact:python_oldest}}`. What a page claims of the service is what this service does.
`{{picture:rollout}}` and `{{bench:peers}}` are pictures: site/pictures.py.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.asgi import Client
from course import facts
from course.build import counts
from course.build.site import pictures
from course.build.site.parts import PageError

NAME = re.compile(r"\{\{(value|fact|picture|bench):([a-z0-9_]+)\}\}")
VISITOR = {"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}
# Neither in the tables of the default data nor of any other seed: the data set has 943 users.
STRANGER = VISITOR | {"user_id": 5000}
SALT = "ranking-2026-11"


def filled(text: str, page: str, values: Values) -> str:
    """The page with its values. Raises PageError for a name that nothing computes."""

    def value(found: re.Match[str]) -> str:
        kind, name = found.groups()
        try:
            return values.shown(kind, name)
        except KeyError:
            raise PageError(
                f"{page}: there is no {kind} {name!r}. Mend the name, or compute it in site/values.py."
            ) from None

    return NAME.sub(value, text)


class Values:
    """Computes each value when a page first asks for it."""

    def __init__(self, model: Path, data: Path) -> None:
        self.model, self.data = model, data

    def shown(self, kind: str, name: str) -> str:
        """What stands on a page in place of a name. Raises KeyError for one that nothing computes."""
        if kind == "picture":
            return pictures.diagram(name)
        if kind == "bench":
            return pictures.bench(name)
        return self.facts[name] if kind == "fact" else self.table[name]()

    @cached_property
    def facts(self) -> dict[str, str]:
        return {name: fact.value for name, fact in facts.load().items()}

    @cached_property
    def table(self) -> dict[str, Callable[[], str]]:
        """Every value by name."""
        manifest = self.manifest
        files, training = manifest["files"], manifest["training"]
        simple = {
            "auc": f"{manifest['metrics']['auc']:.3f}",
            "threshold": f"{manifest['threshold']:g}",
            "version": manifest["version"],
            "features": str(len(manifest["features"])),
            "trees": str(training["trees"]),
            "train_rows": f"{training['split']['train']:,}",
            "test_rows": f"{training['split']['test']:,}",
            "model_kb": f"{files['model.txt']['bytes'] / 1000:.0f}",
            "tables_kb": f"{files['online.json']['bytes'] / 1000:.0f}",
            "digest": files["model.txt"]["sha256"][:12],
        }
        computed: dict[str, Callable[[], str]] = {
            "score": lambda: f"{self._predict(VISITOR)['prediction']:.3f}",
            "class": lambda: str(self._predict(VISITOR)["prediction_class"]),
            "stranger_score": lambda: f"{self._predict(STRANGER)['prediction']:.3f}",
            "refusal": lambda: self._refused({"age": -1})["errors"][0]["message"],
            "refused_place": lambda: self._refused({"age": -1})["errors"][0]["where"],
            "unknown_movie": lambda: str(self._ask("POST", "/predict", VISITOR | {"movie_id": 99_999})[0]),
            "batch_scores": lambda: ", ".join(f"{one:.3f}" for one in self._batch()),
            "paths": lambda: str(len(json.loads(self._ask("GET", "/openapi.json")[1])["paths"])),
            "not_ready": lambda: str(self._not_ready("/health/ready")),
            "still_alive": lambda: str(self._not_ready("/health/live")),
            "series": lambda: str(self._series()),
            "buckets": lambda: str(self._buckets()),
            "series_with_users": lambda: f"{self._buckets() * self.users:,}",
            "users": lambda: f"{self.users:,}",
            "likes": lambda: f"{100 * self._likes():.1f}",
            "line_bytes": lambda: str(len(self._line)),
            "line_gb": lambda: f"{len(self._line) * 1e6 / 1e9:.2f}",
            "share_b": lambda: f"{100 * self._share_b():.1f}",
            "guesses": lambda: f"{self.users:,}",
        }
        counted = {name: (lambda name=name: f"{counts.lines(name):,}") for name in counts.PACKAGES}
        return {name: (lambda text=text: text) for name, text in simple.items()} | computed | counted

    @cached_property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.model / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    @cached_property
    def users(self) -> int:
        return len(_lines(self.data / "u.user"))

    def _ask(self, method: str, path: str, body: Any = None, model: Path | None = None) -> tuple[int, str]:
        """One request to the service with this build's model, or with another folder."""
        with _running(model or self.model) as client:
            return _asked(client, method, path, body)

    def _predict(self, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._ask("POST", "/predict", request)[1])
        return answer

    def _refused(self, change: dict[str, Any]) -> dict[str, Any]:
        problem: dict[str, Any] = json.loads(self._ask("POST", "/predict", VISITOR | change)[1])
        return problem

    def _batch(self) -> list[float]:
        requests = [VISITOR, STRANGER, VISITOR | {"age": 60}]
        answer = json.loads(self._ask("POST", "/predict/batch", {"requests": requests})[1])
        return [one["prediction"] for one in answer["predictions"]]

    def _not_ready(self, path: str) -> int:
        return self._ask("GET", path, model=self.model / "nowhere")[0]

    @cached_property
    def _samples(self) -> list[str]:
        """The metrics page after one answered prediction, so that each metric of that route is there."""
        with _running(self.model) as client:
            _asked(client, "POST", "/predict", VISITOR)
            lines = _asked(client, "GET", "/metrics")[1].splitlines()
        return [line for line in lines if not line.startswith("#")]

    def _series(self) -> int:
        return len(self._samples)

    def _buckets(self) -> int:
        return sum("_duration_seconds_bucket{" in line and 'route="/predict"' in line for line in self._samples)

    def _likes(self) -> float:
        ratings = [int(line.split("\t")[2]) for line in _lines(self.data / "u.data")]
        return sum(rating >= 4 for rating in ratings) / len(ratings)

    @cached_property
    def _line(self) -> str:
        """The access log's line of one prediction."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "access.log")
            with _running(self.model, access_log=str(log)) as client:
                _asked(client, "POST", "/predict", VISITOR)
            return log.read_text(encoding="utf-8")

    def _share_b(self) -> float:
        return sum(_variant(user) == "B" for user in range(1, self.users + 1)) / self.users


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="latin-1").splitlines()


def _variant(user: int) -> str:
    digest = hashlib.sha256(f"{SALT}:{user}".encode()).digest()
    return "B" if int.from_bytes(digest[:8], "big") / 2**64 < 0.1 else "A"


@contextmanager
def _running(model: Path, access_log: str = "off") -> Iterator[Client]:
    """The sample service in this process. What it says of a missing model on stderr is not shown."""
    from movie_service.app import create_app
    from movie_service.settings import Settings

    logging.disable(logging.ERROR)
    try:
        client = Client(create_app(settings=Settings(model_dir=model, access_log=access_log, prediction_log="off")))
        try:
            yield client
        finally:
            client.close()
    finally:
        logging.disable(logging.NOTSET)


def _asked(client: Client, method: str, path: str, body: Any = None) -> tuple[int, str]:
    data = b"" if body is None else json.dumps(body).encode()
    headers = [("host", "127.0.0.1"), ("content-type", "application/json"), ("content-length", str(len(data)))]
    request = {"method": method, "path": path, "headers": headers, "body": base64.b64encode(data).decode()}
    answer = client.send(request)
    return int(answer["status"]), base64.b64decode(answer["body"]).decode("utf-8")


def used(text: str) -> Iterator[str]:
    """The names of the computed values that a page shows."""
    return (name for kind, name in NAME.findall(text) if kind == "value")
