"""Reads answers of a service: what a page loads, what an OpenAPI document says, whether a refusal has its form."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from checker import Reply, expect


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


def places(reply: Reply) -> list[str]:
    """`where` of every error that also has a message."""
    errors = [one for one in reply.field("errors", list) if isinstance(one, dict)]
    return [str(one.get("where")) for one in errors if isinstance(one.get("message"), str)]


def expect_problem(reply: Reply, statuses: tuple[int, ...], request: str) -> None:
    """End the check unless the reply has one of these statuses and the form of a problem document."""
    wanted = " or ".join(map(str, statuses))
    expect(
        reply.status in statuses,
        tried=f"sent {request}",
        seen=f"status {reply.status}",
        expected=f"status {wanted}",
        where="app.py",
        next="Who looks at the status of an answer, and who reads its text?",
    )
    faults = [] if reply.content_type == "application/problem+json" else [f"content type {reply.content_type!r}"]
    if not faults:
        known = {"type": str, "title": str, "status": int, "detail": str, "errors": list}
        values = {name: reply.field(name, kind) for name, kind in known.items()}
        faults += [f"{name} is empty" for name in ("title", "detail") if not values[name].strip()]
        faults += [f"status {values['status']} in the body"] * (values["status"] != reply.status)
        faults += [f"type {values['type']!r}"] * (
            values["type"] != "about:blank" and not values["type"].startswith("/")
        )
    expect(
        not faults,
        tried=f"sent {request}",
        seen=f"status {reply.status}, {', '.join(faults)}",
        expected="application/problem+json with type, title, status, detail and errors",
        where="app.py, the handlers of refusals",
        next="Who writes this answer: your code, the schema, or the framework?",
    )
