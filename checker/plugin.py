"""The pytest side: gives checks their `submission`, orders them, and turns what happens into verdicts.

`pytest exercises/NN_slug/checks --submission FOLDER` uses it as a plain plugin; the Grader hands in a Run of its own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker import messages as m
from checker.declare import Check, lacks_hints
from checker.errors import CouldNotCheck, ExerciseFault, Finding, Partial, TooSlow, Verdict
from checker.live import declaration_faults
from checker.result import Row
from checker.submission import Submission

Make = Callable[[random.Random, Check | None], Submission]


class WaitsFor(Exception):
    """A check that this one comes after is not passed."""


class Run:
    """One pytest session over one exercise's checks and one hand-in."""

    def __init__(
        self, make: Make, seed: int, tasks: frozenset[int] | None, engines: Mapping[str, tuple[str, ...]] | None = None,
        *, live: bool = False, extra: Path | None = None,
    ) -> None:  # fmt: skip
        # The folder of the instructor's hidden checks.
        self.extra = extra
        self.make, self.seed, self.tasks = make, seed, tasks
        # Which checks are live and what they need; they are run only when `live` says so.
        self.engines, self.live = dict(engines or {}), live
        self.until_lost = False
        self.rows: dict[str, Row] = {}
        self.faults: list[str] = []

    # -- what is run, and in which order ------------------------------------------------------------------------
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        every = [declared for item in items if (declared := self.declared(item))]
        checks = {declared.id: declared for declared in every}
        twice = Counter(declared.id for declared in every)
        self.faults += [f"The check id {name!r} is given twice." for name, count in twice.items() if count > 1]
        self.faults += declaration_faults(checks, self.engines)
        for declared in checks.values():
            if lacks_hints(declared):
                self.faults.append(f"The check {declared.id!r} has no hints; give three (nudge, pointer, example).")
            for name in declared.after:
                if name not in checks:
                    self.faults.append(f"The check {declared.id!r} comes after {name!r}, which is not declared.")
        wanted = self._wanted(checks)
        items[:] = [item for item in items if (d := declared_of(item)) and d.id in wanted]

    def _wanted(self, checks: dict[str, Check]) -> set[str]:
        wanted = {
            c.id
            for c in checks.values()
            if (self.tasks is None or c.task in self.tasks) and (self.live or not c.engines)
        }
        waiting = list(wanted)
        while waiting:
            for name in checks[waiting.pop()].after:
                if name in checks and name not in wanted:
                    wanted.add(name)
                    waiting.append(name)
        return wanted

    def declared(self, item: Any) -> Check | None:
        """The check that an item is, with the engines that exercise.toml gives it."""
        found = declared_of(item)
        if found is None:
            return None
        hidden = self.extra is not None and Path(item.path).is_relative_to(self.extra)
        return replace(found, engines=self.engines.get(found.id, ()), hidden=hidden)

    # -- one check ----------------------------------------------------------------------------------------------
    @pytest.fixture
    def submission(self, request: pytest.FixtureRequest) -> Iterator[Submission]:
        declared = self.declared(request.node)
        if declared is None:
            raise ExerciseFault(f"{request.node.name} uses `submission` but is no check: add the decorator.")
        for name in declared.after:
            if name in self.rows and not self.rows[name].good:
                raise WaitsFor(name)
        submission = self.make(random.Random(f"{self.seed}:{declared.id}"), declared)
        try:
            submission.meet_engines()
            yield submission
        finally:
            submission.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        declared = self.declared(item)
        if declared and (call.excinfo or call.when == "call"):
            error = call.excinfo.value if call.excinfo else None
            if declared.id not in self.rows or call.when != "teardown":
                self.rows[declared.id] = row = self._row(declared, error)
                if self.until_lost and not row.good:
                    item.session.shouldfail = f"{row.id} is lost"
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.faults.append(str(report.longrepr))

    def _row(self, declared: Check, error: BaseException | None) -> Row:
        verdict, earned, finding = _verdict(declared, error)
        waits = ""
        if isinstance(error, WaitsFor):
            before = self.rows[str(error)]
            # Of a chain the first link is named: what stops it all is on the screen, those between may not be.
            waits = before.waits_for or before.title
        return Row(
            declared.id, declared.task, declared.title, declared.tier, declared.kind, verdict, earned, declared.points,
            **vars(finding), waits_for=waits, why=declared.why, hidden=declared.hidden,
        )  # fmt: skip


def _verdict(declared: Check, error: BaseException | None) -> tuple[str, int, Finding]:
    guard = declared.kind == "guard"
    if error is None:
        return ("kept" if guard else "passed"), declared.points, Finding()
    if isinstance(error, WaitsFor):
        return "waits_for", 0, Finding()
    if isinstance(error, Partial):
        return "partial", error.earned, error.finding
    if isinstance(error, CouldNotCheck):
        return "could_not_check", 0, error.finding
    if isinstance(error, Verdict):
        lost = "too_slow" if isinstance(error, TooSlow) else "not_yet"
        return ("broken" if guard else lost), 0, error.finding
    message = m.CHECK_BROKE.format(type=type(error).__name__, message=str(error)[:300])
    return "could_not_check", 0, Finding(seen=message)


def declared_of(item: Any) -> Check | None:
    declared = getattr(getattr(item, "function", None), "__check__", None)
    return declared if isinstance(declared, Check) else None


# -- plain pytest -----------------------------------------------------------------------------------------------
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", metavar="FOLDER", help="judge this folder with the checks that are collected")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--submission", None)
    if folder and not any(isinstance(plugin, Run) for plugin in config.pluginmanager.get_plugins()):
        from checker.grade import plain_run

        run, close = plain_run(Path(folder), [Path(str(arg).partition("::")[0]) for arg in config.args])
        config.pluginmanager.register(run, "checker-run")
        config.add_cleanup(close)
