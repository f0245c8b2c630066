"""Judge one folder: collect, run the checks in this trusted process, make the Result."""

from __future__ import annotations

import contextlib
import io
import platform
import random
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from checker.collect import HandIn, collect
from checker.course import Course, find_course
from checker.declare import Check
from checker.errors import ExerciseFault, Misuse
from checker.exercise import Exercise
from checker.live import Engines
from checker.plugin import Run
from checker.result import Result, Row
from checker.services import Services
from checker.submission import Submission
from checker.worker_sources import source
from checker.workers import WorkerSource

# Only what runs the checks: no terminal, no cache, no capture of what workers never write to anyway.
PYTEST_ARGS = (
    "-s", "--assert=plain", "--import-mode=importlib", "--disable-plugin-autoload", "--strict-markers",
    "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:logging", "-p", "no:doctest",
    "-p", "no:junitxml", "-p", "no:warnings", "-p", "no:unraisableexception", "-p", "no:threadexception",
    "-p", "no:debugging", "-p", "no:stepwise", "-p", "no:pastebin", "-p", "no:unittest", "-p", "no:legacypath",
    "-p", "no:tmpdir", "-p", "no:monkeypatch", "-p", "no:recwarn", "-p", "no:setuponly", "-p", "no:setupplan",
    "-p", "no:subtests", "-p", "no:terminalprogress",
)  # fmt: skip


class Grader:
    """Judges folders of one course and keeps the fork servers warm. A context manager."""

    def __init__(
        self, root: Path | Course | None = None, resources: dict[str, Path] | None = None, *,
        isolation: str = "",
    ) -> None:  # fmt: skip
        self.isolation = isolation
        self.course = root if isinstance(root, Course) else find_course(root)
        self.resources = resources or {}
        self._sources: dict[tuple[str, ...], WorkerSource] = {}
        self.engines = Engines(self.course)
        self.services = Services()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for workers in self._sources.values():
            workers.close()
        self._sources.clear()
        self.services.close()

    def grade(
        self, exercise: Exercise | str | int, folder: Path | str, *, seed: int | None = None, task: int | None = None,
        profile: str | None = None, imports: tuple[str, ...] | None = None, until_lost: bool = False,
        live: bool = False,
    ) -> Result:  # fmt: skip
        """Judge `folder` as a hand-in of `exercise`.

        `live` runs its live checks too, on the engines of this machine: for one's own work only.
        `task` limits the rows to one task. `imports` replaces exercise.toml's service_imports (for our own product).
        `until_lost` stops after the first row that is not good, of whatever task: enough to say that a mutant is
        caught.
        Raises Misuse for a folder or task that is not there, ExerciseFault when the checks themselves are at fault.
        """
        found = exercise if isinstance(exercise, Exercise) else self.course.exercise(exercise)
        if task is not None and task not in {t.number for t in found.tasks}:
            numbers = ", ".join(f"{found.number}.{t.number}" for t in found.tasks)
            raise Misuse(
                f"Exercise {found.number} has no task {task}. It has {numbers}.",
                f"checker check {found.number}",
            )
        tiers = self.course.tiers(profile)
        hand_in = collect(found, Path(folder))
        seed = secrets.randbelow(2**31) if seed is None else seed
        started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
        self.engines.forget()
        run = self.run(found, hand_in, seed=seed, task=task, imports=imports, live=live)
        run.until_lost = until_lost
        _run_pytest(found, run)
        # By task, whatever file a check stands in; evidence of real engines comes last.
        ordered = sorted(run.rows.values(), key=lambda one: (one.kind == "live", one.task))
        rows = tuple(
            _counted(row, tiers, hand_in) for row in ordered if until_lost or task in (None, row.task) or _stops(row)
        )
        broken = any(row.verdict == "could_not_check" and row.kind != "live" for row in rows)
        return Result(
            exercise=found.slug,
            title=found.title,
            status="error" if broken else "graded",
            profile=profile or self.course.table.get("default_profile", "self"),
            seed=seed,
            isolation=self._isolation(found),
            submission={"sha256": hand_in.digest, "files": hand_in.digests},
            checks_sha256=found.checks_digest(),
            versions=versions() | self.engines.versions(),
            started=started,
            duration_s=round(time.monotonic() - clock, 3),
            rows=rows,
            notes=hand_in.notes,
        )

    def run(
        self, exercise: Exercise, hand_in: HandIn, *, seed: int, task: int | None = None,
        imports: tuple[str, ...] | None = None, live: bool = False,
    ) -> Run:  # fmt: skip
        resources = {name: self.course.resource(name, self.resources) for name in exercise.resources}
        allowed = exercise.service_imports if imports is None else imports
        workers = self._source(exercise)

        def make(rng: random.Random, declared: Check | None) -> Submission:
            return Submission(
                exercise, hand_in, workers, rng=rng, allowed=allowed, resources=resources, engines=self.engines,
                declared=declared, services=self.services,
            )  # fmt: skip

        return Run(
            make,
            seed,
            None if task is None else frozenset({task}),
            dict(exercise.live),
            live=live,
            extra=exercise.extra,
        )

    def _isolation(self, exercise: Exercise) -> str:
        """What every result prints: `container` stands for the machine, whatever shuts its workers off besides."""
        return "container" if self.isolation == "container" else self._source(exercise).isolation

    def _source(self, exercise: Exercise) -> WorkerSource:
        if exercise.preload not in self._sources:
            self._sources[exercise.preload] = source(exercise.preload, self.isolation)
        return self._sources[exercise.preload]


