"""Scores the rows of a piece. A row that is wrong gets a sentence instead of a score; none is lost."""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from movie_service.columns import Columns, columns_of
from movie_service.files.formats import FIELDS, Row
from movie_service.predictor import LightGBMPredictor
from movie_service.schemas import PredictionRequest


# --8<-- [start:scored]
def scored(rows: Sequence[Row], model: LightGBMPredictor) -> list[Row]:
    """The rows with what the model says of them, in their order."""
    asked = [{name: row[name] for name in FIELDS} for row in rows]
    errors = [""] * len(rows) if _all_right(asked) else [_error(one) for one in asked]
    errors = [error or _unknown(one, model) for error, one in zip(errors, asked, strict=True)]
    right = [one for one, error in zip(asked, errors, strict=True) if not error]
    columns = Columns(*([one[name] for one in right] for name in FIELDS))
    scores = iter(model.score_rows(model.rows(columns)) if right else ())
    return [
        {**row, **(_answer(next(scores), model) if not error else _refusal(error))}
        for row, error in zip(rows, errors, strict=True)
    ]


# --8<-- [end:scored]


def _all_right(asked: Sequence[dict[str, Any]]) -> bool:
    try:
        return columns_of(orjson.dumps({"requests": asked}, default=str)) is not None
    except TypeError:
        return False


def _error(one: dict[str, Any]) -> str:
    """The first fault, by the same rules as over HTTP."""
    try:
        PredictionRequest.model_validate(one)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{first['loc'][0]}: {first['msg']}."
    return ""


def _unknown(one: dict[str, Any], model: LightGBMPredictor) -> str:
    movie = one["movie_id"]
    return "" if model.knows(movie) else f"Movie {movie} is not in the model's catalogue."


def _answer(score: float, model: LightGBMPredictor) -> Row:
    label = int(score >= model.threshold)
    return {"prediction": score, "prediction_class": label, "model_version": model.version, "error": None}


def _refusal(error: str) -> Row:
    return {"prediction": None, "prediction_class": None, "model_version": None, "error": error}
