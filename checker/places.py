"""Says on which line of a YAML or JSON text a value stands, so that a message can name it."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from checker.yaml_loader import nodes_of


@dataclass(frozen=True)
class Places:
    """The lines of one text. A path goes from the document's number over keys and list positions to a value."""

    name: str
    documents: tuple[yaml.Node | None, ...]

    @staticmethod
    def of(name: str, text: str) -> Places:
        """Read the text; where it cannot be read, every place is the file's name alone."""
        try:
            # JSON is YAML but for tabs, which stand between its values only.
            return Places(name, tuple(nodes_of(text.replace("\t", " "))))
        except (yaml.YAMLError, RecursionError):
            return Places(name, ())

    def at(self, *path: str | int) -> str:
        """`deployment.yaml:31`: the line of the value at this path, or of the deepest part of it that is there.

        The first step is the number of the document, from 0. For a key it is the line of the key itself.
        """
        number, *steps = path or (0,)
        known = isinstance(number, int) and 0 <= number < len(self.documents)
        node = self.documents[int(number)] if known else None
        if node is None:
            return self.name
        line = node.start_mark.line
        for step in steps:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return f"{self.name}:{line + 1}"


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        child = node.value[step]
        return child.start_mark.line, child
    return None
