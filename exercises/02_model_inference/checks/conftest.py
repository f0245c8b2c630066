"""What the checks of this exercise share: bundles drawn anew, and what the trained model says of a request."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker import Array, Handle, Submission, expect, sibling

Request = dict[str, Any]
# Far below what a wrong number or a rounded one does to a score, far above what another order of additions does.
CLOSE = 1e-12


@pytest.fixture
def bundles() -> ModuleType:
    """The maker of bundles."""
    return sibling(__file__, "bundles")


@dataclass(frozen=True)
class Truth:
    """A bundle as the training wrote it, and the scores that it gives."""

    features: tuple[str, ...]
    online: dict[str, Any]
    model: str
    trees: list[Any] = field(default_factory=list)

    def score(self, request: Request) -> float:
        return self.score_of(self.values(request))

    def values(self, request: Request) -> dict[str, float]:
        named: dict[str, float] = sibling(__file__, "trees").values(self.online, request)
        return named

    def score_of(self, values: dict[str, float]) -> float:
        if not self.trees:
            self.trees.extend(sibling(__file__, "trees").read_trees(self.model))
        result: float = sibling(__file__, "trees").score(self.trees, [values[name] for name in self.features])
        return result

    def differing(self, scores: list[float], requests: list[Request]) -> list[int]:
        """The numbers of the requests whose score is not the model's own."""
        pairs = zip(scores, requests, strict=True)
        return [n for n, (score, request) in enumerate(pairs) if not abs(score - self.score(request)) <= CLOSE]

    def misplaced(self, row: list[Any], request: Request) -> str:
        """The first place of a row that holds another number than the training put there, in words."""
        if not row:
            return ""
        values = self.values(request)
        for place, (held, name) in enumerate(zip(row, self.features, strict=False)):
            if not _same(held, values[name]):
                return f"; its row holds {held!r} at place {place}, where the model reads {name!r}"
        short = f"; its row holds {len(row)} numbers, the model reads {len(self.features)}"
        return short if len(row) != len(self.features) else ""

    def moved(self, row: list[Any], request: Request) -> bool:
        """Whether a row holds the numbers of the training, only at other places."""
        held = [number for number in row if isinstance(number, int | float)]
        return sorted(map(_in_order, held)) == sorted(map(_in_order, self.values(request).values()))

    def draw(self, random: Any, count: int) -> list[Request]:
        requests: list[Request] = sibling(__file__, "answers").DRAW["requests"](self.online, count, random)
        return requests


def _in_order(number: float) -> tuple[bool, float]:
    return math.isnan(number), 0.0 if math.isnan(number) else round(number, 9)


def _same(held: Any, right: float) -> bool:
    if not isinstance(held, int | float):
        return False
    return abs(held - right) <= CLOSE or (math.isnan(held) and math.isnan(right))


@pytest.fixture
def truth() -> Callable[[Any], Truth]:
    """The truth of a made bundle, or of a bundle's folder."""

    def of(bundle: Any) -> Truth:
        if not isinstance(bundle, Path):
            return Truth(bundle.features, bundle.online, bundle.model)
        manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
        online = json.loads((bundle / "online.json").read_text("utf-8"))
        return Truth(tuple(manifest["features"]), online, (bundle / "model.txt").read_text("utf-8"))

    return of


@dataclass(frozen=True)
class Subject:
    """The trainee's inference.py, asked through its four functions."""

    submission: Submission

    def put(self, bundle: Any, folder: str = "model") -> None:
        for name, content in bundle.files().items():
            self.submission.replace(f"{folder}/{name}", content)

    def load(self, folder: str = "model") -> Handle:
        return self.submission.keep("inference.load", folder)

    def predict(self, model: Handle, request: Request) -> dict[str, Any]:
        return _as_answer(self.submission.call("inference.predict", model, request), "predict")

    def row(self, model: Handle, request: Request) -> list[Any]:
        """The row of this request, empty where there is none. It words a message; no verdict depends on it."""
        row = self.submission.attempt("inference.row", model, request).value
        numbers = row.data if isinstance(row, Array) else row
        return numbers if isinstance(numbers, list) else []

    def batch(self, model: Handle, requests: list[Request]) -> list[dict[str, Any]]:
        answers = self.submission.call("inference.predict_batch", model, requests)
        expect(
            isinstance(answers, list) and len(answers) == len(requests),
            tried=f"called predict_batch with {len(requests)} requests",
            seen=f"{len(answers)} answers" if isinstance(answers, list) else f"a {type(answers).__name__}",
            expected=f"a list of {len(requests)} answers",
            where="inference.py, predict_batch",
            next="What does the caller do with answer number 5?",
        )
        return [_as_answer(answer, "predict_batch") for answer in answers]


def _as_answer(value: Any, function: str) -> dict[str, Any]:
    answer = value if isinstance(value, dict) else {}
    score, label = answer.get("prediction"), answer.get("prediction_class")
    a_number = isinstance(score, int | float) and not isinstance(score, bool)
    expect(
        a_number and isinstance(label, int) and not isinstance(label, bool),
        tried=f"called {function}",
        seen=f"the answer {str(value)[:80]}",
        expected="a dict with 'prediction' (one number) and 'prediction_class' (the whole number 0 or 1)",
        where=f"inference.py, {function}",
        next="Which two fields does the brief name for an answer?",
    )
    return answer


@pytest.fixture
def subject(submission: Submission) -> Subject:
    return Subject(submission)


@pytest.fixture
def observed() -> ModuleType:
    """How the answers of the observe tasks are computed."""
    return sibling(__file__, "answers")
