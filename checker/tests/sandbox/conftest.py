"""Submissions in workers of a level: those that this machine does not have are skipped, and say why."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from checker.collect import collect
from checker.services import Services
from checker.submission import Submission
from checker.tests.sandbox.having import needs
from checker.worker_sources import ForkServer


@pytest.fixture(scope="session", params=[pytest.param(one, marks=needs(one)) for one in ("landlock", "namespace")])
def workers(request) -> Iterator[ForkServer]:
    """A fork server of each level above `process`."""
    server = ForkServer(("json", "asyncio", "uvicorn"), request.param)
    yield server
    server.close()


@pytest.fixture
def services() -> Iterator[Services]:
    services = Services()
    yield services
    services.close()


@pytest.fixture
def door(grader, hand_in, workers, services) -> Iterator[Callable[..., Submission]]:
    """Open a submission on the given source of greeting.py."""
    opened = []

    def open_(source: str, **more) -> Submission:
        exercise = grader.course.exercise(1)
        folder = hand_in(greeting__py=source)
        made = Submission(
            exercise, collect(exercise, folder), workers, rng=random.Random(1), resources={}, services=services,
            **{"allowed": ()} | more,
        )  # fmt: skip
        opened.append(made)
        return made

    yield open_
    for made in opened:
        made.close()
