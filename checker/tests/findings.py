"""What a check would be told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checker.errors import Finding, NotYet, Verdict


def finding(action: Callable[[], object], kind: type[Verdict] = NotYet) -> Finding:
    """The finding that the action ends with."""
    with pytest.raises(kind) as ended:
        action()
    return ended.value.finding
