"""Which two incidents a trainee gets, and what is right about each: its cause, its first signal, its repair."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

# incident: (first signal, repair), in the words of the brief.
TRUTH = {
    "killed-replica": ("restarts", "nothing"),
    "slow-model": ("latency_inside", "roll_back_release"),
    "memory-leak": ("memory", "roll_back_release"),
    "error-burst": ("server_errors", "roll_back_release"),
    "bad-deploy": ("rollout", "end_rollout"),
    "broken-schema": ("client_errors", "roll_back_client"),
    "network-delay": ("latency_outside", "mend_network"),
    "full-disk": ("withheld", "make_room"),
    "cache-away": ("cache", "restart_cache"),
    "feature-drift": ("feature", "roll_back_tables"),
    "tastes-flip": ("labels", "retrain"),
}
SIGNALS = tuple(signal for signal, _ in TRUTH.values())
REPAIRS = tuple(dict.fromkeys(repair for _, repair in TRUTH.values()))


def drawn(seed: int) -> tuple[str, str]:
    """The two incidents of a seed; in no order that anybody could learn from a neighbor."""
    first, second = random.Random(f"incidents {seed}").sample(sorted(TRUTH), 2)
    return first, second


def answers(seed: int, resources: Mapping[str, Path]) -> dict[str, str]:
    """What stands in answers.toml when all of it is right."""
    right: dict[str, str] = {}
    for place, incident in zip(("first", "second"), drawn(seed), strict=True):
        signal, repair = TRUTH[incident]
        right |= {f"{place}_cause": incident, f"{place}_signal": signal, f"{place}_repair": repair}
    return right
