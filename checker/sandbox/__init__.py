"""What a submission's code cannot reach: levels of isolation, found out and applied right after the fork.

`required()` says at which level to grade, or refuses; `guard()` is the level of one's own `check`.
"""

from __future__ import annotations

from checker.sandbox.levels import LEVELS, builder, disposable, grading, guard, reaches, required, strongest

__all__ = ["LEVELS", "builder", "disposable", "grading", "guard", "reaches", "required", "strongest"]
