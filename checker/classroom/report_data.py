"""What a class report counts: of every exercise its checks, of every check who lost it and with which words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median, quantiles

from checker.classroom.overrides import Override
from checker.classroom.record import ClassRun, Submission
from checker.classroom.similarity import Alike
from checker.result import Result, Row

LOST = ("not_yet", "partial", "too_slow", "broken")
# What differs between two messages that say the same thing: quoted words and numbers.
VALUES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\d+(?:[.,:]\d+)*")


@dataclass(frozen=True)
class Trainee:
    """One counted submission with its results. `untouched` are exercises handed in as the starter gives them."""

    submission: Submission
    results: Mapping[str, Result] = field(default_factory=dict)
    minutes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    untouched: frozenset[str] = frozenset()
    overrides: tuple[Override, ...] = ()

    @property
    def id(self) -> str:
        return self.submission.id

    @property
    def name(self) -> str:
        return self.submission.name

    @property
    def place(self) -> tuple[object, ...]:
        """Where a name stands in a list: `Trainee 9` comes before `Trainee 10`."""
        parts = re.split(r"(\d{1,18})", self.name.casefold())
        return (
            *((part.isdecimal(), int(part) if part.isdecimal() else part) for part in parts if part),
            (False, self.id),
        )

    def overridden(self, check: str) -> Override | None:
        return next((one for one in self.overrides if one.check == check), None)


@dataclass(frozen=True)
class Report:
    """All that the page shows. `planned` are the minutes that exercise.toml gives a task such as `05.2`."""

    run: ClassRun
    trainees: tuple[Trainee, ...]
    parts: tuple[Part, ...]
    alike: tuple[Alike, ...]
    planned: Mapping[str, int]


@dataclass(frozen=True)
class Group:
    """Answers that one check lost with the same words. `row` is the first of them; values may differ in others."""

    row: Row
    trainees: tuple[Trainee, ...]
    others: tuple[str, ...]

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(trainee.id for trainee in self.trainees)


@dataclass(frozen=True)
class CheckLine:
    """One check over the class. `lost` leaves out hand-ins that nobody worked on."""

    exercise: str
    row: Row
    verdicts: Mapping[str, int]
    lost: int
    of: int
    groups: tuple[Group, ...]

    @property
    def name(self) -> str:
        return f"{self.exercise[:2]}.{self.row.id}"

    @property
    def share(self) -> float:
        return self.lost / self.of if self.of else 0.0

    def group_of(self, trainee: Trainee) -> int:
        """The number of the group that holds a trainee's answer, from 1; 0 when it was not lost."""
        return next((at for at, group in enumerate(self.groups, start=1) if trainee.id in group.ids), 0)


@dataclass(frozen=True)
class Part:
    """One exercise over the class."""

    slug: str
    title: str
    trainees: tuple[Trainee, ...]
    lines: tuple[CheckLine, ...]

    @property
    def number(self) -> str:
        return self.slug[:2]

    @property
    def max(self) -> int:
        return max((trainee.results[self.slug].max for trainee in self.trainees), default=0)

    @property
    def median(self) -> float:
        return float(median(trainee.results[self.slug].score for trainee in self.trainees)) if self.trainees else 0.0


def parts(trainees: Iterable[Trainee]) -> tuple[Part, ...]:
    """The exercises of which anything was handed in, in their order; who has most points comes first."""
    everybody = tuple(trainees)
    slugs = sorted({slug for trainee in everybody for slug in trainee.results})
    return tuple(_part(slug, [one for one in everybody if slug in one.results]) for slug in slugs)


def _part(slug: str, handed_in: list[Trainee]) -> Part:
    ordered = sorted(handed_in, key=lambda one: (-one.results[slug].score, one.place))
    rows: dict[str, Row] = {}
    for trainee in ordered:
        for row in trainee.results[slug].rows:
            if counts(row):
                rows.setdefault(row.id, row)
    lines = tuple(_line(slug, row, ordered) for row in rows.values())
    return Part(slug, ordered[0].results[slug].title, tuple(ordered), lines)


def counts(row: Row) -> bool:
    """Whether a row belongs to the grade: what the profile leaves out and what is for fun is not in the map."""
    return row.kind == "guard" or (row.kind == "graded" and row.max > 0)


def row_of(trainee: Trainee, slug: str, check_id: str) -> Row | None:
    return next((row for row in trainee.results[slug].rows if row.id == check_id), None)


def _line(slug: str, first: Row, trainees: list[Trainee]) -> CheckLine:
    met = [(trainee, row) for trainee in trainees if (row := row_of(trainee, slug, first.id))]
    worked = [(trainee, row) for trainee, row in met if slug not in trainee.untouched]
    lost = [(trainee, row) for trainee, row in worked if row.verdict in LOST]
    # Untouched starters are in the groups, so that each cell of the map has its evidence, and in no count.
    groups = _groups([(trainee, row) for trainee, row in met if row.verdict in (*LOST, "could_not_check")])
    return CheckLine(slug, first, Counter(row.verdict for _, row in met), len(lost), len(worked), groups)


def _groups(met: list[tuple[Trainee, Row]]) -> tuple[Group, ...]:
    found: dict[tuple[str, str], list[tuple[Trainee, Row]]] = {}
    for trainee, row in met:
        found.setdefault((row.verdict, VALUES.sub("…", row.seen)), []).append((trainee, row))
    # What could not be checked says nothing of the class: it comes last.
    ordered = sorted(found.values(), key=lambda one: (one[0][1].verdict == "could_not_check", -len(one)))
    return tuple(_group(members) for members in ordered)


def _group(members: list[tuple[Trainee, Row]]) -> Group:
    seen = Counter(row.seen for _, row in members)
    most = seen.most_common(1)[0][0]
    first = next(row for _, row in members if row.seen == most)
    return Group(first, tuple(trainee for trainee, _ in members), tuple(text for text in seen if text != most))


def hardest(found: Iterable[Part], count: int = 6) -> list[CheckLine]:
    """The checks that most people lost, by share of those who worked on it; hidden ones are not told."""
    lines = [line for part in found for line in part.lines if line.lost and not line.row.hidden]
    return sorted(lines, key=lambda line: (-line.share, -line.lost, line.name))[:count]


@dataclass(frozen=True)
class TaskTime:
    """Minutes that a task took those who were done with it; the plan is exercise.toml's."""

    task: str
    people: int
    middle: float
    slowest_quarter: float


def times(trainees: Iterable[Trainee]) -> list[TaskTime]:
    """By task, from what the hand-ins themselves remember: median, and from where the slowest quarter begins."""
    found: dict[str, list[float]] = {}
    for trainee in trainees:
        for slug, tasks in trainee.minutes.items():
            for task, minutes in tasks.items():
                found.setdefault(f"{slug[:2]}.{task}", []).append(minutes)
    return [
        TaskTime(task, len(values), median(values), quantiles(values, n=4, method="inclusive")[2])
        for task, values in sorted(found.items())
        if len(values) > 1
    ]
