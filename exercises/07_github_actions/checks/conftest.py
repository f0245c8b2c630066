"""What the checks of this exercise share: the pipeline that was handed in, and words about its runs."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from checker import Submission, sibling


@pytest.fixture
def paper() -> ModuleType:
    """Runs on paper."""
    return sibling(__file__, "pipeline")


@pytest.fixture
def pipeline(submission: Submission, paper: ModuleType) -> Any:
    """All workflows of the hand-in."""
    return paper.read_all(submission)


@pytest.fixture
def images() -> ModuleType:
    """Tests, builds and deployments of a run."""
    return sibling(__file__, "images")


@pytest.fixture
def rights() -> ModuleType:
    """Rights, logins and secrets of a job."""
    return sibling(__file__, "rights")


@pytest.fixture
def observed() -> ModuleType:
    """How the answers of the observe tasks are computed."""
    return sibling(__file__, "answers")
