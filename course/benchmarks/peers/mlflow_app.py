"""python -m course.benchmarks.peers.mlflow_app FOLDER: writes what `mlflow models serve` serves."""

from __future__ import annotations

import sys
from typing import Any

import mlflow

from course.benchmarks.peers.same import Model


class Likes(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """A frame of requests, one row each."""

    def load_context(self, context: Any) -> None:
        self.model = Model()

    def predict(self, context: Any, model_input: Any, params: Any = None) -> list[dict[str, Any]]:
        return [self.model.answer(one) for one in model_input.to_dict("records")]


if __name__ == "__main__":
    mlflow.pyfunc.save_model(sys.argv[1], python_model=Likes(), pip_requirements=["mlflow", "lightgbm", "numpy"])
