"""The combinations of a job's matrix, for plain lists with include and exclude."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from checker.workflows.expressions import interpolate
from checker.workflows.grammar import ExpressionError
from checker.workflows.values import Unclear

# Of one matrix in one run, as GitHub's limits say.
MOST_JOBS = 256


def combinations(strategy: Any, contexts: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """All combinations, `[{}]` without a matrix; and what could not be computed."""
    matrix = strategy.get("matrix") if isinstance(strategy, Mapping) else None
    try:
        matrix = _resolved(matrix, contexts)
    except (Unclear, ExpressionError) as error:
        return [{}], f"the matrix ({error})"
    if not isinstance(matrix, Mapping):
        return [{}], "the matrix" if matrix else ""
    axes = {
        key: value for key, value in matrix.items() if key not in ("include", "exclude") and isinstance(value, list)
    }
    if math.prod(map(len, axes.values())) > MOST_JOBS:
        return [{}], f"the matrix (more than {MOST_JOBS} jobs, which GitHub refuses)"
    found = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    found = [one for one in found if not any(_fits(one, rule) for rule in matrix.get("exclude") or ())]
    return _included(found, matrix.get("include") or [], set(axes)) or [{}], ""


def _resolved(value: Any, contexts: Mapping[str, Any]) -> Any:
    value = interpolate(value, contexts)
    if isinstance(value, str) and value.startswith("‹"):
        raise Unclear(value)
    if isinstance(value, Mapping):
        return {key: _resolved(one, contexts) for key, one in value.items()}
    return [_resolved(one, contexts) for one in value] if isinstance(value, list) else value


def _fits(combination: Mapping[str, Any], rule: Any) -> bool:
    return isinstance(rule, Mapping) and all(combination.get(key) == value for key, value in rule.items())


def _included(found: list[dict[str, Any]], include: Any, axes: set[str]) -> list[dict[str, Any]]:
    """An entry widens every combination that it does not contradict, else it is one of its own."""
    for entry in include if isinstance(include, list) else []:
        if not isinstance(entry, Mapping):
            continue
        of_axes = {key: value for key, value in entry.items() if key in axes}
        fitting = [one for one in found if axes and _fits(one, of_axes)]
        for one in fitting:
            one.update(entry)
        found += [] if fitting else [dict(entry)]
    return found


def name_of(job_id: str, combination: Mapping[str, Any]) -> str:
    return f"{job_id} ({', '.join(map(str, combination.values()))})" if combination else job_id
