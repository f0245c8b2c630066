"""The answer of exercise 6 with something changed, and what a check says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from checker import sibling
from checker.errors import Finding
from checker.tests.findings import finding
from course.build.sync import ROOT

EXERCISE = ROOT / "exercises" / "06_ecs"
CHECKS = str(EXERCISE / "checks" / "conftest.py")
CONFTEST, CONTRACT = sibling(CHECKS, "conftest"), sibling(CHECKS, "contract")
SERVICE, TASK = ((ROOT / "solutions" / "06_ecs" / name).read_text("utf-8") for name in ("service.yaml", "taskdef.json"))


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def hand_in(service: str = SERVICE, task: str = TASK, **others: str) -> Any:
    """The answer's two files, or what stands in their place, and further templates."""
    templates = {"service.yaml": service, **{f"{name}.yaml": text for name, text in others.items()}}
    texts = {**templates, "taskdef.json": task}
    return CONFTEST.HandedIn(texts, templates, (("taskdef.json", task, json.loads(task)),))


def told(check: Callable[..., object], given: Any) -> Finding:
    return finding(lambda: check(given, CONTRACT))
