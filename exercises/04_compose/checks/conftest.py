"""What the checks of this exercise share: the modules of this folder, and the stack of a submission."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from checker import Submission, expect, sibling
from checker.errors import Finding


class Rules:
    """The modules of this folder by name: `rules.health.gate_fault(…)`."""

    def __getattr__(self, name: str) -> ModuleType:
        return sibling(__file__, name)


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def stack(submission: Submission) -> Any:
    """The files of this submission as one stack."""
    return sibling(__file__, "stack").Stack.of(submission)


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
