"""Series: a range as its samples, and as the little of it that a rate needs."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from checker.promql.series import Points, edges

INFINITE = float("inf")


def points(values, step=15):
    made = Points()
    for number, value in enumerate(values):
        made.add(number * step, value)
    return made


def looked_at(window):
    """The same by looking at each sample; without a rate only the number of samples counts."""
    if len(window) < 2:
        return (len(window),)
    fallen = sum(before for (_, before), (_, after) in pairwise(window) if after < before)
    return (len(window), *window[0], *window[-1], fallen)


def edges_of(series, ranges, *, left_open):
    """The edges of each range, as plain numbers."""
    starts, ends = (np.array(one) for one in zip(*ranges, strict=True))
    looked = edges([series], starts, ends, left_open=left_open)
    found = zip(*(np.broadcast_to(one, (1, len(starts)))[0].tolist() for one in looked), strict=True)
    return [one if one[0] > 1 else one[:1] for one in found]


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

    ranges = [(start, end) for start in range(-20, 700, 15) for end in range(start + 10, 700, 40)]
    for left_open in (False, True):
        expected = [looked_at(series.between(*one, left_open=left_open)) for one in ranges]
        assert edges_of(series, ranges, left_open=left_open) == expected


@pytest.mark.parametrize("values", [[], [5.0], [1.0, 4.0, 2.0, 2.0, 0.0, 7.0], [1.0, INFINITE, 2.0]])
def test_a_whole_series_is_the_same_as_its_samples_one_by_one(values):
    whole, one_by_one = Points.every(15, values), points(values)

    assert (whole.times, whole.values, whole.odd) == (one_by_one.times, one_by_one.values, one_by_one.odd)
    assert edges_of(whole, [(0, 90)], left_open=False) == edges_of(one_by_one, [(0, 90)], left_open=False)


def test_a_sample_that_comes_later_is_seen():
    series = points([1.0, 4.0])
    before = series.at(np.array([30]), left_open=True)
    series.add(30, 9.0)

    assert (before[0].tolist(), series.at(np.array([30]), left_open=True)[0].tolist()) == ([4.0], [9.0])
