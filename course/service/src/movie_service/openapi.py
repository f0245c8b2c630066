"""The parts of the OpenAPI document that FastAPI cannot infer from our routes.

`/predict` reads its body itself (routes/predict.py says why), and every error is a problem document. Both are
described here, so that /docs and generated clients see what a route of the usual form would have shown.
"""

from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.types import ASGIApp

from movie_service.problems import MEDIA_TYPE
from movie_service.schemas import BatchRequest, Feedback, PredictionRequest, ProblemDetails, Promotion

_REF: Final = "#/components/schemas/{model}"
_DESCRIBED: Final[tuple[type[BaseModel], ...]] = (PredictionRequest, BatchRequest, Feedback, Promotion, ProblemDetails)

_MEANINGS: Final = {
    400: "The body is not JSON.",
    401: "The caller is not known: neither an API key nor a bearer token, or not a valid one.",
    403: "The caller may not do this.",
    408: "The body did not arrive in time.",
    429: "The caller asks too often; Retry-After says when to ask again.",
    404: "There is no such thing here: the movie, or the address.",
    409: "The registry cannot do this: there is no such version, or none to go back to.",
    413: "The body or the batch is too large.",
    415: "The body is not sent as JSON.",
    422: "The body is JSON, but not what the schema asks for.",
    503: "The service cannot answer now: no verified model is loaded, or what must be logged cannot be.",
}


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a route that validates its own body with `model`."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}},
        }
    }


def problems_of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that can answer with these problems."""
    schema = {"$ref": _REF.format(model=ProblemDetails.__name__)}
    return {
        status: {"description": _MEANINGS[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


class DescribedAPI(FastAPI):
    """FastAPI whose document also has the schemas that `body_of` and `problems_of` refer to."""

    batch_limit: int
    # From the inside out; `add_layer` adds to it.
    layers: list[tuple[type, dict[str, Any]]]

    def add_layer(self, layer: type, **words: Any) -> None:
        """Put a layer around all that is there so far.

        `add_middleware` would put it inside of three layers of FastAPI and Starlette (errors, telemetry, size of
        bodies), which the fast route has no use for.
        """
        self.layers.append((layer, words))

    def build_middleware_stack(self) -> ASGIApp:
        """FastAPI's own layers and the routes, and ours around them."""
        app = super().build_middleware_stack()
        for layer, words in self.layers:
            app = layer(app, **words)
        return app

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            _, found = models_json_schema([(model, "validation") for model in _DESCRIBED], ref_template=_REF)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(found["$defs"])
            schemas[BatchRequest.__name__]["properties"]["requests"]["maxItems"] = self.batch_limit
        assert self.openapi_schema is not None
        return self.openapi_schema
