"""Reads answers of a service: what a page loads, what an OpenAPI document says, whether a refusal has its form."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

from checker import Reply, expect

# RFC 9110 renamed two statuses; which of the names Python's HTTPStatus gives depends on its version.
TITLES = {
    413: ("Request Entity Too Large", "Payload Too Large", "Content Too Large"),
    422: ("Unprocessable Entity", "Unprocessable Content"),
}
# A URI, or a reference to one within this service.
URI = re.compile(r"[a-z][a-z0-9+.-]*:\S|/")


class Sources(HTMLParser):
    """Collects what a page loads: scripts, styles, pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"script": "src", "img": "src", "link": "href"}.get(tag)
        self.found += [value for name, value in attrs if name == wanted and value]


def at(value: Any, *keys: str) -> dict[str, Any]:
    """Walk into nested objects; an empty one where the way ends."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def resolved(document: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references within the document, a few at most: a circle ends too."""
    for _ in range(5):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        schema = at(document, *reference.lstrip("#/").split("/"))
    return schema


def properties(document: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """The properties of a schema, with those of the schemas that it is put together from."""
    found = dict(at(schema, "properties"))
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else []:
        found |= at(resolved(document, part if isinstance(part, dict) else {}), "properties")
    return found


def limits(schema: dict[str, Any]) -> tuple[float | None, float | None]:
    """The smallest and the largest whole number that a schema allows; None where it does not say."""
    found = []
    for inside, outside, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        limit, first_refused = schema.get(inside), schema.get(outside)
        if not isinstance(limit, int | float) and isinstance(first_refused, int | float):
            limit = first_refused + step
        found.append(limit if isinstance(limit, int | float) else None)
    return found[0], found[1]


def choices(document: Any, schema: dict[str, Any], depth: int = 5) -> set[str]:
    """The texts that a schema allows by name: as a list, as one constant, or as a choice between such."""
    schema = resolved(document, schema)
    listed = schema.get("enum")
    named = [*(listed if isinstance(listed, list) else []), schema.get("const")]
    found = {one for one in named if isinstance(one, str)}
    for key in ("anyOf", "oneOf", "allOf") if depth else ():
        parts = schema.get(key)
        for part in parts if isinstance(parts, list) else []:
            found |= choices(document, part if isinstance(part, dict) else {}, depth - 1)
    return found


# -- refusals ---------------------------------------------------------------------------------------------------
def refusals(reply: Reply) -> list[tuple[str, str]]:
    """Place and message of every fault that a refusal names, in the brief's form or in FastAPI's own."""
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return []
    found = []
    for key, place, message in (("errors", "where", "message"), ("detail", "loc", "msg")):
        entries = body.get(key) if isinstance(body, dict) else None
        for one in entries if isinstance(entries, list) else []:
            where = one.get(place) if isinstance(one, dict) else None
            where = ".".join(map(str, where)) if isinstance(where, list) else where
            if isinstance(where, str):
                found.append((where, str(one.get(message))))
    return found


def places(reply: Reply) -> list[str]:
    """`where` of every error that also has a message."""
    errors = [one for one in reply.field("errors", list) if isinstance(one, dict)]
    return [str(one.get("where")) for one in errors if isinstance(one.get("message"), str)]


def named(reply: Reply) -> str:
    """What `errors` names, in words: also when nothing is in it, or entries of another form."""
    errors, found = reply.field("errors", list), places(reply)
    first = errors[0] if errors else None
    if not errors:
        return "errors is empty"
    if found and "None" not in found:
        return f"errors names {', '.join(map(repr, found[:4]))}"
    keys = ", ".join(map(repr, first)) if isinstance(first, dict) else "no fields"
    return f"errors has {len(errors)} entries without 'where' or 'message'; the first has {keys[:80]}"


def handler_of(source: str, status: int) -> str:
    """The function of app.py that turns refusals with this status into answers, as `where` of a message."""
    kinds = "ValidationError" if status == 422 else "HTTPException"
    found = re.search(rf"exception_handler\(\s*[\w.]*{kinds}\s*\)\s*\n\s*(?:async\s+)?def\s+(\w+)", source)
    if found:
        return f"app.py, {found[1]}"
    return f"app.py, the handler of {'what the schema refuses' if status == 422 else 'what was raised'}"


# Refused all the same, with a status that says something else.
REFUSALS = (400, 403, 404, 405, 406, 409, 413, 415)
OTHER_REFUSAL = "It is refused, with another status. Who chose this one: the schema, or a line of yours?"


# -- the one place that judges statuses -------------------------------------------------------------------------
def expect_status(
    reply: Reply, statuses: tuple[int, ...], *, tried: str, where: str, next: str, expected: str = "", crash: str = ""
) -> None:
    """End the check unless the reply has one of these statuses. A crash is told first, whatever the check is about."""
    if reply.status == 500 and 500 not in statuses:
        error = reply.error
        message = " ".join(error.message.split()) if error else ""
        line = error.where if error else ""
        expect(
            False,
            tried=tried,
            seen=f"status 500, {error.type}: {message[:160]}" if error else "status 500, which the app chose itself",
            expected=expected or _any_of(statuses),
            where=line or where,
            next=_question_of_crash(line, message if error else None, crash),
        )
    waiting = reply.status == 503 and 503 not in statuses
    expect(
        reply.status in statuses,
        tried=tried,
        seen=f"status {reply.status}",
        expected=expected or _any_of(statuses),
        where=where,
        next="Who loads the model, and what tells the app that it is there?" if waiting else next,
    )


def _question_of_crash(line: str, message: str | None, crash: str) -> str:
    """What to ask about a crash, in a line of app.py or outside; without a message the app chose the status itself."""
    if line:
        return "Which value did this line meet that it did not plan for?"
    if message is None:
        return "Who chose this status, and why?"
    if "is not fully defined" in message:
        return "A text in quotes that stands as a type is read as a class's name. Which type names texts themselves?"
    return crash or "Which value met a step that cannot take it?"


def _any_of(statuses: tuple[int, ...]) -> str:
    return f"status {' or '.join(map(str, statuses))}"


def _question(seen: int, wanted: tuple[int, ...]) -> str:
    """What to ask about a status that is not the wanted one."""
    if seen == 200 and 503 in wanted:
        return "What does the model say about whether it is loaded, and who asks before answering?"
    if seen == 404:
        return "Is there a function behind this path, and which method does it take?"
    if seen == 422 and 404 in wanted:
        return "Is this request malformed, or does it ask for something that is not there?"
    if seen == 200 and 422 in wanted:
        return "Which class should have refused this, and does the function take that class?"
    return "Who looks at the status of an answer, and who reads its text?"


def titles(status: int) -> tuple[str, ...]:
    """The words of a status."""
    return TITLES.get(status, (HTTPStatus(status).phrase,))


def expect_problem(
    reply: Reply, statuses: tuple[int, ...], request: str, *, where: str = "app.py", source: str = ""
) -> None:
    """End the check unless the reply has one of these statuses and the form of a problem document."""
    expect_status(reply, statuses, tried=f"sent {request}", where=where, next=_question(reply.status, statuses))
    faults = [] if reply.content_type == "application/problem+json" else [f"content type {reply.content_type!r}"]
    if not faults:
        known = {"type": str, "title": str, "status": int, "detail": str, "errors": list}
        values = {name: reply.field(name, kind) for name, kind in known.items()}
        faults += [f"{name} is empty" for name in ("title", "detail") if not values[name].strip()]
        faults += [f"status {values['status']} in the body"] * (values["status"] != reply.status)
        faults += [f"type {values['type']!r}"] * (not URI.match(values["type"]))
        faults += [f"title {values['title']!r}"] * (values["title"] not in titles(reply.status))
    expect(
        not faults,
        tried=f"sent {request}",
        seen=f"status {reply.status}, {', '.join(faults)}",
        expected="application/problem+json with type (about:blank or another URI), title (the status in words), "
        "status, detail and errors",
        where=handler_of(source, reply.status),
        next="Who writes this answer: your code, the schema, or the framework?",
    )
