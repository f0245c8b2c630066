"""Reads answers of a service: what a page loads, what an OpenAPI document says, whether a refusal has its form."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

from checker import Reply, expect, sibling

crashes = sibling(__file__, "crashes")

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
def body_of(reply: Reply) -> dict[str, Any]:
    """The JSON object of an answer; an empty one for every other body."""
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def refusals(reply: Reply) -> list[tuple[str, str]]:
    """Place and message of every fault that a refusal names, in the brief's form or in FastAPI's own."""
    body, found = body_of(reply), []
    for key in ("errors", "detail"):
        entries = body.get(key)
        for one in entries if isinstance(entries, list) else []:
            one = one if isinstance(one, dict) else {}
            where = one.get("where", one.get("loc"))
            where = ".".join(map(str, where)) if isinstance(where, list) else where
            if isinstance(where, str):
                found.append((where, str(one.get("message", one.get("msg")))))
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


def handler(source: str, status: int) -> str:
    """The function of app.py that is registered for refusals with this status; "" where none is."""
    kind = rf"[\w.]*{'ValidationError' if status == 422 else 'HTTPException'}"
    forms = (
        rf"exception_handler\(\s*{kind}\s*\)\s*\n(?:\s*@[^\n]*\n)*\s*(?:async\s+)?def\s+(\w+)",
        rf"add_exception_handler\(\s*{kind}\s*,\s*(\w+)",
        rf"exception_handlers\s*=\s*\{{[^}}]*?{kind}\s*:\s*(\w+)",
    )
    return next((found[1] for found in (re.search(form, source) for form in forms) if found), "")


def handler_of(source: str, status: int, *, asked: bool = True) -> str:
    """`where` of a refusal with this status: the handler's name, unless there is none or it was not `asked`."""
    name = handler(source, status) if asked else ""
    return f"app.py, {name or 'the handler of ' + ('what the schema refuses' if status == 422 else 'what was raised')}"


# Refused all the same, with a status that says something else.
REFUSALS = (400, 403, 404, 405, 406, 409, 413, 415)
OTHER_REFUSAL = "It is refused, with another status. Who chose this one: the schema, or a line of yours?"


# -- the one place that judges statuses -------------------------------------------------------------------------
def expect_status(
    reply: Reply, statuses: tuple[int, ...], *, tried: str, where: str, next: str, expected: str = "", crash: str = "",
    source: str = "",
) -> None:  # fmt: skip
    """End the check unless the reply has one of these statuses. A crash is told first, whatever the check is about."""
    expected = expected or f"status {' or '.join(map(str, statuses))}"
    refused = 422 if 422 in statuses else 404
    if reply.status == 500 and 500 not in statuses:
        seen, line, question = crashes.told(reply, source, crash)
        place = handler_of(source, refused) if question == crashes.NO_RESPONSE else where
        expect(False, tried=tried, seen=seen, expected=expected, where=line or place, next=question)
    sent_off = reply.status == 200 and refused in statuses and body_of(reply).get("status") == refused
    if handler(source, refused) and (sent_off or (refused == 422 and reply.status == 200 and refusals(reply))):
        told = [f"{place}: {message}" for place, message in refusals(reply)][:1]
        expect(
            False,
            tried=tried,
            seen=f"status 200, and a body that refuses{': ' * bool(told)}{''.join(told)[:120]}",
            expected=expected,
            where=handler_of(source, refused),
            next="It was refused, and this handler wrote the answer. From where does the answer get its status?",
        )
    waiting = reply.status == 503 and 503 not in statuses
    expect(
        reply.status in statuses,
        tried=tried,
        seen=_status(reply),
        expected=expected,
        where=where,
        next="Who loads the model, and what tells the app that it is there?" if waiting else next,
    )


def _status(reply: Reply) -> str:
    """The status; of what a schema refused also the first fault, which names the rule."""
    told = [f": {place}: {message}"[:120] for place, message in refusals(reply)] if reply.status == 422 else []
    return f"status {reply.status}{''.join(told[:1])}"


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
    question = _question(reply.status, statuses)
    expect_status(reply, statuses, tried=f"sent {request}", where=where, next=question, source=source)
    faults = [] if reply.content_type == "application/problem+json" else [f"content type {reply.content_type!r}"]
    if not faults:
        known = {"type": str, "title": str, "status": int, "detail": str, "errors": list}
        values = {name: reply.field(name, kind) for name, kind in known.items()}
        faults += [f"{name} is empty" for name in ("title", "detail") if not values[name].strip()]
        faults += [f"status {values['status']} in the body"] * (values["status"] != reply.status)
        faults += [f"type {values['type']!r}"] * (not URI.match(values["type"]))
        faults += [f"title {values['title']!r}"] * (values["title"] not in titles(reply.status))
    # FastAPI's own form of a refusal has this one field: no handler of app.py was asked.
    asked = list(body_of(reply)) != ["detail"]
    expect(
        not faults,
        tried=f"sent {request}",
        seen=f"status {reply.status}, {', '.join(faults)}",
        expected="application/problem+json with type (about:blank or another URI), title (the status in words), "
        "status, detail and errors",
        where=handler_of(source, reply.status, asked=asked),
        next=_question_of_form(asked, bool(handler(source, reply.status)), faults),
    )


def _question_of_form(asked: bool, registered: bool, faults: list[str]) -> str:
    """What to ask about a refusal of another form: who wrote it follows from the form that it has."""
    if not asked and registered:
        return "Your handler was not asked. Which class of exception was raised here, and for which is it registered?"
    if not asked:
        return "Who writes this answer: your code, the schema, or the framework?"
    if faults[:1] and faults[0].startswith("content type"):
        return "Your code wrote this answer. What in it tells a client how to read the body?"
    return "Your code wrote this answer. What does the brief say of the value that is named here?"
