"""python -m course.benchmarks.peers.kserve_app --http_port PORT; a custom Model, as lgbserver is not on PyPI."""

from __future__ import annotations

from typing import Any

from kserve import Model as Served  # type: ignore[import-not-found]
from kserve import ModelServer

from course.benchmarks.peers.same import Model


class Likes(Served):  # type: ignore[misc]
    """The v1 protocol: a list of instances."""

    def __init__(self) -> None:
        super().__init__("likes")
        self.model = Model()
        self.ready = True

    async def predict(self, payload: dict[str, Any], headers: Any = None, response_headers: Any = None) -> Any:
        return {"predictions": [self.model.answer(one) for one in payload["instances"]]}


if __name__ == "__main__":
    ModelServer(workers=1, enable_grpc=False).start([Likes()])
