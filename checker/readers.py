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

# `ticket_a = port`: true and false are no texts, nor are inf and nan.
BARE_WORD = re.compile(r"\s*[\w.-]+\s*=\s*(?!(?:true|false|inf|nan)\b)[A-Za-z]")
MAX_DEPTH = 40
MAX_ALIASES = 100
# A hand-written file has a few thousand characters; PyYAML needs seconds for a million.
MAX_CHARACTERS = 400_000
# A hand-written file has hundreds of values; ten nested lists of ten aliases each have ten billion.
MAX_VALUES = 100_000


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


class _Loader(yaml.SafeLoader):
    """SafeLoader that counts aliases and refuses a key given twice, which YAML forbids and PyYAML accepts."""

    aliases = merged = 0

    def flatten_mapping(self, node: Any) -> None:
        super().flatten_mapping(node)
        # Merge keys copy: a table that merges another twice is twice as large, and so on.
        self.merged += len(node.value)
        if self.merged > MAX_VALUES:
            raise _TooManyValues

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self.aliases += 1
            if self.aliases > MAX_ALIASES:
                raise _TooManyAliases
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge" and key.value.__hash__ and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            if key.value.__hash__:
                seen.add(key.value)
        return super().construct_mapping(node, deep)


class _WordsLoader(_Loader):
    """Reads `on`, `off`, `yes`, `no` and dates as words, as YAML 1.2 does; PyYAML makes booleans of the first four."""


_NOT_WORDS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_WordsLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_WORDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_WordsLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tTfF"))


class _TooManyAliases(Exception):
    pass


class _TooManyValues(Exception):
    pass


def read_yaml(name: str, text: str) -> Any:
    """The one document of a YAML text; None for an empty text."""
    return _parsed_yaml(name, text, _one)


def read_yaml_12(name: str, text: str) -> Any:
    """The one document of a YAML text in which `on`, `off`, `yes` and `no` are words: workflows, pipelines."""
    return _parsed_yaml(name, text, _one_of_words)


class _LongLoader(_WordsLoader):
    """Writes CloudFormation's short functions out: `!Sub text` becomes {"Fn::Sub": text}."""


def _written_out(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> Any:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if name == "GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_LongLoader.add_multi_constructor("!", _written_out)


def read_yaml_long(name: str, text: str) -> Any:
    """The one document of a YAML text that may have tags, such as CloudFormation's short functions, written out."""
    return _parsed_yaml(name, text, _one_written_out)


def load_words(text: str) -> list[Any]:
    """All documents of a text of our own, read like `read_yaml_12`; it raises what PyYAML raises.

    CloudFormation's short functions are written out.
    """
    return list(yaml.load_all(text, Loader=_LongLoader))


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
_one = functools.partial(yaml.load, Loader=_Loader)
_one_of_words = functools.partial(yaml.load, Loader=_WordsLoader)
_one_written_out = functools.partial(yaml.load, Loader=_LongLoader)


def _all(text: str) -> list[Any]:
    return list(yaml.load_all(text, Loader=_Loader))


def _nodes(text: str) -> list[yaml.Node]:
    return list(yaml.compose_all(text, Loader=_Loader))


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
    except _TooManyAliases:
        raise _too_complex(name, f"has more than {MAX_ALIASES} aliases") from None
    except _TooManyValues:
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
