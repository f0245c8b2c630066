"""Labels of a series: sorted pairs of name and value, none of them empty."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

NAME = "__name__"
Labels = tuple[tuple[str, str], ...]


def labels_of(pairs: Mapping[str, str], name: str = "") -> Labels:
    """Make labels; an empty value means that there is no such label, as in Prometheus."""
    full = {**pairs, NAME: name} if name else pairs
    return tuple(sorted((key, value) for key, value in full.items() if value))


# A query asks the same series at every moment.
@lru_cache(maxsize=100_000)
def without_name(labels: Labels) -> Labels:
    return without(labels, (NAME,))


@lru_cache(maxsize=100_000)
def only(labels: Labels, names: tuple[str, ...]) -> Labels:
    """What `by (…)` and `on (…)` keep."""
    return tuple(pair for pair in labels if pair[0] in names)


@lru_cache(maxsize=100_000)
def without(labels: Labels, names: tuple[str, ...]) -> Labels:
    """What is left when these names are taken out."""
    return tuple(pair for pair in labels if pair[0] not in names)


def value_of(labels: Labels, name: str) -> str:
    """The value of one label; empty when it is not there."""
    return dict(labels).get(name, "")


def shown(labels: Labels) -> str:
    """As Prometheus writes them: `up{job="api"}`."""
    inside = ", ".join(f'{key}="{value}"' for key, value in labels if key != NAME)
    name = value_of(labels, NAME)
    return f"{name}{{{inside}}}" if inside or not name else name
