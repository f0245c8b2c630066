"""YAML texts as values or as nodes, with limits on aliases and merges.

libyaml splits a text into events, four times as fast as PyYAML. What it refuses PyYAML judges again: so a message is
the same on every machine, also where PyYAML was built without libyaml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

MAX_ALIASES = 100
# A hand-written file has hundreds of values; ten nested lists of ten aliases each have ten billion.
MAX_VALUES = 100_000
PARSERS: tuple[type, ...] = (yaml.CSafeLoader, yaml.SafeLoader) if yaml.__with_libyaml__ else (yaml.SafeLoader,)

Found = TypeVar("Found")


class TooManyAliases(Exception):
    """A text has more than `MAX_ALIASES`."""


class TooManyValues(Exception):
    """A text's merge keys write out to more than `MAX_VALUES`."""


class Loader(Composer, SafeConstructor, Resolver):
    """PyYAML's SafeLoader over the events of another parser."""

    def __init__(self, events: Any) -> None:
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self.check_event, self.peek_event, self.get_event = events.check_event, events.peek_event, events.get_event


class Strict(Loader):
    """Counts aliases and merges, and refuses a key given twice, which YAML forbids and PyYAML accepts."""

    aliases = merged = 0

    def flatten_mapping(self, node: Any) -> None:
        super().flatten_mapping(node)
        # Merge keys copy: a table that merges another twice is twice as large, and so on.
        self.merged += len(node.value)
        if self.merged > MAX_VALUES:
            raise TooManyValues

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self.aliases += 1
            if self.aliases > MAX_ALIASES:
                raise TooManyAliases
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge" and key.value.__hash__ and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            if key.value.__hash__:
                seen.add(key.value)
        return super().construct_mapping(node, deep)


class Words(Strict):
    """Reads `on`, `off`, `yes`, `no` and dates as words, as YAML 1.2 does; PyYAML makes booleans of the first four."""


_NOT_WORDS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_WORDS]
    for first, resolvers in Resolver.yaml_implicit_resolvers.items()
}
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
Words.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tTfF"))


class WrittenOut(Words):
    """Writes CloudFormation's short functions out: `!Sub text` becomes {"Fn::Sub": text}."""

    def short_function(self, name: str, node: yaml.Node) -> Any:
        value: Any
        if isinstance(node, yaml.ScalarNode):
            value = self.construct_scalar(node)
            value = value.split(".", 1) if name == "GetAtt" else value
        elif isinstance(node, yaml.SequenceNode):
            value = self.construct_sequence(node, deep=True)
        else:
            assert isinstance(node, yaml.MappingNode)
            value = self.construct_mapping(node, deep=True)
        return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


WrittenOut.add_multi_constructor("!", WrittenOut.short_function)


def value_of(text: str, kind: type[Loader]) -> Any:
    """The value of the text's one document; None for an empty text. It raises what PyYAML raises."""
    return _read(text, kind, lambda loader: loader.get_single_data())


def values_of(text: str, kind: type[Loader]) -> list[Any]:
    """The values of all documents. It raises what PyYAML raises."""
    return _read(text, kind, lambda loader: _each(loader.check_data, loader.get_data))


def nodes_of(text: str, kind: type[Loader] = Loader) -> list[yaml.Node | None]:
    """The nodes of all documents, with their lines; None for an empty one. It raises what PyYAML raises."""
    return _read(text, kind, lambda loader: _each(loader.check_node, loader.get_node))


def _read(text: str, kind: type[Loader], look: Callable[[Loader], Found]) -> Found:
    *quick, last = PARSERS
    for parser in quick:
        try:
            return look(kind(parser(text)))
        except (yaml.YAMLError, UnicodeError):
            pass
    return look(kind(last(text)))


def _each(more: Callable[[], bool], give: Callable[[], Found]) -> list[Found]:
    found = []
    while more():
        found.append(give())
    return found
