"""The sample service as a measured server: with its log and its spool, and the proof that both were written."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from course.benchmarks.report import BenchTrouble
from course.benchmarks.servers import Server, free_port, serving, surroundings
from course.start.places import Places

# The bare product route of the rows: validation and metrics are always there, a line and a record per answer.
BARE: Mapping[str, str] = {"PREDICTION_LOG": "required"}


@dataclass(frozen=True)
class Product:
    """A running service and where it writes."""

    server: Server
    folder: Path
    headers: Mapping[str, str]

    def refuse_missing_records(self) -> None:
        """What was measured must be the whole service: a line and a record for every answer, and each counted."""
        counted = sum(
            float(line.split()[-1])
            for line in self._metrics().splitlines()
            if line.startswith("movie_service_requests_total{") and 'route="/predict' in line
        )
        with (self.folder / "access.jsonl").open("rb") as log:
            logged = sum(b'"/predict' in line for line in log)
        if counted != logged or not logged:
            raise BenchTrouble(
                f"movie_service counted {counted:.0f} answers and logged {logged}. Read {self.server.log}."
            )
        asked = {id for path in self._spooled() for id in _request_ids(path)}
        if len(asked) != counted:
            raise BenchTrouble(
                f"movie_service counted {counted:.0f} answers and kept records of {len(asked)}. Read {self.server.log}."
            )

    def spare_the_disk(self) -> None:
        """Remove what was logged; a whole run writes hundreds of megabytes otherwise."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spooled(self) -> list[Path]:
        spool = self.folder / "spool"
        return [*spool.glob("*.ready"), *spool.glob("*.open")]

    def _metrics(self) -> str:
        url = f"http://127.0.0.1:{self.server.port}/metrics"
        with urlopen(Request(url, headers=dict(self.headers)), timeout=10) as answer:
            text: str = answer.read().decode()
        return text


def _request_ids(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(b'{"kind":"prediction"'):
                yield line.split(b'"', 8)[7]


@contextlib.contextmanager
def movie_service(
    places: Places,
    body: str,
    *,
    name: str = "movie_service",
    settings: Mapping[str, str] = BARE,
    headers: Mapping[str, str] | None = None,
) -> Iterator[Product]:
    """The service with these settings, once it has answered."""
    port, folder = free_port(), places.build / "bench" / name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted = {
        "PORT": str(port),
        "MODEL_DIR": str(places.build / "model"),
        "ACCESS_LOG": str(folder / "access.jsonl"),
        "SPOOL_DIR": str(folder / "spool"),
        **settings,
    }
    env = surroundings(places, **{f"MOVIE_SERVICE_{key}": value for key, value in wanted.items()})
    with serving(name, [places.python, "-m", "movie_service"], port, env=env, places=places) as server:
        server.answered("/predict", body, headers=headers)
        product = Product(server, folder, headers or {})
        try:
            yield product
        finally:
            product.spare_the_disk()
