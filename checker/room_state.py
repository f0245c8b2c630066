"""What a room knows: per person the exercise, the check that stops, and since when. Kept in memory, never on disk.

Nothing that a trainee's machine sends is shown: only names that the room itself gave, and checks that the course
declares.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checker.result import VERDICTS

MOST_PEOPLE = 400
# Who was not heard of for so long has left the room, or sits at lunch.
GONE_MINUTES = 45
# The share of the room at which one check is worth everybody's time.
SHARE = 0.2
LOST = ("not_yet", "partial", "too_slow", "broken", "could_not_check")
TOKEN = re.compile(r"[0-9a-f]{32}")
COLORS = (
    "amber", "azure", "black", "blue", "bronze", "brown", "coral", "crimson", "cyan", "golden", "gray", "green",
    "indigo", "ivory", "jade", "lilac", "magenta", "maroon", "olive", "orange", "pink", "purple", "red", "silver",
    "teal", "violet", "white", "yellow",
)  # fmt: skip
BIRDS = (
    "avocet", "bunting", "coot", "crane", "curlew", "dipper", "dove", "eagle", "egret", "falcon", "finch", "gannet",
    "goose", "grebe", "gull", "hawk", "heron", "ibis", "jay", "kestrel", "kite", "lark", "linnet", "magpie", "martin",
    "merlin", "oriole", "osprey", "owl", "pipit", "plover", "puffin", "quail", "raven", "robin", "snipe", "stork",
    "swan", "swift", "teal", "tern", "thrush", "wren",
)  # fmt: skip


class NotHeard(Exception):
    """A message that is not one of ours, or a room that is full."""


@dataclass(frozen=True)
class Known:
    """A check that the course declares: what the wall may name."""

    name: str
    title: str


@dataclass(frozen=True)
class Person:
    """One who joined. `stop` is the first check that is not passed; `since` when it first was, by the room's clock."""

    name: str
    heard: float
    exercise: str = ""
    stop: str = ""
    since: float = 0.0
    passed: int = 0
    of: int = 0


@dataclass(frozen=True)
class Stop:
    """One check and how many it stops, for how many minutes at most."""

    check: Known
    people: int
    longest: int


@dataclass(frozen=True)
class Stuck:
    name: str
    check: Known
    minutes: int


@dataclass(frozen=True)
class Wall:
    """What is shown: numbers, checks of the course, and made-up names."""

    people: int
    done: int
    stops: tuple[Stop, ...]
    stuck: tuple[Stuck, ...]
    shared: tuple[Stop, ...] = field(default=())


class Room:
    """`checks` are the declared checks by exercise and id. Safe to call from several threads."""

    def __init__(self, checks: Mapping[str, Mapping[str, Known]], *, stuck_minutes: int = 10) -> None:
        self.checks, self.stuck_minutes = checks, stuck_minutes
        self._people: dict[str, Person] = {}
        self._lock = threading.Lock()

    def join(self, token: Any, now: float) -> str:
        """The name that a newcomer gets; the same token gets the same name again."""
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise NotHeard("a token has 32 signs of 0-9 and a-f")
        with self._lock:
            if token not in self._people:
                if len(self._people) >= MOST_PEOPLE:
                    self._forget(now)
                if len(self._people) >= MOST_PEOPLE:
                    raise NotHeard("the room is full")
                self._people[token] = Person(self._name(token), now)
            return self._people[token].name

    def _name(self, token: str) -> str:
        number = int(hashlib.sha256(token.encode()).hexdigest(), 16)
        taken = {person.name for person in self._people.values()}
        base = f"{COLORS[number % len(COLORS)]} {BIRDS[number // len(COLORS) % len(BIRDS)]}"
        return next(name for name in (base, *(f"{base} {n}" for n in range(2, MOST_PEOPLE + 2))) if name not in taken)

    def _forget(self, now: float) -> None:
        self._people = {token: one for token, one in self._people.items() if _here(one, now)}

    def hear(self, told: Mapping[str, Any], now: float) -> None:
        """Take a message in. Raises NotHeard for whatever the course does not declare."""
        checks = self.checks.get(told.get("exercise", "")) if isinstance(told.get("exercise"), str) else None
        rows = told.get("rows")
        if checks is None or not isinstance(rows, dict):
            raise NotHeard("no exercise of this course")
        for check, verdict in rows.items():
            if check not in checks or verdict not in VERDICTS:
                raise NotHeard("no check or verdict of this course")
        self.join(told.get("token"), now)
        exercise, token = told["exercise"], told["token"]
        with self._lock:
            self._people[token] = _moved(self._people[token], exercise, _first(checks, rows), rows, now)

    def wall(self, now: float) -> Wall:
        """What is shown at this moment."""
        with self._lock:
            here = [one for one in self._people.values() if _here(one, now)]
        by_check: dict[tuple[str, str], list[Person]] = {}
        for one in here:
            if one.stop:
                by_check.setdefault((one.exercise, one.stop), []).append(one)
        stops = sorted(
            (self._stop(key, people, now) for key, people in by_check.items()),
            key=lambda stop: (-stop.people, -stop.longest, stop.check.name),
        )
        shared = tuple(stop for stop in stops if stop.people >= 2 and stop.people >= SHARE * len(here))
        done = sum(bool(one.of) and one.passed == one.of for one in here)
        return Wall(len(here), done, tuple(stops), self._stuck(here, now), shared)

    def _stop(self, key: tuple[str, str], people: list[Person], now: float) -> Stop:
        exercise, check = key
        return Stop(self.checks[exercise][check], len(people), max(_minutes(one, now) for one in people))

    def _stuck(self, here: list[Person], now: float) -> tuple[Stuck, ...]:
        long = [one for one in here if one.stop and _minutes(one, now) >= self.stuck_minutes]
        found = [Stuck(one.name, self.checks[one.exercise][one.stop], _minutes(one, now)) for one in long]
        return tuple(sorted(found, key=lambda one: (-one.minutes, one.name)))


def _here(person: Person, now: float) -> bool:
    return now - person.heard < GONE_MINUTES * 60


def _minutes(person: Person, now: float) -> int:
    return int((now - person.since) // 60)


def _first(checks: Mapping[str, Known], rows: Mapping[str, str]) -> str:
    """The first check, in the order of the exercise, that is lost; what waits for it stops nobody."""
    return next((check for check in checks if rows.get(check) in LOST), "")


def _moved(person: Person, exercise: str, stop: str, rows: Mapping[str, str], now: float) -> Person:
    same = person.exercise == exercise and person.stop == stop
    passed = sum(verdict in ("passed", "kept") for verdict in rows.values())
    return replace(
        person, heard=now, exercise=exercise, stop=stop, since=person.since if same else now, passed=passed,
        of=len(rows),
    )  # fmt: skip
