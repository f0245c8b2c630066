"""What the checks of this exercise share: the pipeline that was handed in, and words about its runs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker import Submission


def _sibling(name: str) -> ModuleType:
    # pytest's importlib mode keeps this folder off sys.path.
    spec = importlib.util.spec_from_file_location(f"actions_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    if spec.name not in sys.modules:
        sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules[spec.name]


@pytest.fixture
def paper() -> ModuleType:
    """Runs on paper."""
    return _sibling("pipeline")


@pytest.fixture
def pipeline(submission: Submission, paper: ModuleType) -> Any:
    """All workflows of the hand-in."""
    return paper.read_all(submission)


@pytest.fixture
def images() -> ModuleType:
    """Tests, builds and deployments of a run."""
    return _sibling("images")


@pytest.fixture
def rights() -> ModuleType:
    """Rights, logins and secrets of a job."""
    return _sibling("rights")


@pytest.fixture
def observed() -> ModuleType:
    """How the answers of the observe tasks are computed."""
    return _sibling("answers")
