"""A status 500, told as what happened: the exception, the line where one is known, and the question that fits."""

from __future__ import annotations

import re

from checker import Reply
from checker.asking import line_at

# A handler that returned a dict, a list or a pair: the framework calls it as an answer.
NO_RESPONSE = "It was refused, and a handler was asked. A route may return a dict; what must a handler return?"
# Signs in "type: text" of an exception, each with its question; the first that is found counts.
QUESTIONS = {
    r"is not fully defined": "A text in quotes that stands as a type is read as a class's name. "
    "Which type names texts themselves?",
    r"^TypeError: '\w+' object is not callable": NO_RESPONSE,
    r"^ResponseValidationError.*'input': \(": "Two values behind `return` are one body, and set no status. "
    "What else in this file answers with a status of its own?",
    r"^ResponseValidationError": "What does this function hand over, and what does it promise behind the arrow?",
    r"^ValidationError": "Which fields does the class on this line promise, and which does it get?",
    r"^PydanticInvalidForJsonSchema": "Which type stands behind a field of a class, and does JSON have such a type?",
    r"Unable to serialize unknown type: <class 'typing": "Which field has a type among its rules, "
    "and where does a type stand?",
    r"^TypeError: .*(missing \d+ required|unexpected keyword|takes .* positional)": "What does this line hand over, "
    "and what does the function that it calls take?",
}
# Where FastAPI writes the place of the function whose answer did not fit, at the end of the text.
PLACE = re.compile(r'\s*File "(?:[^"]*/)?([^"/]+\.py)", line (\d+).*', re.DOTALL)


def told(reply: Reply, source: str, crash: str) -> tuple[str, str, str]:
    """What was seen, the line ("" where none is known) and the question, for an answer with status 500.

    `source` is app.py; `crash` is what to ask where the exception passed no line of it.
    """
    error = reply.error
    if error is None:
        if reply.body.strip() == b"Internal Server Error":
            seen = "status 500, Internal Server Error: an exception that nothing in the app took"
            return seen, "", "Which exception does the log of the service show, and which function raised it?"
        return "status 500, which the app chose itself", "", "Who chose this status, and why?"
    found = PLACE.search(error.message)
    message = " ".join(PLACE.sub("", error.message).split())
    line = error.where or (f"{found[1]}:{found[2]}" if found else "")
    text = f"{error.type}: {message}"
    return f"status 500, {text[:200]}", line, _question(text, line, source, crash)


def _question(text: str, line: str, source: str, crash: str) -> str:
    for sign, question in QUESTIONS.items():
        # Called by a line of app.py, it is that line's own fault.
        if re.search(sign, text) and not (question == NO_RESPONSE and line):
            return question
    if line and raises(source, line):
        return "This line raises on purpose. Which status is right here, and who makes one of this exception?"
    if line:
        return "Which value did this line meet that it did not plan for?"
    return crash or "Which value met a step that cannot take it?"


def raises(source: str, line: str) -> bool:
    """Whether this line of app.py ("app.py:17") is a `raise`."""
    name, _, number = line.partition(":")
    return name == "app.py" and line_at(source, number).startswith("raise ")
