"""What comes back from a submission, with accessors that turn odd shapes into findings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checker import messages as m
from checker.errors import Finding, NotYet

KINDS = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True)
class Raised:
    """An exception in the submission: its type's name, its text, and the submission's line it passed last."""

    type: str
    message: str
    where: str = ""

    def __str__(self) -> str:
        told = f"{self.type}: {self.message}" if self.message else self.type
        return f"{told}, {self.where}" if self.where else told


@dataclass(frozen=True)
class Array:
    """A numpy array of the submission. `data` is flat, in row order."""

    dtype: str
    shape: tuple[int, ...]
    data: list[Any]


@dataclass(frozen=True)
class Outcome:
    """What an attempt gave: a value, or the exception."""

    value: Any
    error: Raised | None


@dataclass(frozen=True)
class Finished:
    """A script that ran to its end."""

    exit_code: int
    output: str


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    tried: str
    where: str
    error: Raised | None = None
    _cache: list[Any] = field(default_factory=list, repr=False)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip()

    def json(self) -> Any:
        """The body as JSON; a finding when it is none."""
        if not self._cache:
            try:
                self._cache.append(json.loads(self.body))
            except (ValueError, RecursionError):
                start = self.body[:60].decode("utf-8", errors="replace")
                seen = m.NOT_JSON_BODY.format(status=self.status, body=start)
                raise self._finding(seen, m.NOT_JSON_BODY_EXPECTED, m.NOT_JSON_BODY_NEXT) from None
        return self._cache[0]

    def field(self, name: str, kind: type) -> Any:
        """One field of the JSON object; a finding when it is missing or of another kind."""
        body = self.json()
        if not isinstance(body, dict) or name not in body:
            seen = m.NO_FIELD.format(status=self.status, name=name)
            raise self._finding(seen, m.NO_FIELD_EXPECTED.format(name=name), m.NO_FIELD_NEXT)
        return self._of_kind(name, body[name], kind)

    def _of_kind(self, name: str, value: Any, kind: type) -> Any:
        if not is_kind(value, kind):
            seen = m.WRONG_KIND.format(name=name, value=shown(value))
            raise self._finding(seen, m.WRONG_KIND_EXPECTED.format(name=name, kind=KINDS[kind]), m.WRONG_KIND_NEXT)
        return value

    def _finding(self, seen: str, expected: str, next_: str) -> NotYet:
        return NotYet(Finding(self.tried, seen, expected, self.where, next_))


def is_kind(value: Any, kind: type) -> bool:
    """True when a JSON value is of this kind; a whole number passes for a float, true never passes for a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def shown(value: Any, limit: int = 60) -> str:
    """A value as a report shows it: repr, cut."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def decode(value: Any) -> Any:
    """Turn what a worker sent into values: arrays get their type back."""
    if isinstance(value, dict):
        if set(value) == {"$array"}:
            array = value["$array"]
            return Array(str(array["dtype"]), tuple(map(int, array["shape"])), list(array["data"]))
        return {key: decode(item) for key, item in value.items()}
    return [decode(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Answers:
    """The values of answers.toml."""

    values: dict[str, Any]
    where: str = "answers.toml"

    def get(self, key: str, kind: type) -> Any:
        """The answer; a finding when it is missing, still a question mark, or of another kind."""
        tried = f"read {key} in {self.where}"
        value = self.values.get(key)
        if kind is str and isinstance(value, date):
            # TOML has a date without quotes; what is asked for is its text.
            value = value.isoformat()
        if value is None or value == "?":
            seen = m.NO_ANSWER.format(key=key)
            raise NotYet(Finding(tried, seen, m.NO_ANSWER_EXPECTED, self.where, m.NO_ANSWER_NEXT))
        if not is_kind(value, kind):
            seen = m.WRONG_KIND.format(name=key, value=shown(value))
            expected = m.WRONG_KIND_EXPECTED.format(name=key, kind=KINDS[kind])
            raise NotYet(Finding(tried, seen, expected, self.where, _question_of_kind(value, kind)))
        return value


def _question_of_kind(value: Any, kind: type) -> str:
    """What to ask about an answer of another kind: which of three slips it is shows in its form."""
    if isinstance(value, str) and kind in (int, float) and re.fullmatch(r"\s*[-+]?[\d.,_]+\s*", value):
        return m.ANSWER_QUOTED_NEXT
    return m.ANSWER_FRACTION_NEXT if isinstance(value, float) and kind is int else m.ANSWER_KIND_NEXT
