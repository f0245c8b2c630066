"""What a request must look like and what an answer looks like.

Strict: "21" and true are not numbers here, and a field that nobody knows is refused. A client that sends
`"age": "21"` has a mistake that is cheaper to find today than in a year of odd predictions.
"""

from typing import Annotated, Any, Final, Literal, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict, FailFast, Field, JsonValue, ValidationError, model_validator
from pydantic_core import PydanticCustomError

Gender = Literal["F", "M"]
Occupation = Literal[
    "administrator",
    "artist",
    "doctor",
    "educator",
    "engineer",
    "entertainment",
    "executive",
    "healthcare",
    "homemaker",
    "lawyer",
    "librarian",
    "marketing",
    "none",
    "other",
    "programmer",
    "retired",
    "salesman",
    "scientist",
    "student",
    "technician",
    "writer",
]

Body = TypeVar("Body", bound=BaseModel)

# The largest whole number that every JSON reader keeps exact (RFC 8259, section 6).
LARGEST_ID: Final = 2**53 - 1
OLDEST: Final = 120

EXAMPLE: Final[dict[str, JsonValue]] = {
    "user_id": 259,
    "movie_id": 298,
    "age": 21,
    "gender": "M",
    "occupation": "student",
}


class PredictionRequest(BaseModel):
    """One user and one movie."""

    model_config = ConfigDict(strict=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    user_id: int = Field(ge=1, le=LARGEST_ID, description="Known users get a prediction of their own.")
    movie_id: int = Field(ge=1, le=LARGEST_ID, description="A movie of the model's catalogue.")
    age: int = Field(ge=1, le=OLDEST, description="Age of the user in years.")
    gender: Gender
    occupation: Occupation


class BatchRequest(BaseModel):
    """Many users and movies; the answer keeps their order."""

    model_config = ConfigDict(strict=True, extra="forbid")

    # FailFast stops at the first wrong item: a body of a million wrong items would otherwise cost as many
    # error objects. The upper limit is a setting, so the route checks it.
    requests: Annotated[list[PredictionRequest], Field(min_length=1), FailFast()]


def parse_body(model: type[Body], body: bytes) -> Body:
    """Read a body of JSON; a wrong one raises pydantic's ValidationError.

    JSON has one kind of number, and to JSON Schema 21.0 is an integer. Strict pydantic refuses it, so our own
    schema would promise what we do not keep. Only a refused body is looked at for this: the usual one pays nothing.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if not any(one["type"] == "int_type" and _is_whole(one["input"]) for one in error.errors()):
            raise
    return model.model_validate_json(orjson.dumps(_with_integers(orjson.loads(body))))


def _is_whole(value: object) -> bool:
    # Beyond 2**53 a float no longer says which integer was meant.
    return isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_ID


def _with_integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_integers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_integers(one) for one in value]
    return int(value) if _is_whole(value) else value


class Prediction(BaseModel):
    """What the model says about one user and one movie."""

    model_config = ConfigDict(extra="forbid")

    prediction: float = Field(ge=0, le=1, description="Score that the user likes the movie (rating 4 or 5).")
    prediction_class: Literal[0, 1] = Field(description="1 when the score reaches the model's threshold.")


class PredictionResponse(Prediction):
    """The answer to one request."""

    model_version: str
    inference_time_ms: float = Field(ge=0, description="Time for features and model, not for the request around them.")


class BatchResponse(BaseModel):
    """The answers to a batch, in the order of its requests."""

    model_config = ConfigDict(extra="forbid")

    predictions: list[Prediction]
    model_version: str
    inference_time_ms: float = Field(ge=0)


class Feedback(BaseModel):
    """What came back about an earlier answer: what the user did, or what a person thinks of it."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"request_id": "0f8fad5bd9cb469fa16570867728950e", "label": 1}],
            "anyOf": [{"required": ["label"]}, {"required": ["verdict"]}],
        },
    )

    request_id: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$", description="X-Request-ID of the answer.")
    item: int = Field(default=0, ge=0, le=2**31 - 1, description="Which answer of a batch or stream, counted from 0.")
    # Missing is not the same as null here: null would be feedback that says nothing.
    # Not Literal[0, 1]: that lets false through, which equals 0.
    label: int = Field(
        default=cast(int, None),
        ge=0,
        le=1,
        description="1 when the user liked the movie.",
    )
    verdict: Literal["right", "wrong"] = Field(
        default=cast(Any, None),
        description="What a person says of the answer.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> "Feedback":
        if not self.model_fields_set & {"label", "verdict"}:
            raise PydanticCustomError("feedback", "Give 'label' or 'verdict', or both")
        return self


class Kept(BaseModel):
    """The feedback is in the log."""

    status: Literal["kept"] = "kept"


class Promotion(BaseModel):
    """Which version shall answer."""

    model_config = ConfigDict(strict=True, extra="forbid")

    version: str = Field(pattern=r"^[0-9A-Za-z.+_-]{1,64}$")


class RegisteredVersion(BaseModel):
    """A version of the registry and the names that point to it."""

    version: str
    aliases: list[str]
    sha256: str


class RegistryContent(BaseModel):
    """What the registry holds."""

    versions: list[RegisteredVersion]
    aliases: dict[str, str | None]


class Token(BaseModel):
    """A bearer token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class Alive(BaseModel):
    """The process runs and answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """A verified model is loaded."""

    status: Literal["ready"] = "ready"
    model_version: str


class ModelFacts(BaseModel):
    """Which model answers, and what its manifest says about it."""

    version: str
    threshold: float
    name: str | None = None
    features: list[str] = []
    files: dict[str, Any] = {}
    training: dict[str, Any] = {}
    metrics: dict[str, Any] = {}
    versions: dict[str, Any] = {}


class NamedModel(BaseModel):
    """One of several models; a `reason` says why it cannot answer."""

    name: str
    version: str | None = None
    reason: str | None = None


class NamedModels(BaseModel):
    """All that MODELS names, in its order."""

    models: list[NamedModel]


class FieldError(BaseModel):
    """One fault of a request and its place."""

    where: str
    message: str


class ProblemDetails(BaseModel):
    """Every answer that is not a success (RFC 9457, application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]
