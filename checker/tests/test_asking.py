"""What an exception that a worker reports is told as, by its kind and its line."""

from __future__ import annotations

import pytest

from checker.asking import raised_finding
from checker.errors import Finding

PLANNED = "Which value did this line meet that it did not plan for?"
CALLED = "What does this line hand over, and what does the function that it calls take?"


@pytest.mark.parametrize(
    ("kind", "message", "line", "question"),
    [
        ("ZeroDivisionError", "division by zero", "return 1 / 0", PLANNED),
        ("TypeError", "g() missing 1 required positional argument: 'b'", "g(1)", CALLED),
        ("TypeError", "g() got an unexpected keyword argument 'c'", "g(c=1)", CALLED),
        ("TypeError", "unsupported operand type(s) for +: 'int' and 'str'", "return 1 + name", PLANNED),
        (
            "Refused",
            "no",
            'raise Refused("no")',
            "This line raises on purpose. Which condition leads to it, and is that condition true here?",
        ),
    ],
)
def test_an_exception_is_asked_about_by_its_kind(kind, message, line, question):
    error = {"type": kind, "message": message, "where": "app.py:3"}

    assert raised_finding(error, "called app.f", line) == Finding(
        "called app.f", f"{kind}: {message}", "an answer", "app.py:3", question
    )


def test_a_type_that_json_lacks_is_told_without_the_advice_to_allow_it():
    message = "Unable to generate pydantic-core schema for <class 'numpy.float32'>"
    advice = ". Set `arbitrary_types_allowed=True` in the model_config to ignore this error"
    error = {"type": "PydanticSchemaGenerationError", "message": message + advice, "where": "app.py:4"}

    assert raised_finding(error, "imported app.py", "class Answer(BaseModel):") == Finding(
        "imported app.py",
        f"PydanticSchemaGenerationError: {message}",
        "a file that can be imported",
        "app.py:4",
        "Which type stands behind a field of this class, and does JSON have such a type?",
    )


def test_a_name_that_a_module_lacks_is_asked_for_its_spelling():
    error = {"type": "ImportError", "message": "cannot import name 'dunps' from 'json'", "where": "app.py:1"}

    assert raised_finding(error, "imported app.py").next == "Is the name spelled as the package or file spells it?"
