"""python -m bentoml serve course.benchmarks.peers.bentoml_app:Likes --port PORT"""

from __future__ import annotations

from typing import Any

import bentoml  # type: ignore[import-not-found]

from course.benchmarks.peers.same import Model


@bentoml.service(workers=1)
class Likes:
    """One row per request."""

    def __init__(self) -> None:
        self.model = Model()

    @bentoml.api  # type: ignore[untyped-decorator]
    def predict(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.model.answer(request)
