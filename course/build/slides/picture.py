"""Reads a picture's YAML file: nodes and arrows on a grid, or bars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from course.build.slides.model import Bar, DeckError, Edge, Group, Node, Picture

KINDS = ("box", "main", "store", "ghost", "good", "bad")
WAYS = ("straight", "below", "above")
T = TypeVar("T")


def read_picture(path: Path, fill: Callable[[str], str]) -> Picture:
    """Read one picture. Raises DeckError naming the file and what to change."""
    where = f"slides/diagrams/{path.name}"
    said = yaml.safe_load(fill(path.read_text(encoding="utf-8")))
    alt = " ".join(str(said.get("alt", "")).split())
    if len(alt.split()) < 8:
        raise DeckError(f"{where}: 'alt' must say what the picture says, in eight words or more. Write it out.")
    nodes = tuple(_node(name, table, where) for name, table in said.get("nodes", {}).items())
    edges = tuple(_edge(table, where) for table in said.get("edges", ()))
    for end in (end for edge in edges for end in (edge.start, edge.end)):
        if end not in {node.name for node in nodes}:
            raise DeckError(f"{where}: an arrow names {end!r}, which is no node. Mend the name.")
    bars = tuple(_bar(table, where) for table in said.get("bars", ()))
    if bool(bars) == bool(nodes):
        raise DeckError(f"{where}: a picture has either nodes or bars. Take one of them.")
    groups = tuple(_group(table, where) for table in said.get("groups", ()))
    columns = max((node.x + node.wide for node in nodes), default=1)
    rows = max((node.y + 1 for node in nodes), default=1)
    return Picture(path.stem, alt, columns, rows, nodes, edges, groups, bars)


def _node(name: str, table: dict[str, Any], where: str) -> Node:
    x, y = table["at"]
    node = _made(
        Node, {**{key: value for key, value in table.items() if key != "at"}, "name": name, "x": x, "y": y}, where
    )
    if node.kind not in KINDS:
        raise DeckError(f"{where}: {name!r} is of the kind {node.kind!r}. Use one of: {', '.join(KINDS)}.")
    return node


def _edge(table: dict[str, Any], where: str) -> Edge:
    said = {**{key: value for key, value in table.items() if key not in {"from", "to"}}}
    edge = _made(Edge, {**said, "start": table["from"], "end": table["to"]}, where)
    if edge.way not in WAYS:
        raise DeckError(f"{where}: an arrow goes {edge.way!r}. Use one of: {', '.join(WAYS)}.")
    return edge


def _bar(table: dict[str, Any], where: str) -> Bar:
    # A measured figure comes as people write it: 1,156 or "0.32".
    return _made(Bar, table | {"value": float(str(table["value"]).replace(",", ""))}, where)


def _group(table: dict[str, Any], where: str) -> Group:
    (x, y), (to_x, to_y) = table["from"], table["to"]
    return _made(Group, {"label": table["label"], "x": x, "y": y, "to_x": to_x, "to_y": to_y}, where)


def _made(kind: type[T], table: dict[str, Any], where: str) -> T:
    try:
        return kind(**table)
    except TypeError as error:
        raise DeckError(f"{where}: {error}. Correct the keys of this entry.") from error
