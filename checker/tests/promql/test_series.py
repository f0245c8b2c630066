"""Series: a range as its samples, and as the little of it that a rate needs."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from checker.promql.series import Edges, Points

INFINITE = float("inf")


def points(values, step=15):
    made = Points()
    for number, value in enumerate(values):
        made.add(number * step, value)
    return made


def looked_at(window):
    """The same by looking at each sample."""
    if len(window) < 2:
        return None
    fallen = sum(before for (_, before), (_, after) in pairwise(window) if after < before)
    return Edges(len(window), *window[0], *window[-1], fallen)


def drawn(draw):
    """A counter that now and then begins anew."""
    total = 0.0
    for _ in range(40):
        total = float(draw.randrange(9)) + (0.0 if draw.random() < 0.2 else total)
        yield total


@pytest.mark.parametrize("more", [[], [None, 4.0, 9.0], [INFINITE, 2.0, 8.0]])
def test_what_a_rate_needs_is_what_a_look_at_each_sample_gives(more):
    draw = random.Random(20261126)
    series = points([*drawn(draw), *more, 1.0, 3.0])

    for start in range(-20, 700, 15):
        for end in range(start + 10, 700, 40):
            for left_open in (False, True):
                window = series.between(start, end, left_open=left_open)
                assert series.edges(start, end, left_open=left_open) == looked_at(window)


@pytest.mark.parametrize("values", [[], [5.0], [1.0, 4.0, 2.0, 2.0, 0.0, 7.0], [1.0, INFINITE, 2.0]])
def test_a_whole_series_is_the_same_as_its_samples_one_by_one(values):
    whole, one_by_one = Points.every(15, values), points(values)

    assert (whole.times, whole.values, whole.odd) == (one_by_one.times, one_by_one.values, one_by_one.odd)
    assert whole.edges(0, 90, left_open=False) == one_by_one.edges(0, 90, left_open=False)
