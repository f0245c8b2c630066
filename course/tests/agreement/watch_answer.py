"""The answer of exercise 10 with something changed, and what a check says of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from checker import sibling
from checker.cloudformation.reading import read_stack
from checker.errors import Finding
from checker.tests.findings import finding
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "10_cloudwatch" / "checks" / "conftest.py")
CONFTEST, NIGHTS, CONTRACT = (sibling(CHECKS, name) for name in ("conftest", "nights", "contract"))
TEMPLATE = (ROOT / "solutions" / "10_cloudwatch" / "monitoring.yaml").read_text("utf-8")


def watch(old: str, new: str) -> Any:
    """The answer's template with its first `old` changed."""
    assert old in TEMPLATE
    stack = read_stack({"monitoring.yaml": TEMPLATE.replace(old, new, 1)})
    return CONFTEST.Watch(SimpleNamespace(seed=7, random=random.Random(7)), CONTRACT, NIGHTS, stack)


def found(check: Callable[..., object], *given: Any) -> Finding:
    return finding(lambda: check(*given))
