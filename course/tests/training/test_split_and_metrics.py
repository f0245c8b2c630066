"""The split keeps the order of time; the metrics agree with scikit-learn."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from course.training.metrics import auc, log_loss, segment
from course.training.split import split_by_time


@given(st.lists(st.integers(0, 30), min_size=1, max_size=200))
def test_each_part_is_strictly_later_than_the_one_before(seconds):
    time = np.array(seconds)

    split = split_by_time(time)

    parts = [time[rows] for rows in (split.train, split.valid, split.test) if len(rows)]
    assert all(earlier.max() < later.min() for earlier, later in pairwise(parts))
    assert sorted(np.concatenate([split.train, split.valid, split.test])) == list(range(len(time)))


def test_the_parts_are_70_15_and_15_percent_when_no_second_is_shared():
    split = split_by_time(np.random.RandomState(0).permutation(1000))
    assert (len(split.train), len(split.valid), len(split.test)) == (700, 150, 150)


def test_ratings_of_the_second_at_a_cut_all_go_to_the_later_part():
    time = np.array([1] * 65 + [2] * 10 + [3] * 25)
    split = split_by_time(time)
    assert (len(split.train), len(split.valid), len(split.test)) == (65, 10, 25)


SCORED = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 9)), min_size=2, max_size=60).filter(
    lambda rows: len({truth for truth, _ in rows}) == 2
)


@pytest.mark.slow
@given(SCORED)
def test_auc_and_log_loss_are_those_of_scikit_learn(rows):
    truth, tenths = np.array(rows).T
    score = tenths / 10

    assert auc(truth, score) == pytest.approx(reference.roc_auc_score(truth, score))
    assert log_loss(truth, score) == pytest.approx(reference.log_loss(truth, score))


def test_a_sure_and_wrong_prediction_costs_much_but_not_everything():
    assert log_loss(np.array([1]), np.array([0.0])) == pytest.approx(34.54, abs=0.01)


def test_a_segment_without_rows_is_left_out_and_one_with_one_answer_has_no_auc():
    truth, score = np.array([1, 1, 0]), np.array([0.9, 0.8, 0.1])

    assert segment("none", truth, score, np.array([False] * 3)) is None
    one_sided = segment("likes", truth, score, np.array([True, True, False]))
    assert one_sided is not None and (one_sided.rows, one_sided.auc) == (2, None)
