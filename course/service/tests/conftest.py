"""A small bundle, a stub model and clients, shared by all tests of the service."""

import dataclasses
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from movie_service.access_log import AccessLog
from movie_service.app import Parts, create_app
from movie_service.features import FeatureRows, read_tables
from movie_service.predictor import LightGBMPredictor, load_predictor
from movie_service.registry.catalog import Registry
from movie_service.registry.places import Folder
from movie_service.schemas import EXAMPLE, Occupation, PredictionRequest
from movie_service.settings import Settings

with warnings.catch_warnings():
    # Starlette wants its own fork of httpx, which the locked requirements do not have; the client works alike.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

GENRES = (  # noqa: SIM905 - a list of 19 strings takes a screen
    "unknown Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror "
    "Musical Mystery Romance Sci-Fi Thriller War Western"
).split()
FEATURES = [
    *("age", "gender_m", "occupation", "year"),
    *("genre_" + genre.lower().replace("'", "").replace("-", "_") for genre in GENRES),
    *("user_n", "user_like", "item_n", "item_like", "user_genre_affinity"),
]


def _tables(rng: random.Random) -> dict[str, Any]:
    def genres() -> list[int]:
        flags = [int(rng.random() < 0.15) for _ in GENRES]
        flags[rng.randrange(1, len(GENRES))] = 1
        return flags

    def count_and_like() -> dict[str, float]:
        return {"n": rng.randrange(1, 300), "like": rng.random()}

    users = {
        str(user): {**count_and_like(), "genre_affinity": [rng.uniform(-0.5, 0.5) for _ in GENRES]}
        for user in [*range(1, 40), 259]
    }
    items: dict[str, dict[str, Any]] = {
        str(item): {"title": f"Movie {item}", "year": 1930 + item % 68, "genres": genres(), **count_and_like()}
        for item in [*range(1, 60), 298]
    }
    items["7"]["year"] = None
    return {
        "genres": GENRES,
        "occupations": list(get_args(Occupation)),
        "prior_like": 0.55,
        "users": users,
        "items": items,
    }


def random_requests(count: int, seed: int = 1) -> list[PredictionRequest]:
    """Requests about known movies; every third user is unknown."""
    rng = random.Random(seed)
    return [
        PredictionRequest(
            user_id=rng.randrange(1, 60),
            movie_id=rng.randrange(1, 60),
            age=rng.randrange(1, 121),
            gender=rng.choice("FM"),
            occupation=rng.choice(get_args(Occupation)),
        )
        for _ in range(count)
    ]


def _train(online: bytes, trees: int = 5) -> str:
    # Here and in each test that needs it: with scikit-learn installed it takes seconds, in every worker.
    import lightgbm

    rows = FeatureRows(read_tables(online, "fixture"), FEATURES, "fixture")
    matrix = np.frombuffer(rows.rows(random_requests(3000)), dtype=np.float64).reshape(-1, len(FEATURES))
    noise = np.random.default_rng(2).normal(0, 0.2, len(matrix))
    labels = (matrix[:, -2] + matrix[:, -4] + 0.2 * matrix[:, 1] + noise > 1.0).astype(float)
    data = lightgbm.Dataset(matrix, labels, feature_name=FEATURES, categorical_feature=[FEATURES.index("occupation")])
    options = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 3, "deterministic": True}
    return str(lightgbm.train(options, data, num_boost_round=trees).model_to_string())


