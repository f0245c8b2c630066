"""Evaluates the expressions of GitHub workflows: `github.ref == 'refs/heads/main' && !cancelled()`.

No package on PyPI does this: `act` and actionlint do it in Go, GitHub's own parsers in TypeScript and C#. Written
after GitHub's page "Evaluate expressions in workflows and actions"; the truth tables that the tests compare with are
those of github.com/actions/languageservices, expressions/testdata.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checker.workflows.grammar import ExpressionError, Node, parse
from checker.workflows.values import FUNCTIONS, UNKNOWN, Open, Unclear, compare, to_number, to_text, truth

STATUS = ("success", "failure", "always", "cancelled")
INTERPOLATED = re.compile(r"\$\{\{(?P<inside>(?:'(?:[^']|'')*'|[^'}]|\}(?!\}))*)\}\}", re.DOTALL)

Functions = Mapping[str, Callable[..., Any]]


def evaluate(text: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> Any:
    """The value of an expression without its ${{ }}."""
    return _value(parse(text), contexts, {**FUNCTIONS, **(functions or {})})


def interpolate(text: Any, contexts: Mapping[str, Any], functions: Functions | None = None) -> Any:
    """A text with each ${{ }} replaced; a text that is one ${{ }} and nothing else keeps the value's own type."""
    if not isinstance(text, str) or "${{" not in text:
        return text
    whole = INTERPOLATED.fullmatch(text.strip())
    if whole:
        return evaluate(whole["inside"], contexts, functions)
    return INTERPOLATED.sub(lambda found: to_text(evaluate(found["inside"], contexts, functions)), text)


def condition(text: str, contexts: Mapping[str, Any], functions: Functions) -> bool:
    """What an `if:` decides. Text around a ${{ }} makes it a text, and a text that is not empty is true."""
    stripped = text.strip()
    whole = INTERPOLATED.fullmatch(stripped)
    inner = whole["inside"] if whole else stripped
    if not whole and "${{" in stripped:
        asked = any(asks_status(one) for one in expressions_in(stripped))
        made = truth(to_text(interpolate(stripped, contexts, functions)))
        return made if asked else made and truth(functions["success"]())
    value = truth(evaluate(inner, contexts, functions)) if inner else True
    return value if asks_status(inner) else value and truth(functions["success"]())


def asks_status(text: str) -> bool:
    """Whether a status function is called; if not, GitHub puts `success() &&` before the condition."""
    return any(node.kind == "call" and node.value in STATUS for node in parse(text).walk()) if text.strip() else False


def expressions_in(text: Any) -> list[str]:
    """The texts inside the ${{ }} of a value, and of all values below it."""
    if isinstance(text, Mapping):
        return [one for value in text.values() for one in expressions_in(value)]
    if isinstance(text, list | tuple):
        return [one for value in text for one in expressions_in(value)]
    return [found["inside"] for found in INTERPOLATED.finditer(text)] if isinstance(text, str) else []


def paths_in(expression: str) -> list[str]:
    """The contexts that an expression reads, as dotted paths in lower case: `github.event.pull_request.title`."""
    try:
        return [path for node in parse(expression).walk() if (path := _path(node))]
    except ExpressionError:
        return []


def _path(node: Node) -> str:
    if node.kind == "name":
        return str(node.value).lower()
    if node.kind == "index" and node.parts[1].kind == "literal":
        before = _path(node.parts[0])
        return f"{before}.{to_text(node.parts[1].value).lower()}" if before else ""
    return ""


def _value(node: Node, contexts: Mapping[str, Any], functions: Functions) -> Any:
    if node.kind in ("&&", "||"):
        left = _value(node.parts[0], contexts, functions)
        return _value(node.parts[1], contexts, functions) if truth(left) == (node.kind == "&&") else left
    if node.kind == "name":
        return _context(contexts, node.value)
    values = [_value(part, contexts, functions) for part in node.parts]
    work: dict[str, Callable[[], Any]] = {
        "literal": lambda: node.value,
        "not": lambda: not truth(values[0]),
        "compare": lambda: compare(node.value, *values),
        "index": lambda: _property(values[0], values[1]),
        "star": lambda: _each(values[0]),
        "call": lambda: _called(node.value, values, functions),
    }
    return work[node.kind]()


def _context(contexts: Mapping[str, Any], name: str) -> Any:
    for known, value in contexts.items():
        if known.lower() == name.lower():
            return value
    raise Unclear(f"the context {name}")


def _property(holder: Any, key: Any) -> Any:
    if isinstance(holder, _Filtered):
        return _Filtered([_property(one, key) for one in holder if isinstance(one, Mapping)])
    if isinstance(holder, list):
        place = to_number(key)
        return holder[int(place)] if not math.isnan(place) and 0 <= place < len(holder) else None
    if isinstance(holder, Mapping):
        for known, value in holder.items():
            if str(known).upper() == to_text(key).upper():
                return value
        return _of_open(holder, to_text(key)) if isinstance(holder, Open) else None
    if isinstance(holder, str) and UNKNOWN.fullmatch(holder):
        return f"‹{holder[1:-1]}.{to_text(key)}›"
    return None


def _of_open(holder: Open, key: str) -> str | None:
    may = holder.may_have is None or key.lower() in holder.may_have
    return f"‹{holder.name}.{key}›" if may else None


class _Filtered(list[Any]):
    """What `.*` gives: a property asked of it is asked of each."""


def _each(holder: Any) -> Any:
    if isinstance(holder, str) and UNKNOWN.fullmatch(holder):
        return holder
    values = holder.values() if isinstance(holder, Mapping) else holder if isinstance(holder, list) else ()
    return _Filtered(values)


def _called(name: str, values: Sequence[Any], functions: Functions) -> Any:
    function = functions.get(name)
    if function is None:
        raise Unclear(f"the function {name}()")
    try:
        return function(*values)
    except (TypeError, IndexError, ValueError) as error:
        if isinstance(error, Unclear):
            raise
        raise ExpressionError(f"{name}() cannot work on these values") from None
