"""What exercises 1 and 2 say of faults that no wrong answer of theirs has, in whole texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from checker import Answers, Raised, Reply, sibling
from checker.errors import Finding, NotYet
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "01_prediction_endpoint" / "checks" / "asking.py")
READING, CRASHES = sibling(CHECKS, "reading"), sibling(CHECKS, "crashes")
INFERENCE = sibling(str(ROOT / "exercises" / "02_model_inference" / "checks" / "trees.py"), "test_02_model_inference")
HANDLERS = """
@app.exception_handler(HTTPException)
async def refused(request, error):
    return problem(error.status_code, error.detail)

@app.exception_handler(RequestValidationError)
async def invalid(request, error):
    return problem(422, "no")

raise ValueError("this movie is unknown")
"""
FORM = (
    "application/problem+json with type (about:blank or another URI), title (the status in words), status, detail "
    "and errors"
)
PROBLEM = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No such path.", "errors": []}


def reply(status: int, body: Any, kind: str = "application/json", error: Raised | None = None) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {"content-type": kind}, content, "sent it", "app.py", error)


def told(call: Callable[[], object]) -> Finding:
    with pytest.raises(NotYet) as lost:
        call()
    return lost.value.finding


def crashed(kind: str, message: str, where: str = "") -> tuple[str, str, str]:
    found: tuple[str, str, str] = CRASHES.told(reply(500, b"", error=Raised(kind, message, where)), HANDLERS, "")
    return found


def form(answer: Reply, source: str) -> Finding:
    return told(lambda: READING.expect_problem(answer, (404,), "GET /nothing", source=source))


@pytest.mark.parametrize(
    ("error", "seen", "line", "question"),
    [
        (
            ("ResponseValidationError", "1 validation error:\n  {'input': ({'a': 1}, 503)}\n\n  "
             'File "/w/app.py", line 9, in ready\n    GET /health/ready'),
            "status 500, ResponseValidationError: 1 validation error: {'input': ({'a': 1}, 503)}",
            "app.py:9",
            "Two values behind `return` are one body, and set no status. "
            "What else in this file answers with a status of its own?",
        ),
        (
            ("ResponseValidationError", "1 validation error:\n  {'type': 'missing'}"),
            "status 500, ResponseValidationError: 1 validation error: {'type': 'missing'}",
            "",
            "What does this function hand over, and what does it promise behind the arrow?",
        ),
        (
            ("ValidationError", "Field required", "app.py:3"),
            "status 500, ValidationError: Field required",
            "app.py:3",
            "Which fields does the class on this line promise, and which does it get?",
        ),
        (
            ("TypeError", "StubModel.score() missing 4 required positional arguments", "app.py:3"),
            "status 500, TypeError: StubModel.score() missing 4 required positional arguments",
            "app.py:3",
            "What does this line hand over, and what does the function that it calls take?",
        ),
        (
            ("ValueError", "this movie is unknown", "app.py:10"),
            "status 500, ValueError: this movie is unknown",
            "app.py:10",
            "This line raises on purpose. Which status is right here, and who makes one of this exception?",
        ),
        (
            ("TypeError", "'int' object is not callable", "app.py:3"),
            "status 500, TypeError: 'int' object is not callable",
            "app.py:3",
            "Which value did this line meet that it did not plan for?",
        ),
        (
            ("PydanticSerializationError", "Unable to serialize unknown type: <class 'typing._LiteralGenericAlias'>"),
            "status 500, PydanticSerializationError: Unable to serialize unknown type: "
            "<class 'typing._LiteralGenericAlias'>",
            "",
            "Which field has a type among its rules, and where does a type stand?",
        ),
        (
            ("PydanticInvalidForJsonSchema", "Cannot generate a JsonSchema"),
            "status 500, PydanticInvalidForJsonSchema: Cannot generate a JsonSchema",
            "",
            "Which type stands behind a field of a class, and does JSON have such a type?",
        ),
        (("KeyError", "'x'"), "status 500, KeyError: 'x'", "", "Which value met a step that cannot take it?"),
    ],
)  # fmt: skip
def test_a_crash_is_told_as_what_happened(error: tuple[str, ...], seen: str, line: str, question: str) -> None:
    assert crashed(*error) == (seen, line, question)


def test_a_500_whose_exception_is_not_known_is_not_called_a_choice() -> None:
    assert CRASHES.told(reply(500, b"Internal Server Error"), "", "") == (
        "status 500, Internal Server Error: an exception that nothing in the app took",
        "",
        "Which exception does the log of the service show, and which function raised it?",
    )
    assert CRASHES.told(reply(500, {"title": "no"}), "", "") == (
        "status 500, which the app chose itself",
        "",
        "Who chose this status, and why?",
    )


def test_a_refusal_in_the_frameworks_own_form_was_not_the_handlers() -> None:
    answer = reply(404, {"detail": "Not Found"})

    assert form(answer, HANDLERS) == Finding(
        "sent GET /nothing",
        "status 404, content type 'application/json'",
        FORM,
        "app.py, the handler of what was raised",
        "Your handler was not asked. Which class of exception was raised here, and for which is it registered?",
    )
    assert form(answer, "").next == "Who writes this answer: your code, the schema, or the framework?"


def test_a_refusal_of_ones_own_is_asked_about_what_is_wrong_in_it() -> None:
    plain = form(reply(404, PROBLEM), HANDLERS)
    titled = form(reply(404, PROBLEM | {"title": "Oh"}, "application/problem+json"), HANDLERS)

    assert (plain.where, plain.next) == (
        "app.py, refused",
        "Your code wrote this answer. What in it tells a client how to read the body?",
    )
    assert (titled.seen, titled.where, titled.next) == (
        "status 404, title 'Oh'",
        "app.py, refused",
        "Your code wrote this answer. What does the brief say of the value that is named here?",
    )


def test_a_handler_that_leaves_the_status_out_is_named_also_for_404() -> None:
    assert form(reply(200, PROBLEM), HANDLERS) == Finding(
        "sent GET /nothing",
        "status 200, and a body that refuses",
        "status 404",
        "app.py, refused",
        "It was refused, and this handler wrote the answer. From where does the answer get its status?",
    )
    assert form(reply(200, PROBLEM), "").next == "Who looks at the status of an answer, and who reads its text?"


@pytest.mark.parametrize(
    "source",
    [
        "app.add_exception_handler(RequestValidationError, invalid)",
        "app = FastAPI(exception_handlers={HTTPException: refused, RequestValidationError: invalid})",
        "@app.exception_handler(errors.RequestValidationError)\n@noted\ndef invalid(request, error):",
    ],
)
def test_a_handler_is_known_by_its_name_however_it_is_registered(source: str) -> None:
    assert READING.handler(source, 422) == "invalid"


def test_an_import_or_an_annotation_registers_no_handler() -> None:
    assert READING.handler("from fastapi import HTTPException, Request\ndef f(error: HTTPException, a): ...", 404) == ""


def test_what_a_schema_refuses_is_told_with_its_rule() -> None:
    long = reply(422, {"errors": [{"where": "body.requests", "message": "List should have at most 1000 items"}]})

    found = told(lambda: READING.expect_status(long, (413,), tried="sent it", where="app.py, the batch", next="?"))

    assert found.seen == "status 422: body.requests: List should have at most 1000 items"


@pytest.mark.parametrize(
    ("named", "seen"),
    [
        ("item_like", "mislaid = 'item_like', which names the place, not the number"),
        ("0.7762", "mislaid = '0.7762', which is no name in the manifest"),
        ("age", "mislaid = 'age'"),
    ],
)
def test_a_mislaid_number_is_asked_for_by_whose_it_is(named: str, seen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["age", "item_like", "user_like"]
    monkeypatch.setattr(INFERENCE, "submission_features", lambda submission: names)
    observed = SimpleNamespace(asked=lambda seed, features: "item_like", mislaid=lambda seed, features: "user_like")
    submission = SimpleNamespace(seed=1, answers=lambda: Answers({"mislaid": named}))

    assert told(lambda: INFERENCE.test_mislaid_number_is_named(submission, observed)) == Finding(
        "looked for the number that the starter's row holds where the model reads 'item_like'",
        seen,
        "the name of the feature whose number stood there",
        "answers.toml, mislaid",
        "By which rule does the starter sort its columns? Which name comes at this place by that rule?",
    )
