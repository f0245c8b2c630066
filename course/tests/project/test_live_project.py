"""The final project's live rows: the reference comes through its drills on Compose and on a Kubernetes."""

from __future__ import annotations

import pytest

from checker.grade import Grader
from checker.law.today import of_its_day
from course.engines.testing import alone, need
from course.tests.project import final

pytestmark = [pytest.mark.live, pytest.mark.cluster, pytest.mark.timeout(1800)]


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


def test_a_killed_container_is_brought_back_on_compose(reference):
    need("docker")

    row = reference.row("compose-drill")

    assert (row.verdict, row.seen) == ("passed", ""), row


def test_a_bad_release_is_taken_back_on_kubernetes(reference):
    need("docker")
    need("kubernetes")

    row = reference.row("cluster-drill")

    assert (row.verdict, row.seen) == ("passed", ""), row


@pytest.mark.parametrize("name", [pytest.param("all_at_once", marks=of_its_day(4))])
def test_a_deployment_that_gives_up_its_old_pods_is_told_on_kubernetes(judge, tmp_path, name):
    need("docker")
    need("kubernetes")
    variant = next(one for one in final.variants("wrong") if one.name == name)

    # The rows after the lost one are not asked again.
    row = judge(final.lay(tmp_path / "work", variant), until_lost=True).row("cluster-drill")

    assert row.verdict == "not_yet", row
    assert row.tried == "updated to an image that nobody built, while another pod asked 40 times a second"
    assert row.seen.startswith("a new pod says ErrImageNeverPull; ")
    assert row.where.startswith("deployment.yaml:")
