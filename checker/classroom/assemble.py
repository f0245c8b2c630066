"""Makes the record of a class from what was collected and how each job came out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker.catalog import declared_checks
from checker.classroom.collecting import Collected
from checker.classroom.record import Attempt, Cell, ClassExercise, ClassRun, Submission, result_path
from checker.classroom.times import lateness
from checker.exercise import Exercise
from checker.grade import versions
from checker.result import Result

if TYPE_CHECKING:
    from checker.classroom.run import Grading

LEVELS = ("none", "process", "landlock", "namespace", "container")
NOT_YET = "The run ended before it was judged. Run the same command again: it goes on where it stopped."
EARLIER = "A later attempt counts."
NOTHING = "Nothing was handed in."
ERROR = "A check could not be run: its row says why. Grade again, or set its points by hand."


@dataclass(frozen=True)
class Outcome:
    """How a job came out, without its rows: a class of thousands fits in memory."""

    status: str
    score: int = 0
    max: int = 0
    isolation: str = ""
    says: str = ""

    @classmethod
    def of(cls, result: Result) -> Outcome:
        says = "" if result.status == "graded" else ERROR
        return cls(result.status, result.score, result.max, result.isolation, says)


def assemble(grading: Grading, ended: str) -> ClassRun:
    points = _points(grading)
    shown = [one for one in grading.exercises if any(one.slug in c.hand_ins for c in grading.collected)]
    exercises = tuple(shown or grading.exercises)
    submissions = [_submission(grading, one, exercises, points) for one in grading.collected]
    levels = [outcome.isolation for outcome in grading.outcomes.values() if outcome.isolation]
    return ClassRun(
        profile=grading.options.profile or grading.course.table.get("default_profile", "self"),
        seed=grading.seed,
        isolation=min(levels, key=LEVELS.index, default=""),
        versions=versions(),
        started=grading.earlier.started if grading.earlier else grading.started,
        ended=ended,
        policy=grading.policy,
        exercises=tuple(_exercise(grading, one, points) for one in exercises),
        submissions=tuple(_chosen(submissions, grading.options.rule)),
    )


def _points(grading: Grading) -> dict[str, int]:
    """Exercise -> the points that it has in this profile; from a result where there is one."""
    found: dict[str, int] = {}
    for (_, slug), job in grading.jobs.items():
        outcome = grading.outcomes.get(job.digest)
        if slug not in found and outcome and outcome.max:
            found[slug] = outcome.max
    tiers = grading.course.tiers(grading.options.profile or None)
    for exercise in grading.exercises:
        if exercise.slug not in found:
            declared = declared_checks(exercise).values()
            found[exercise.slug] = sum(one.points for one in declared if one.tier in tiers and not one.engines)
    return found


def _exercise(grading: Grading, exercise: Exercise, points: dict[str, int]) -> ClassExercise:
    decided_by = grading.decided_by[exercise.slug]
    return ClassExercise(exercise.slug, exercise.title, points[exercise.slug], decided_by["checks"], decided_by)


def _submission(
    grading: Grading, one: Collected, exercises: tuple[Exercise, ...], points: dict[str, int]
) -> Submission:
    rule = grading.options.rule
    plays = rule == "best" or one.number == one.of
    cells = tuple(_cell(grading, one, exercise.slug, points[exercise.slug], plays=plays) for exercise in exercises)
    status, says = _status(one, cells, plays=plays)
    return Submission(
        id=one.id, trainee=one.trainee, name=one.found.name, source=one.found.source, form=one.found.form,
        status=status, says=says, digest=one.digest, lms_id=one.found.lms_id,
        received=one.received.isoformat() if one.received else "",
        late=lateness(one.received, grading.policy),
        attempt=Attempt(one.number, one.of, rule, one.number == one.of), notices=one.notices, cells=cells,
    )  # fmt: skip


def _status(one: Collected, cells: tuple[Cell, ...], *, plays: bool) -> tuple[str, str]:
    if one.refused:
        return "refused", one.refused
    if not plays:
        return "not_graded", EARLIER
    for status in ("not_graded", "error"):
        says = next((cell.says for cell in cells if cell.status == status), "")
        if says:
            return status, says
    return "graded", ""


def _cell(grading: Grading, one: Collected, slug: str, points: int, *, plays: bool) -> Cell:
    job = grading.jobs.get((one.id, slug))
    if job is None:
        later = slug in one.hand_ins and not plays
        return Cell(slug, "not_graded" if later else "nothing", 0, points, says=EARLIER if later else NOTHING)
    outcome = grading.outcomes.get(job.digest)
    if outcome is None:
        return Cell(slug, "not_graded", 0, points, says=NOT_YET, job=job.digest)
    path = result_path(one.id, slug) if outcome.isolation else ""
    return Cell(slug, outcome.status, outcome.score, outcome.max or points, path, outcome.says, job.digest)


def _chosen(submissions: list[Submission], rule: str) -> list[Submission]:
    """Mark the attempt that counts: the newest; by `best` the one with most points, of several the newest."""
    if rule == "latest":
        return submissions
    best: dict[str, Submission] = {}
    for one in submissions:
        held = best.get(one.trainee)
        if held is None or (one.status == "graded", one.points) >= (held.status == "graded", held.points):
            best[one.trainee] = one
    return [replace(one, attempt=replace(one.attempt, counts=best[one.trainee] is one)) for one in submissions]
