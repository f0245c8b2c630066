"""Every error of the checker, as one tree.

CheckerError
├── Misuse            the command or call is wrong: exit 2
│   ├── NoSuchExercise
│   └── NothingHandedIn
└── ExerciseFault     an exercise's own files are wrong: its author must mend them, exit 3

Verdict               raised inside a check, ends it
├── NotYet            the trainee's work does not do it yet
├── Partial           part of the points
├── TooSlow           no answer in time
└── CouldNotCheck     ours or the environment's fault
"""

from __future__ import annotations

from dataclasses import dataclass


class CheckerError(Exception):
    """Something that the person at the keyboard, or an author, can mend. `next_step` is the command to try."""

    exit_code = 3

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step


class Misuse(CheckerError):
    exit_code = 2


class NoSuchExercise(Misuse):
    pass


class NothingHandedIn(Misuse):
    pass


class ExerciseFault(CheckerError):
    pass


@dataclass(frozen=True)
class Finding:
    """What a trainee reads below a row that is not passed."""

    tried: str = ""
    seen: str = ""
    expected: str = ""
    where: str = ""
    next: str = ""


class Verdict(Exception):
    """Ends a check. Carries the finding that the report shows."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.seen)
        self.finding = finding


class NotYet(Verdict):
    pass


class Partial(Verdict):
    def __init__(self, earned: int, finding: Finding) -> None:
        super().__init__(finding)
        self.earned = earned


class TooSlow(Verdict):
    pass


class CouldNotCheck(Verdict):
    pass
