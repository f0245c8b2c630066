"""Waiting for what another process does, without a guess of how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(holds: Callable[[], bool], seconds: float) -> None:
    """Look again and again until it holds; a test that has waited for so many seconds fails."""
    limit = time.monotonic() + seconds
    while not holds() and time.monotonic() < limit:
        time.sleep(0.02)
    assert holds()
