"""The final project's live row: the reference comes through its drill on Compose."""

from __future__ import annotations

import pytest

from checker.grade import Grader
from course.engines.testing import need
from course.tests.project import final

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]


def row_of(folder, name):
    # Rows of other tasks are no part of it, and the graded ones of this task are judged elsewhere.
    with Grader(final.COURSE) as grader:
        return grader.grade(final.COURSE.project, final.lay(folder), task=7, seed=7, live=True).row(name)


def test_a_killed_container_is_brought_back_on_compose(tmp_path, monkeypatch, data_dir, bundle_dir):
    need("docker")
    # A clean checkout has neither where trainees have them.
    monkeypatch.setenv("CHECKER_RESOURCE_DATA", str(data_dir))
    monkeypatch.setenv("CHECKER_RESOURCE_MODEL", str(bundle_dir))

    row = row_of(tmp_path / "work", "compose-drill")

    assert (row.verdict, row.seen) == ("passed", ""), row
