"""The peers: what installs them, what starts them, and how each wants to be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.benchmarks.load import HOST
from course.benchmarks.peers.environments import Package
from course.benchmarks.servers import free_port

APPS = "course.benchmarks.peers"
Words = list[str | Path]


@dataclass(frozen=True)
class Peer:
    """One server: `start` gives its command, `prepare` what runs once before, `body` turns our request into its own."""

    package: Package
    path: str
    start: Callable[[Path, int, Path], Words]
    body: Callable[[dict[str, Any]], Any] = lambda request: request
    prepare: Callable[[Path, int, Path], Words | None] = lambda python, port, folder: None
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def row(self) -> str:
        return f"peer: {self.package.name}"

    def bodies(self, single: list[str]) -> list[str]:
        return [json.dumps(self.body(json.loads(one))) for one in single]


def _tensors(request: dict[str, Any]) -> dict[str, Any]:
    """The open inference protocol has an input per field."""
    kinds = {int: "INT64", str: "BYTES"}
    inputs = [
        {"name": name, "shape": [1], "datatype": kinds[type(value)], "data": [value]} for name, value in request.items()
    ]
    return {"inputs": inputs}


def _litserve(python: Path, port: int, folder: Path) -> Words:
    return [python, "-m", f"{APPS}.litserve_app", str(port)]


def _bentoml(python: Path, port: int, folder: Path) -> Words:
    return [python, "-m", "bentoml", "serve", f"{APPS}.bentoml_app:Likes", "--host", HOST, "--port", str(port)]


def _mlserver(python: Path, port: int, folder: Path) -> Words:
    folder.mkdir(parents=True, exist_ok=True)
    ports = {"http_port": port, "grpc_port": free_port(), "metrics_port": free_port()}
    # No pool of processes beside the server: with one it would copy each request to another process.
    settings = {"host": HOST, **ports, "parallel_workers": 0, "debug": False}
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    model = {"name": "likes", "implementation": f"{APPS}.mlserver_app.Likes"}
    (folder / "model-settings.json").write_text(json.dumps(model), encoding="utf-8")
    return [python.with_name("mlserver"), "start", folder]


def _kserve(python: Path, port: int, folder: Path) -> Words:
    return [python, "-m", f"{APPS}.kserve_app", "--http_port", str(port)]


def _mlflow_model(python: Path, port: int, folder: Path) -> Words:
    return [python, "-m", f"{APPS}.mlflow_app", folder]


def _mlflow(python: Path, port: int, folder: Path) -> Words:
    here = ["-h", HOST, "-p", str(port), "--env-manager", "local", "--workers", "1"]
    return [python.with_name("mlflow"), "models", "serve", "-m", folder, *here]


PEERS = (
    Peer(Package("KServe", "kserve==0.21.0"), "/v1/models/likes:predict", _kserve, lambda one: {"instances": [one]}),
    Peer(Package("MLServer", "mlserver==1.7.1"), "/v2/models/likes/infer", _mlserver, _tensors),
    Peer(Package("LitServe", "litserve==0.2.19"), "/predict", _litserve),
    Peer(
        Package("BentoML", "bentoml==1.4.40"), "/predict", _bentoml, lambda one: {"request": one},
        env={"BENTOML_DO_NOT_TRACK": "True"},
    ),
    Peer(
        Package("mlflow", "mlflow==3.17.2"), "/invocations", _mlflow, lambda one: {"dataframe_records": [one]},
        _mlflow_model, {"MLFLOW_DISABLE_TELEMETRY": "true"},
    ),
)  # fmt: skip
