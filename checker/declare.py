"""What an author writes in a checks file: `check`, `expect`, `partial`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from checker.errors import ExerciseFault, Finding, NotYet, Partial

TIERS = ("room", "full", "stretch")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Check:
    """One declared check. `kind` is graded, guard, stretch or live; `engines` come from exercise.toml.

    `hidden` is one from the instructor's own folder: no trainee sees what it finds.
    """

    id: str
    task: int
    points: int
    tier: str
    after: tuple[str, ...]
    hints: tuple[str, ...]
    why: str
    title: str
    engines: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def kind(self) -> str:
        if self.engines:
            return "live"
        if self.tier == "stretch":
            return "stretch"
        return "graded" if self.points else "guard"


def check(
    *,
    id: str,
    task: int,
    points: int = 0,
    tier: str = "room",
    after: tuple[str, ...] = (),
    hints: tuple[str, ...] = (),
    why: str = "",
) -> Callable[[F], F]:
    """Declare a pytest test as a check. Raises ExerciseFault when the declaration breaks a rule of API.md."""

    def declare(function: F) -> F:
        lines = (function.__doc__ or "").strip().splitlines()
        declared = Check(id, task, points, tier, tuple(after), tuple(hints), why, lines[0] if lines else "")
        _refuse_faults(declared, function.__name__)
        function.__check__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def _refuse_faults(declared: Check, name: str) -> None:
    if not declared.title:
        raise ExerciseFault(f"{name}: a check needs a docstring; its first line is the title that a trainee reads.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", declared.id):
        raise ExerciseFault(f"{name}: the id {declared.id!r} may hold lower case letters, digits and hyphens only.")
    if declared.tier not in TIERS:
        raise ExerciseFault(f"{name}: the tier {declared.tier!r} is none of {', '.join(TIERS)}.")
    if declared.points < 0 or (declared.tier == "stretch" and declared.points):
        raise ExerciseFault(f"{name}: {declared.points} points; a guard and a stretch check have 0, others more.")
    if len(declared.hints) not in (0, 3):
        raise ExerciseFault(f"{name}: {len(declared.hints)} hints; give three (nudge, pointer, example).")


def lacks_hints(declared: Check) -> bool:
    """Whether a check must have hints and has none: guards, live and hidden ones may go without."""
    return not declared.hints and declared.kind in ("graded", "stretch") and not declared.hidden


def expect(ok: object, *, tried: str = "", seen: str = "", expected: str = "", where: str = "", next: str = "") -> None:
    """End the check with `not yet` and these five fields unless `ok` is true."""
    if not ok:
        raise NotYet(Finding(tried, seen, expected, where, next))


def partial(
    earned: int, *, tried: str = "", seen: str = "", expected: str = "", where: str = "", next: str = ""
) -> None:
    """End the check with `earned` of its points and these five fields."""
    raise Partial(earned, Finding(tried, seen, expected, where, next))
