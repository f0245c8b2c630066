"""What the checks of this exercise share: the trainee's image as facts, and a colleague's folder as its context."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker import Submission
from checker.dockerfile import read_listing


def sibling(name: str) -> ModuleType:
    """Import a file of this folder; pytest's importlib mode keeps the folder off sys.path."""
    spec = importlib.util.spec_from_file_location(f"dockerfile_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    if spec.name not in sys.modules:
        sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules[spec.name]


@pytest.fixture
def image(submission: Submission) -> Any:
    """The image that the trainee's Dockerfile describes, built from a folder like a colleague's."""
    context = submission.context(read_listing(submission.text("context.txt")))
    return sibling("image").Image(submission.dockerfile(), context, submission)


@pytest.fixture
def facts() -> ModuleType:
    """What this exercise knows of bases and versions."""
    return sibling("image")


@pytest.fixture
def health() -> ModuleType:
    """How a health check is tried."""
    return sibling("health")


@pytest.fixture
def secrets() -> ModuleType:
    """Where a secret can stand in a Dockerfile."""
    return sibling("secrets")


@pytest.fixture
def rules() -> ModuleType:
    """The linter's rules in the course's words."""
    return sibling("rules")


@pytest.fixture
def observed() -> ModuleType:
    """How the answers of the observe tasks are computed."""
    return sibling("answers")
