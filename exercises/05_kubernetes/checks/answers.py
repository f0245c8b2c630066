"""Computes what the diagnose and observe tasks must find, from the trainee's seed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from checker.kube.rollout import Plan, compute
from checker.kube.rounding import surge_and_unavailable

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
DRAW = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "draw.py"))
CAUSES = {"kiosk": "memory", "phone": "image", "search": "probe"}


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    return causes(seed) | rollout(seed)


def causes(seed: int) -> dict[str, str]:
    """The cause of each of this seed's tickets."""
    return {f"ticket_{letter}": CAUSES[team] for letter, team in DRAW["tickets"](seed).items()}


def rollout(seed: int) -> dict[str, int]:
    """What the rollout of this seed shows, when it goes well and when it does not."""
    good, bad = (compute(plan(seed, ready)) for ready in (5, None))
    return {"least_serving": good.least_serving, "stuck_new": bad.new_pods}


def plan(seed: int, ready_after: int | None) -> Plan:
    """This seed's rollout."""
    drawn = DRAW["rollout"](seed)
    surge, unavailable = surge_and_unavailable(drawn["surge"], drawn["unavailable"], drawn["replicas"])
    return Plan(drawn["replicas"], surge, unavailable, ready_after=ready_after)
