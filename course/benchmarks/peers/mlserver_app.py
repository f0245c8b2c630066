"""mlserver start FOLDER, where FOLDER has the settings that course/benchmarks/peers/catalogue.py writes."""

from __future__ import annotations

from typing import Any

from mlserver import MLModel  # type: ignore[import-not-found]
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput  # type: ignore[import-not-found]

from course.benchmarks.peers.same import Model

KINDS = {"prediction": "FP64", "prediction_class": "INT64", "model_version": "BYTES"}


class Likes(MLModel):  # type: ignore[misc]
    """A row in the open inference protocol: an input per field."""

    async def load(self) -> bool:
        self.model = Model()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        asked: dict[str, Any] = {one.name: one.data[0] for one in payload.inputs}
        said = self.model.answer(asked)
        outputs = [
            ResponseOutput(name=name, shape=[1], datatype=KINDS[name], data=[value]) for name, value in said.items()
        ]
        return InferenceResponse(model_name=self.name, outputs=outputs)
