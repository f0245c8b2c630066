"""What the checks of this exercise share: the trainee's image as facts, and a colleague's folder as its context."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from checker import Submission, sibling
from checker.dockerfile import read_listing


@pytest.fixture
def image(submission: Submission) -> Any:
    """The image that the trainee's Dockerfile describes, built from a folder like a colleague's."""
    context = submission.context(read_listing(submission.text("context.txt")))
    return sibling(__file__, "image").Image(submission.dockerfile(), context, submission)


@pytest.fixture
def facts() -> ModuleType:
    """What this exercise knows of bases and versions."""
    return sibling(__file__, "image")


@pytest.fixture
def health() -> ModuleType:
    """How a health check is tried."""
    return sibling(__file__, "health")


@pytest.fixture
def secrets() -> ModuleType:
    """Where a secret can stand in a Dockerfile."""
    return sibling(__file__, "secrets")


@pytest.fixture
def rules() -> ModuleType:
    """The linter's rules in the course's words."""
    return sibling(__file__, "rules")


@pytest.fixture
def observed() -> ModuleType:
    """How the answers of the observe tasks are computed."""
    return sibling(__file__, "answers")
