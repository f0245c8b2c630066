"""How a judged run is repeated on a trainee's own machine."""

from __future__ import annotations

from checker.result import Result


def replay(result: Result, default_profile: str = "self") -> str:
    """One command that gives the same rows: same files, same checks, same seed."""
    profile = f" --profile {result.profile}" if result.profile != default_profile else ""
    return f"checker check {int(result.exercise[:2])} --seed {result.seed}{profile}"
