"""What the checks of this exercise share: the modules of this folder, and the stack of a submission."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker import Submission, expect
from checker.errors import Finding

# pytest's importlib mode keeps this folder off sys.path; under a name of its own it is in nobody's way.
PACKAGE = "checks_04_compose"


def module(name: str) -> ModuleType:
    """One of answers, stack, names, health, data, doors, develop and running."""
    if PACKAGE not in sys.modules:
        package = ModuleType(PACKAGE)
        package.__path__ = [str(Path(__file__).parent)]
        sys.modules[PACKAGE] = package
    return importlib.import_module(f"{PACKAGE}.{name}")


class Rules:
    """The modules by name: `rules.health.gate_fault(…)`."""

    def __getattr__(self, name: str) -> ModuleType:
        return module(name)


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def stack(submission: Submission) -> Any:
    """The files of this submission as one stack."""
    return module("stack").Stack.of(submission)


@pytest.fixture
def hold() -> Any:
    """Ends the check with a finding, when there is one."""

    def held(finding: Finding | None) -> None:
        if finding:
            expect(
                False,
                tried=finding.tried,
                seen=finding.seen,
                expected=finding.expected,
                where=finding.where,
                next=finding.next,
            )

    return held
