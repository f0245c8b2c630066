"""Filter patterns of CloudWatch Logs: which log events a metric filter, a subscription or a search lets through.

`matcher(pattern)` reads a pattern once and returns a function from a log event's text to a truth.
Three kinds, as AWS documents them: terms (`ERROR -ARGUMENTS`), JSON (`{ $.level = "ERROR" }`) and space-delimited
(`[ip, ..., status = 4*]`). checker/tests/cloudwatch/documented_patterns.toml holds every documented example.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from checker.cloudwatch.conditions import regex
from checker.cloudwatch.errors import Refused
from checker.cloudwatch.json_patterns import json_matcher
from checker.cloudwatch.spaced_patterns import spaced_matcher

Matcher = Callable[[str], bool]
MAX_LENGTH = 1024
TERM = re.compile(r'\s*(?P<sign>[?-]?)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]*)%|(?P<word>\w+))(?=\s|$)')
# What begins as a comparison with a field does: `$.level = ERROR`, `level=ERROR`, and `= ERROR` behind a word.
OF_FIELD = re.compile(r"\$|[\w.]*\s*(?:!=|[=<>])")


@dataclass(frozen=True)
class Term:
    """One word or phrase of a pattern; `sign` is "" (must be there), "-" (must not) or "?" (one of these must)."""

    sign: str
    found_in: Matcher


def matcher(pattern: str) -> Matcher:
    """Return what decides whether a log event's text matches; raises Refused for a pattern that AWS refuses."""
    if len(pattern) > MAX_LENGTH:
        raise Refused(f"The pattern has {len(pattern)} characters; {MAX_LENGTH} is the most.")
    text = pattern.strip()
    if text.startswith("{"):
        return json_matcher(text)
    if text.startswith("["):
        return spaced_matcher(text)
    return _terms_matcher(text)


def _terms_matcher(text: str) -> Matcher:
    terms = _terms(text)
    wanted = [term.found_in for term in terms if not term.sign]
    unwanted = [term.found_in for term in terms if term.sign == "-"]
    either = [term.found_in for term in terms if term.sign == "?"]
    if either and not wanted and not unwanted:
        return lambda event: any(found_in(event) for found_in in either)
    # Beside other terms those with a question mark are ignored, says AWS's page.
    return lambda event: all(found_in(event) for found_in in wanted) and not any(one(event) for one in unwanted)


def _terms(text: str) -> list[Term]:
    found: list[Term] = []
    place = 0
    while text[place:].strip():
        match = TERM.match(text, place)
        if not match:
            rest = text[place:].strip()
            if OF_FIELD.match(rest):
                raise Refused(f'{rest!r} cannot be read as a term. A field stands in braces: {{ $.route = "/x" }}.')
            raise Refused(
                f"{rest!r} cannot be read as a term. A term with other characters than letters, digits and _ "
                "stands in double quotes."
            )
        found.append(Term(match["sign"], _finder(match)))
        place = match.end()
    return found


def _finder(match: re.Match[str]) -> Matcher:
    if match["regex"] is not None:
        search = regex(match["regex"]).search
        return lambda event: bool(search(event))
    # Double quotes around nothing, or a blank, match everything.
    phrase = match["word"] or re.sub(r"\\(.)", r"\1", match["quoted"]).strip()
    return lambda event: phrase in event