def grade(
    exercise: Exercise | str | int, folder: Path | str, *, seed: int | None = None, task: int | None = None,
    profile: str | None = None, resources: dict[str, Path] | None = None,
) -> Result:  # fmt: skip
    """Judge one folder with a fresh Grader of the course that the current folder lies in."""
    with Grader(resources=resources) as grader:
        return grader.grade(exercise, folder, seed=seed, task=task, profile=profile)


def plain_run(folder: Path, arguments: list[Path]) -> tuple[Run, Callable[[], None]]:
    """For `pytest CHECKS --submission FOLDER`: the Run to register and how to close it."""
    grader = Grader(arguments[0].resolve() if arguments else None)
    checks = next((path.resolve() for path in arguments if "checks" in path.resolve().parts), None)
    if checks is None:
        raise Misuse(
            "--submission needs the checks of one exercise.",
            "pytest exercises/NN_slug/checks --submission FOLDER",
        )
    slug = checks.parts[checks.parts.index("checks") - 1]
    exercise = grader.course.exercise(slug)
    return grader.run(exercise, collect(exercise, folder), seed=secrets.randbelow(2**31)), grader.close


class _NoTracebacks:
    """Nobody sees the traceback of a lost check, and writing one parses the whole file of checks: 0.1 s each."""

    @staticmethod
    def pytest_configure(config: pytest.Config) -> None:
        # The option --tb belongs to the terminal plugin, which is off.
        config.option.tbstyle = "no"


def _run_pytest(exercise: Exercise, run: Run) -> None:
    arguments = [
        *PYTEST_ARGS,
        "--rootdir",
        str(exercise.folder),
        "-c",
        str(Path(__file__).with_name("checks.ini")),
    ]
    _forget_stale_checks(exercise)
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main([*arguments, *map(str, exercise.check_folders)], plugins=[run, _NoTracebacks()])
    if run.faults or code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        fault = run.faults[0] if run.faults else f"pytest ended with code {int(code)}"
        raise ExerciseFault(f"The checks of {exercise.slug} cannot be run: {fault}")


_LAST: list[tuple[tuple[str, ...], str]] = []


def _forget_stale_checks(exercise: Exercise) -> None:
    """Import checks anew when they were edited, or are another exercise's: pytest finds modules by short names."""
    key = (tuple(map(str, exercise.check_folders)), exercise.checks_digest())
    if _LAST and _LAST[0] != key:
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(_LAST[0][0]):
                del sys.modules[name]
    _LAST[:] = [key]


def _stops(row: Row) -> bool:
    """Of another task than the one that was asked for, and the reason why that one waits."""
    return not row.good and row.verdict != "waits_for"


def _counted(row: Row, tiers: tuple[str, ...], hand_in: HandIn) -> Row:
    """Apply profile and help: rows of other tiers have no points, a helped task earns none."""
    if row.tier not in tiers:
        row = replace(row, earned=0, max=0)
    helped = hand_in.helped.get(row.task, "")
    return replace(row, earned=0, helped=helped) if helped else row


def versions() -> dict[str, str]:
    """Of what judges: Python, pytest and the checker."""
    found = {"python": platform.python_version(), "pytest": pytest.__version__}
    try:
        found["checker"] = version("course-checker")
    except PackageNotFoundError:
        found["checker"] = "not installed"
    return found
