"""python -m course.benchmarks.peers.litserve_app PORT"""

from __future__ import annotations

import sys
from typing import Any

import litserve  # type: ignore[import-not-found]

from course.benchmarks.peers.same import Model


class Likes(litserve.LitAPI):  # type: ignore[misc]
    """One row per request; LitServe batches only when asked to."""

    def setup(self, device: Any) -> None:
        self.model = Model()

    # Without an annotation: LitServe hands it to FastAPI as it stands, and a postponed one is no type to it.
    def decode_request(self, request):  # type: ignore[no-untyped-def]
        return request

    def predict(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.model.answer(request)

    def encode_response(self, output: dict[str, Any]) -> dict[str, Any]:
        return output


if __name__ == "__main__":
    server = litserve.LitServer(Likes(), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False)
