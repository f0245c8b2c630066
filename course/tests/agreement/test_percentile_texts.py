"""What exercise 9 says of a wrong p95, in whole texts: a unit, a bound, and what is made of the percentiles of pods."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import NotYet
from checker.reply import Answers
from course.build.sync import ROOT

TABLES, RIGHT = (
    sibling(str(ROOT / "exercises" / "09_metrics" / "checks" / "conftest.py"), name)
    for name in ("test_09_metrics_tables", "answers")
)
SEED = 70_523


def of_p95(given: float) -> tuple[str, str]:
    submission = SimpleNamespace(seed=SEED, answers=lambda: Answers({"p95_ms": given}))
    with pytest.raises(NotYet) as lost:
        TABLES.test_p95(submission)
    return lost.value.finding.seen, lost.value.finding.next


def test_a_right_percentile_in_seconds_is_told_its_unit() -> None:
    given = round(RIGHT.p95(RIGHT.both_pods(SEED)) / 1000, 3)

    assert of_p95(given) == (
        f"p95_ms is {given}, the p95 of both pods, in seconds",
        "In which unit are the bounds `le`, and which unit stands in the name p95_ms?",
    )


def test_a_bound_in_seconds_is_told_both() -> None:
    given = RIGHT.bucket_of(SEED)[1] / 1000

    assert of_p95(given)[0] == f"p95_ms is {given:g}, a bound of the bucket that holds it, in seconds"


MEAN = "A percentile is a place in one pod's row, and no mean of two places is a place. What of both rows can be added?"


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ((1, 1), ", the mean of the p95 of both pods"),
        (None, ", the mean of the p95 of both pods, weighted by their requests"),
        ((0, 1), ", the p95 of one pod alone"),
    ],
)
def test_what_is_made_of_the_percentiles_of_pods_is_named(weights: tuple[int, int] | None, told: str) -> None:
    given = round(_of_pods(SEED, weights))

    assert of_p95(given) == (f"p95_ms is {given}{told}", MEAN)


def _of_pods(seed: int, weights: tuple[int, int] | None) -> float:
    """A mean of the p95 of both pods; without weights each counts as its requests."""
    counts = RIGHT.pods(seed).values()
    parts = weights or tuple(each[-1] for each in counts)
    return float(sum(RIGHT.p95(each) * part for each, part in zip(counts, parts, strict=True)) / sum(parts))


def test_no_seed_has_a_percentile_that_a_wrong_way_leads_to() -> None:
    """Twice the tolerance lies between the p95 of the service and whatever is made of those of its pods."""
    for seed in range(1, 1500):
        right = RIGHT.p95(RIGHT.both_pods(seed))

        assert all(abs(_of_pods(seed, way) - right) > 2 * TABLES.NEAR for way in ((1, 1), (1, 0), (0, 1), None))


def test_no_percentile_is_asked_for_its_rank() -> None:
    assert of_p95(0) == (
        "p95_ms is 0",
        "How many requests are 95 of 100 of both pods together, and which bucket reaches that count?",
    )
