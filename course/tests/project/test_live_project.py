"""The final project's live rows: the reference comes through both drills on Compose and on a Kubernetes."""

from __future__ import annotations

import pytest

from checker.grade import Grader
from checker.law.today import of_its_day
from course.engines.testing import alone, need
from course.tests.project import final

UPDATED = "updated to a release that never gets ready, "
ROWS = {"compose-drill": ["docker"], "cluster-drill": ["kubernetes", "docker"]}
pytestmark = [pytest.mark.live, pytest.mark.cluster, pytest.mark.timeout(1800)]


def need_all(row):
    for engine in ROWS[row]:
        need(engine)


@pytest.fixture(scope="module")
def judge(data_dir, bundle_dir):
    """Judges row 7 alone: rows of other tasks have engines or processes of their own."""
    with pytest.MonkeyPatch.context() as patch, alone("kubernetes"), Grader(final.COURSE) as grader:
        # A clean checkout has neither where trainees have them.
        patch.setenv("CHECKER_RESOURCE_DATA", str(data_dir))
        patch.setenv("CHECKER_RESOURCE_MODEL", str(bundle_dir))
        yield lambda folder, **more: grader.grade(final.COURSE.project, folder, task=7, seed=7, live=True, **more)


@pytest.fixture(scope="module")
def reference(judge, tmp_path_factory):
    """Both rows of the reference, in one grading."""
    return judge(final.lay(tmp_path_factory.mktemp("project") / "work"))


@pytest.mark.parametrize("row", ROWS)
def test_the_reference_comes_through_both_drills(reference, row):
    need_all(row)

    told = reference.row(row)

    assert (told.verdict, told.seen) == ("passed", ""), told


@pytest.mark.parametrize(
    ("name", "tried"),
    [
        pytest.param("one_replica", "killed one of 1 replicas, ", marks=of_its_day(2)),
        pytest.param("all_at_once", UPDATED, marks=of_its_day(4)),
        # Its pods count as ready before they listen: on a cluster that may show when they are asked first.
        pytest.param("ready_without_a_probe", ("started 3 replicas ", UPDATED), marks=of_its_day(6)),
    ],
)
def test_a_deployment_that_gives_its_answers_away_is_told_on_each_engine(judge, tmp_path, name, tried):
    variant = next(one for one in final.variants("wrong") if one.name == name)
    for row in ROWS:
        need_all(row)

    result = judge(final.lay(tmp_path / "work", variant))

    for row in map(result.row, ROWS):
        assert row.verdict == "not_yet", row
        assert row.tried.startswith(tried), row
        assert row.where.startswith("deployment.yaml:"), row