def write_manifest(folder: Path, **changes: Any) -> None:
    """Write a manifest that vouches for the files as they are."""
    files = {
        name: {
            "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
            "bytes": (folder / name).stat().st_size,
        }
        for name in ("model.txt", "online.json")
    }
    manifest = {
        "schema": 1,
        "name": "likes-it",
        "version": "1.0.0",
        "features": FEATURES,
        "threshold": 0.5,
        "files": files,
        "training": {"seed": 3, "rows": 3000, "synthetic": True},
        "metrics": {"auc": 0.8},
        "versions": {"lightgbm": version("lightgbm")},
    }
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}, indent=1), encoding="utf-8")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole bundle with a five-tree model; no test changes it."""
    folder = tmp_path_factory.mktemp("bundle") / "model"
    folder.mkdir()
    online = json.dumps(_tables(random.Random(4))).encode()
    (folder / "online.json").write_bytes(online)
    (folder / "model.txt").write_text(_train(online), encoding="utf-8")
    write_manifest(folder)
    return folder


@pytest.fixture
def own_bundle(bundle: Path, tmp_path: Path) -> Path:
    """A copy of the bundle that the test may spoil."""
    return Path(shutil.copytree(bundle, tmp_path / "model"))


@pytest.fixture(scope="session")
def second_bundle(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of version 2.0.0 that gives other scores."""
    folder = Path(shutil.copytree(bundle, tmp_path_factory.mktemp("second") / "model"))
    (folder / "model.txt").write_text(_train((folder / "online.json").read_bytes(), trees=9), encoding="utf-8")
    write_manifest(folder, version="2.0.0")
    return folder


@pytest.fixture
def folder(tmp_path: Path, bundle: Path, second_bundle: Path) -> Path:
    """A registry in a folder whose champion is 1.0.0."""
    registry = Registry(Folder(tmp_path / "live"))
    (tmp_path / "live").mkdir()
    registry.add(bundle)
    registry.add(second_bundle)
    registry.promote("1.0.0")
    return tmp_path / "live"


@pytest.fixture
def vouch() -> Callable[..., None]:
    """Writes a manifest that fits the files of a folder, with the changes that the test wants."""
    return write_manifest


@pytest.fixture(scope="session")
def predictor(bundle: Path) -> LightGBMPredictor:
    return load_predictor(bundle)


@pytest.fixture
def example() -> dict[str, Any]:
    """A request that is right in every field."""
    return dict(EXAMPLE)


@pytest.fixture(scope="session")
def asked() -> list[PredictionRequest]:
    """A thousand different requests."""
    return random_requests(1000, seed=5)


class Stub:
    """The least that create_app takes for a model."""

    version = "stub-1"

    def knows(self, movie_id: int) -> bool:
        return movie_id < 1000

    def score(self, request: PredictionRequest) -> float:
        return request.age / 200

    def score_many(self, requests: Sequence[PredictionRequest]) -> list[float]:
        return [self.score(request) for request in requests]


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
def client_of() -> Iterator[Callable[..., TestClient]]:
    """Makes a client of an application; settings are given as keywords."""

    def make(predictor: Any, *, parts: Parts | None = None, **settings: Any) -> TestClient:
        parts = dataclasses.replace(parts or Parts(), access_log=AccessLog(None))
        app = create_app(settings=Settings(**settings), predictor=predictor, parts=parts)
        return TestClient(app, raise_server_exceptions=False)

    return make


@pytest.fixture
def client(client_of: Callable[..., TestClient], predictor: LightGBMPredictor) -> TestClient:
    """A client of an application with the small model."""
    return client_of(predictor)


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Starts the service on a free port; gives the process and its address."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MOVIE_SERVICE_")}
    started: list[subprocess.Popen[str]] = []

    def start(port: int = 0, **settings: Any) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "movie_service"],
            env=clean
            | {"MOVIE_SERVICE_PORT": str(port)}
            | {f"MOVIE_SERVICE_{name.upper()}": str(value) for name, value in settings.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            found = re.fullmatch(r"listening on (https?://\S+)", json.loads(line)["message"])
            if found:
                return process, found[1]
        raise AssertionError(f"The service ended with status {process.wait()}.")

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def wait_for() -> Callable[[str, str], None]:
    """Waits until the service at an address answers with a version."""

    def wait(url: str, version: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
            connection.request("GET", "/health/ready")
            found = json.load(connection.getresponse()).get("model_version")
            connection.close()
            if found == version:
                return
            time.sleep(0.05)
        raise AssertionError(f"{version} does not answer.")

    return wait


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 on loopback."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket of that S3, as the uploader's --to names it; the environment leads there."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"log-{os.urandom(6).hex()}"
    boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return f"s3://{name}/movies"
