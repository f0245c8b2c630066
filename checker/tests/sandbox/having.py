"""Which levels this machine has."""

from __future__ import annotations

import pytest

from checker.sandbox import levels


def needs(level: str) -> pytest.MarkDecorator:
    """Skips where the level does not work, with the reason."""
    there = levels.reaches(levels.guard(), level) or (level == "namespace" and not levels.namespace_fault())
    return pytest.mark.skipif(not there, reason=f"no {level} here: {levels.why_not()}")
