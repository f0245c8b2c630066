"""Engines that say what real ones say, so that each message of a live row can be read in full.

What is asked is the reference's deployment.yaml, whose three replicas a real engine would start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import yaml

from checker import sibling
from checker.errors import Verdict
from checker.live import Ran
from course.tests.project import final

CHECKS = str(final.COURSE.project.checks / "x.py")
REFERENCE = final.reference()["deployment.yaml"]
# What the one that asks says: before anything, in the bad deploy, after it, and once a replica was killed.
FIRST, LATER, BACK = (f"answered {count}, failed 0, release 1" for count in (44, 90, 140))
KILLED = "answered 190, failed 3, release 1 (Connection reset by peer)"
COMPOSE = {
    "logs": [(0, FIRST), (0, LATER), (0, BACK), (0, KILLED)],
    "running next": [(0, "n1\n")],
    "inspect": [(0, "running starting\n"), (0, "running unhealthy\n")],
    "running api": [(0, "a1\nb2\nc3\n"), (0, "b2\nc3\n"), (0, "a1\nb2\nc3\n")],
}
# A pod a line: name, command, running since, ready, restarts, ends since.
OLD = [f"old-{one}||14:30|true|0|\n" for one in "abc"]
STARTS, HANGS, ENDS = "new|sleep||false|0|\n", "new|sleep|14:31|false|0|\n", "old-d||14:30|true|0|14:32\n"
PODS = ["".join(pods) for pods in (OLD, [*OLD, STARTS], [*OLD, HANGS], [*OLD, HANGS], [OLD[0].replace("|0|", "|1|")])]
CLUSTER = {"logs": COMPOSE["logs"], "get pods": [(0, one) for one in PODS]}
SAYS = {"compose-drill": COMPOSE, "cluster-drill": CLUSTER}
ROWS = {"compose-drill": "compose", "cluster-drill": "kubernetes"}


def line(text: str) -> str:
    """The place of the first line of the reference that says so."""
    number = next(at for at, one in enumerate(REFERENCE.splitlines(), start=1) if one.strip() == text)
    return f"deployment.yaml:{number}"


@dataclass
class Engine:
    """Says what it is told to: by words of a command its answers in turn, the last one again and again."""

    says: dict[str, list[tuple[int, str]]]
    ran: list[list[str]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=lambda: {"load": "course load"})

    def run(self, argv: list[str], *, timeout: float = 0, input: str = "") -> Ran:
        self.ran.append(list(argv))
        self.given.append(input)
        answers = next((said for words, said in self.says.items() if words in " ".join(argv)), [(0, "")])
        code, output = answers.pop(0) if len(answers) > 1 else answers[0]
        return Ran(code, output, 0.0)

    def until(self, argv: list[str], ok: Any, *, timeout: float = 0) -> Ran:
        looks = [self.run(argv)]
        while not ok(looks[-1]) and len(looks) < 5:
            looks.append(self.run(argv))
        return looks[-1]

    def unique(self, word: str) -> str:
        return word

    def base_for(self, text: str) -> tuple[str, tuple[str, ...]]:
        return text, ()

    def at_end(self, argv: list[str]) -> None:
        """Nothing was made."""


def said(
    row: str, says: dict[str, list[tuple[int, str]]], deployment: str = REFERENCE
) -> tuple[Verdict | None, Engine]:
    """How a live row ends when its engines say this, and the engine with all that it was asked."""
    engine = Engine({words: list(answers) for words, answers in says.items()})
    submission = SimpleNamespace(
        text=lambda _: deployment, documents=lambda _: list(yaml.safe_load_all(deployment)), engine=lambda _: engine,
        replace=lambda _, text: engine.given.append(text),
    )  # fmt: skip
    check = getattr(sibling(CHECKS, "test_12_project_7_live"), f"test_{ROWS[row]}_comes_through_the_drills")
    try:
        check(submission)
    except Verdict as verdict:
        return verdict, engine
    return None, engine
