"""The proof says what was graded, and names the half that a broken checker would get wrong."""

import pytest

from course.start.console import Trouble
from course.start.proof import verdict


def test_as_it_must_be():
    assert verdict([0, 20], [20, 20]) == "exercise 1: starter 0 of 20 points, solution 20 of 20"


def test_a_solution_that_loses_points():
    with pytest.raises(Trouble) as raised:
        verdict([0, 20], [17, 20])

    assert str(raised.value) == (
        "error: the solution of exercise 1 got 17 of 20 points and must get 20.\n"
        "try: checker check 1 --folder exercises/01_prediction_endpoint/solution, then checker doctor"
    )


def test_a_starter_that_earns_points():
    with pytest.raises(Trouble) as raised:
        verdict([1, 20], [20, 20])

    assert str(raised.value) == (
        "error: the starter of exercise 1 got 1 of 20 points and must get 0.\n"
        "try: checker check 1 --folder exercises/01_prediction_endpoint/starter, then checker doctor"
    )
