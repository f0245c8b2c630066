"""Row 3 of the rubric: the pipeline, run on paper by what exercise 7 judges it with."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker import check, partial, read_hints, sibling
from checker.errors import NotYet
from checker.workflows.reading import read

# The same rules, the same words: what exercise 7 teaches is what counts here.
LEARNED = str(Path(__file__).resolve().parents[3] / "exercises" / "07_github_actions" / "checks" / "checks.py")
HINTS = read_hints(LEARNED)


def _of(name: str) -> ModuleType:
    return sibling(LEARNED, name)


@pytest.fixture
def pipeline(submission: Any) -> Any:
    """The workflow of the hand-in."""
    paper = _of("pipeline")
    return paper.Pipeline({paper.FILE: read(paper.FILE, submission.text(paper.FILE))})


def _ships(submission: Any, pipeline: Any) -> None:
    checks = _of("test_07_github_actions")
    checks.test_workflows_can_be_read(submission, pipeline)
    checks.test_good_commit_reaches_production(pipeline, _of("pipeline"), _of("images"))


@check(
    id="gated",
    task=3,
    points=5,
    tier="full",
    hints=HINTS["gate"],
    why="Jobs start together unless one says what it needs; their order in the file means nothing.",
)
def test_gated(submission: Any, pipeline: Any) -> None:
    """A good commit on main reaches production. Failed tests, a pull request or another push change nothing."""
    _ships(submission, pipeline)
    paper, images = _of("pipeline"), _of("images")
    _of("test_07_github_actions").test_failing_tests_stop_everything(pipeline, paper, images)
    _of("test_07_github_actions_strangers").test_pull_requests_are_tested_only(pipeline, paper, images, _of("rights"))
    _of("test_07_github_actions_twice").test_each_commit_is_deployed_once(pipeline, paper, images)


@check(
    id="digest",
    task=3,
    points=5,
    tier="full",
    hints=HINTS["one-image"],
    why="What was tested in staging is what runs in production only when both are the same bytes.",
)
def test_promoted_by_digest(submission: Any, pipeline: Any) -> None:
    """One image goes by its digest to staging, and from there to production."""
    _ships(submission, pipeline)
    checks = _of("test_07_github_actions_images")
    checks.test_one_image_by_digest(pipeline, _of("pipeline"), _of("images"))
    try:
        checks.test_production_waits(pipeline, _of("pipeline"), _of("images"))
    except NotYet as early:
        # The digest is right, and production does not wait for staging: half.
        partial(3, **vars(early.finding))


@check(
    id="keys",
    task=3,
    points=5,
    tier="full",
    hints=HINTS["oidc"],
    why="A key in a secret works for whoever copies it, until somebody remembers to change it.",
)
def test_no_long_lived_key(submission: Any, pipeline: Any) -> None:
    """No key in the pipeline outlives a run."""
    _ships(submission, pipeline)
    _of("test_07_github_actions_access").test_no_long_lived_key_exists(
        submission, pipeline, _of("pipeline"), _of("rights"), _of("images")
    )
