"""Which labels a selector takes: plain maps, `matchLabels` and `matchExpressions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def matches(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """A Service's selector: every pair must be there. An empty one selects nothing."""
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def matches_label_selector(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """A LabelSelector as workloads and budgets have it: all pairs and all expressions. An empty one takes all."""
    pairs = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or []
    return all(labels.get(key) == value for key, value in pairs.items()) and all(
        _holds(one, labels) for one in expressions
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    key, values = str(expression.get("key")), expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False


def text(labels: Mapping[str, Any]) -> str:
    """Labels as kubectl writes them: `app=movie,tier=api`."""
    return ",".join(f"{key}={value}" for key, value in labels.items()) or "(none)"


def selector_text(selector: Mapping[str, Any]) -> str:
    """A LabelSelector in one line."""
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for one in selector.get("matchExpressions") or []:
        values = f" ({','.join(map(str, one['values']))})" if one.get("values") else ""
        parts.append(f"{one.get('key')} {one.get('operator')}{values}")
    return ", ".join(parts) or "(everything)"
