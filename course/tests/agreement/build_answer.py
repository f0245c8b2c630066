"""The answer of exercise 8 with something changed, and what a check says of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker import sibling
from checker.buildspec.__main__ import Folder
from checker.errors import Finding, Verdict
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "08_codebuild" / "checks" / "account.py")
ACCOUNT, GOOD, HANDED_ON, AROUND = (
    sibling(CHECKS, name)
    for name in ("account", "test_08_codebuild", "test_08_codebuild_pipeline", "test_08_codebuild_surroundings")
)
ANSWER = ROOT / "solutions" / "08_codebuild"
IMAGE = '- IMAGE="$REPOSITORY_URI:$CODEBUILD_RESOLVED_SOURCE_VERSION"'


@dataclass(frozen=True)
class HandIn(Folder):
    """The answer with changed texts, whose phases run in a folder."""

    files: dict[str, str] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(8))

    def text(self, name: str) -> str:
        return self.files[name]


def hand_in(folder: Path, changes: dict[str, str]) -> HandIn:
    """The answer with each text of `changes` replaced once, in whichever of its files it stands."""
    files = {name: (ANSWER / name).read_text("utf-8") for name in ("buildspec.yml", "pipeline.yaml")}
    for old, new in changes.items():
        (name,) = (name for name, text in files.items() if old in text)
        files[name] = files[name].replace(old, new, 1)
    return HandIn(folder, files)


def finding(folder: Path, check: Any, changes: dict[str, str]) -> Finding | None:
    """What a check says of the changed answer; None when it is passed."""
    given = hand_in(folder, changes)
    try:
        check(given, ACCOUNT.read_account(given))
    except Verdict as lost:
        return lost.finding
    return None


def alone(check: Any) -> Any:
    """A check that asks for the account and not for the hand-in."""
    return lambda _, account: check(account)


def place_of(given: HandIn, text: str, above: int = 0) -> str:
    """The first line of the template that holds this text, or so many lines above it."""
    lines = given.files["pipeline.yaml"].splitlines()
    return f"pipeline.yaml:{next(number for number, line in enumerate(lines, 1) if text in line) - above}"
