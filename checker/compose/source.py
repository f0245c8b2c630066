"""Reads a Compose file: YAML as Compose reads it, with anchors, merge keys, and the tags !reset and !override.

PyYAML's own values do not serve: it follows YAML 1.1, where `no` is false and `22:22` a number. Compose follows 1.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from checker import readers
from checker.compose.values import Refused, Row, Table
from checker.yaml_loader import MAX_VALUES

MERGE = "tag:yaml.org,2002:merge"
TEXT = "tag:yaml.org,2002:str"
Path = tuple[str, ...]


@dataclass
class Source:
    """One document of a file. `replaced` are the paths that its tags take out of the files before it."""

    name: str
    content: Table
    replaced: list[Path] = field(default_factory=list)
    _left: int = MAX_VALUES

    @staticmethod
    def documents(name: str, text: str) -> list[Source]:
        """All documents of a file that are not empty. A file that is no YAML raises the finding of `readers`."""
        found = []
        for node in readers.read_nodes(name, text):
            source = Source(name, Table(name))
            content = source._value(node, ())
            if content is None:
                continue
            if not isinstance(content, Table):
                raise Refused("the top level is no mapping of keys", f"{name}:{node.start_mark.line + 1}", "kind")
            source.content = content
            found.append(source)
        return found

    def _at(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self._left -= 1
        if self._left < 0 or len(path) > readers.MAX_DEPTH:
            raise Refused("the file repeats itself without end", self._at(node))
        if node.tag == "!override":
            self.replaced.append(path)
        if isinstance(node, yaml.MappingNode):
            return self._table(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self._row(node, path)
        return _scalar(node)

    def _row(self, node: yaml.SequenceNode, path: Path) -> Row:
        row = Row()
        for number, child in enumerate(node.value):
            if child.tag != "!reset":
                row.put(self._value(child, (*path, str(number))), self._at(child))
        return row

    def _table(self, node: yaml.MappingNode, path: Path) -> Table:
        made = Table(self._at(node))
        merged: list[yaml.Node] = []
        for key, child in node.value:
            if key.tag == MERGE:
                merged += child.value if isinstance(child, yaml.SequenceNode) else [child]
                continue
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not isinstance(key, yaml.ScalarNode) or not isinstance(_scalar(key), str):
                raise Refused(f"the key {key.value!r} is no text", self._at(key), "key")
            if name in made:
                raise Refused(f"the key {name!r} stands twice", self._at(key), "key")
            self._put(made, name, key, child, path)
        for other in merged:
            self._merge(made, other, path)
        return made

    def _put(self, made: Table, name: str, key: yaml.Node, child: yaml.Node, path: Path) -> None:
        if child.tag == "!reset":
            self.replaced.append((*path, name))
        else:
            value, at = self._value(child, (*path, name)), self._at(key)
            if isinstance(value, Table):
                # What is missing in a mapping is missing below its key.
                value.here = at
            made.put(name, value, at)

    def _merge(self, made: Table, other: yaml.Node, path: Path) -> None:
        # What is written in the mapping itself wins, and of two merged mappings the first.
        value = self._value(other, path)
        if not isinstance(value, Table):
            raise Refused("<< takes a mapping, or a list of them", self._at(other), "kind")
        for key, item in value.items():
            if key not in made:
                made.put(key, item, value.place(key))


def _scalar(node: yaml.Node) -> Any:
    assert isinstance(node, yaml.ScalarNode)
    text = node.value
    if node.style in ("'", '"', "|", ">") or (node.tag == TEXT and not text.startswith("0o")):
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    return _number(text)


def _number(text: str) -> int | float | str:
    bare = text.replace("_", "")
    octal = bare.lstrip("+-").startswith("0") and bare.lstrip("+-").isdigit() and len(bare) > 1
    try:
        return int(bare, 8 if octal else 0)
    except ValueError:
        pass
    try:
        return float(bare) if bare[:1] in "+-.0123456789" else text
    except ValueError:
        return text
