"""Words of a Dockerfile's instruction: quotes, escapes, and `${NAME:-default}` put in place."""

from __future__ import annotations

import re
from collections.abc import Mapping

VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z_]\w*)(?:(?P<how>:?[-+?])(?P<word>[^{}]*))?\}|(?P<bare>[A-Za-z_]\w*))")


def substituted(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables in place; what has no value becomes empty, as in Docker. `\\$` stays a dollar."""
    return "".join(
        part if literal else VARIABLE.sub(lambda match: _value(match, values), part) for literal, part in _parts(text)
    )


def _parts(text: str) -> list[tuple[bool, str]]:
    """(literal, part): escaped dollars and what stands in single quotes are literal."""
    found: list[tuple[bool, str]] = []
    for match in re.finditer(r"\\\$|'[^']*'|(?:[^\\']|\\(?!\$)|')+?(?=\\\$|'[^']*'|$)", text):
        part = match[0]
        if part == "\\$":
            found.append((True, "$"))
        else:
            found.append((part.startswith("'") and part.endswith("'") and len(part) > 1, part))
    return found


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    value = values.get(match["braced"] or match["bare"])
    how, word = match["how"] or "", match["word"] or ""
    present = value is not None and (value != "" or not how.startswith(":"))
    if how.endswith("+"):
        return word if present else ""
    if how.endswith("-") and not present:
        return word
    return value or ""


def split_words(text: str) -> list[str]:
    """Words between blanks; quotes hold a word together and are dropped, a backslash keeps the next letter."""
    words: list[str] = []
    word, quote, begun, place = "", "", False, 0
    while place < len(text):
        letter = text[place]
        if letter == "\\" and quote != "'" and place + 1 < len(text):
            word, begun, place = word + text[place + 1], True, place + 1
        elif quote:
            word, quote = (word, "") if letter == quote else (word + letter, quote)
        elif letter in "\"'":
            quote, begun = letter, True
        elif letter.isspace():
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + letter, True
        place += 1
    return [*words, word] if begun else words


def pairs(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """`A=1 B="two words"` of ENV and LABEL; the old form `A one value` too."""
    first = re.match(r"\S+", text)
    if first and "=" not in first[0]:
        return {first[0]: substituted(text[first.end() :].strip(), values)}
    found = {}
    for word in split_words(substituted(text, values)):
        name, _, value = word.partition("=")
        found[name] = value
    return found
