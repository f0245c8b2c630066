"""`maxSurge`, `maxUnavailable`, `minAvailable`: whole numbers or percentages, with Kubernetes' own rounding."""

from __future__ import annotations

from typing import Any

ROLLING = ("spec", "strategy", "rollingUpdate")


def resolved(value: Any, replicas: int, default: str | int, *, up: bool) -> int:
    """The number of pods that a whole number or a percentage of `replicas` means."""
    value = default if value is None else value
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        hundredths = int(value[:-1]) * replicas
        return -(-hundredths // 100) if up else hundredths // 100
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def surge_and_unavailable(surge: Any, unavailable: Any, replicas: int) -> tuple[int, int]:
    """How many pods a rollout may have beyond `replicas`, and how many it may do without.

    A surge is rounded up, the other down. When both become 0, one pod may be missing, or nothing could move.
    """
    more, fewer = resolved(surge, replicas, "25%", up=True), resolved(unavailable, replicas, "25%", up=False)
    return (more, fewer) if more or fewer else (0, 1)
