"""Parse a trainee's text with limits on depth and aliases; a fault becomes a finding with its line."""

from __future__ import annotations

import copy
import functools
import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

import yaml

from checker import messages as m
from checker.dockerfile import Dockerfile, DockerfileError, read_dockerfile
from checker.errors import Finding, NotYet
from checker.yaml_loader import (
    MAX_ALIASES,
    MAX_VALUES,
    Strict,
    TooManyAliases,
    TooManyValues,
    Words,
    WrittenOut,
    nodes_of,
    value_of,
    values_of,
)

# `ticket_a = port`: true and false are no texts, nor are inf and nan.
BARE_WORD = re.compile(r"\s*[\w.-]+\s*=\s*(?!(?:true|false|inf|nan)\b)[A-Za-z]")
MAX_DEPTH = 40
# A hand-written file has a few thousand characters; PyYAML needs seconds for a million.
MAX_CHARACTERS = 400_000


def read_json(name: str, text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise _not_parsed(name, "JSON", error.lineno, error.msg) from None
    except ValueError as error:
        raise _not_parsed(name, "JSON", 1, _short(error)) from None
    except RecursionError:
        raise _too_complex(name, f"has more than {MAX_DEPTH} levels") from None
    limit(name, value)
    return value


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), -float("inf")):
        raise ValueError(f"{digits[:40]} is too large a number")
    return number


def _short(error: Exception) -> str:
    """What Python says of a value that no parser expects: a number of a million digits, the 99th of a month."""
    return str(error).partition(";")[0].partition(":")[0][:100]


def read_toml(name: str, text: str) -> dict[str, Any]:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # tomllib of 3.11 has the position only in its text: "… (at line 3, column 7)"
        line = str(error).rpartition("at line ")[2].partition(",")[0]
        problem = str(error).partition(" (at ")[0]
        written = text.split("\n")[int(line) - 1] if line.isdigit() else ""
        if problem == "Invalid value" and BARE_WORD.match(written):
            problem = "a text stands in quotes, and here are none"
        raise _not_parsed(name, "TOML", int(line) if line.isdigit() else text.count("\n") + 1, problem) from None
    except ValueError as error:
        raise _not_parsed(name, "TOML", 1, _short(error)) from None
    except RecursionError:
        raise _too_complex(name, f"has more than {MAX_DEPTH} levels") from None
    limit(name, value)
    return value


def read_docker(name: str, text: str) -> Dockerfile:
    try:
        found = read_dockerfile(name, text)
        for stage in found.stages:
            # What is set at its end: a fault on the way is the file's, whichever check asks first.
            stage.state  # noqa: B018
        return found
    except DockerfileError as error:
        raise _not_parsed(name, "Dockerfile", error.line, error.problem) from None


def read_yaml(name: str, text: str) -> Any:
    """The one document of a YAML text; None for an empty text."""
    return _parsed_yaml(name, text, _one)


def read_yaml_12(name: str, text: str) -> Any:
    """The one document of a YAML text in which `on`, `off`, `yes` and `no` are words: workflows, pipelines."""
    return _parsed_yaml(name, text, _one_of_words)


def read_yaml_long(name: str, text: str) -> Any:
    """The one document of a YAML text that may have tags, such as CloudFormation's short functions, written out."""
    return _parsed_yaml(name, text, _one_written_out)


def load_words(text: str) -> list[Any]:
    """All documents of a text of our own, read like `read_yaml_12`; it raises what PyYAML raises.

    CloudFormation's short functions are written out.
    """
    return values_of(text, WrittenOut)


def read_documents(name: str, text: str) -> list[Any]:
    """All documents of a YAML text; an empty one is None, so that a document keeps its number."""
    values: list[Any] = _parsed_yaml(name, text, _all)
    return values


def read_nodes(name: str, text: str) -> list[yaml.Node]:
    """The documents of a YAML text as nodes, for a format that has tags, or rules for scalars, of its own.

    They are read, never changed: whoever asks for the same text gets the same nodes.
    """
    nodes: list[yaml.Node] = _parsed_once(name, text, _nodes)
    return nodes


# What the functions above ask for, each by a name, so that it can be looked up what a text gave before.
Parse = Callable[[str], Any]
_one = functools.partial(value_of, kind=Strict)
_one_of_words = functools.partial(value_of, kind=Words)
_one_written_out = functools.partial(value_of, kind=WrittenOut)
_all = functools.partial(values_of, kind=Strict)
_nodes = functools.partial(nodes_of, kind=Strict)


def _parsed_yaml(name: str, text: str, parse: Parse) -> Any:
    """A copy of one's own: each check reads the same files anew, and parsing them is most of its time."""
    return copy.deepcopy(_parsed_once(name, text, parse))


@functools.lru_cache(maxsize=64)
def _parsed_once(name: str, text: str, parse: Parse) -> Any:
    if len(text) > MAX_CHARACTERS:
        raise _too_complex(name, f"has more than {MAX_CHARACTERS} characters")
    try:
        value = parse(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_parsed(name, "YAML", mark.line + 1 if mark else 1, str(error.problem)) from None
    except yaml.YAMLError as error:
        raise _not_parsed(name, "YAML", 1, str(error).splitlines()[0]) from None
    except TooManyAliases:
        raise _too_complex(name, f"has more than {MAX_ALIASES} aliases") from None
    except TooManyValues:
        raise _too_complex(name, f"expands to more than {MAX_VALUES} values") from None
    except RecursionError:
        raise _too_complex(name, f"has more than {MAX_DEPTH} levels") from None
    except (ValueError, OverflowError) as error:
        raise _not_parsed(name, "YAML", 1, _short(error)) from None
    limit(name, value)
    return value


def limit(name: str, value: Any) -> None:
    """Refuse a value that is too deep, or too big once its aliases are written out."""
    if _deeper_than(value, MAX_DEPTH):
        raise _too_complex(name, f"has more than {MAX_DEPTH} levels")
    if _expanded(value, {}) > MAX_VALUES:
        raise _too_complex(name, f"expands to more than {MAX_VALUES} values")


def _children(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict | list)]


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        # Keyed by identity: a node shared by aliases is followed once, else a laugh doubles at every level.
        level = list({id(child): child for item in level for child in _children(item)}.values())
        if not level:
            return False
    return True


def _expanded(value: Any, known: dict[int, int]) -> int:
    """How many values there are when every alias is written out."""
    if id(value) not in known:
        known[id(value)] = max(1, len(value) if isinstance(value, dict | list) else 1) + sum(
            _expanded(child, known) for child in _children(value)
        )
    return known[id(value)]


def _not_parsed(name: str, kind: str, line: int, problem: str) -> NotYet:
    seen = m.NOT_PARSED.format(line=line, problem=problem)
    where = f"{name}:{line}"
    return NotYet(Finding(f"read {name}", seen, m.NOT_PARSED_EXPECTED.format(kind=kind), where, m.NOT_PARSED_NEXT))


def _too_complex(name: str, problem: str) -> NotYet:
    expected = m.TOO_COMPLEX_EXPECTED.format(depth=MAX_DEPTH, aliases=MAX_ALIASES)
    seen = m.TOO_COMPLEX.format(name=name, problem=problem)
    return NotYet(Finding(f"read {name}", seen, expected, name, m.TOO_COMPLEX_NEXT))
