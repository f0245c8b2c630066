"""The mean of decimals, and the type of one value out of several: what Trino's documentation and source say of both.

Nobody has asked a Trino for these yet; a live test of the course does (course/tests/agreement/test_live_trino.py).
"""

from __future__ import annotations

import pytest

from checker.athena import Athena

# Each over `predictions`, where 21 of 40 rows are liked: 0.525, whose second digit is rounded half up.
MEANS = [
    ("avg(IF(liked = 1, 1.0, 0.0))", "decimal(2, 1)", 0.5),
    ("avg(CASE WHEN liked = 1 THEN 1.0 ELSE 0.0 END)", "decimal(2, 1)", 0.5),
    ("avg(CASE liked WHEN 1 THEN 1 ELSE 0.0 END)", "decimal(11, 1)", 0.5),
    ("avg(CASE WHEN liked = 1 THEN 1.00 END)", "decimal(3, 2)", 1.0),
    ("avg(coalesce(NULLIF(liked, 0), 0.0))", "decimal(11, 1)", 0.5),
    ("avg(liked * 1.0)", "decimal(12, 1)", 0.5),
    ("avg(CAST(liked AS decimal(10, 2)))", "decimal(10, 2)", 0.53),
    ("avg(CAST(liked AS decimal(10, 6)))", "decimal(10, 6)", 0.525),
    ("avg(liked * 1.0) FILTER (WHERE liked < 2)", "decimal(12, 1)", 0.5),
    ("max(liked * 1.0) - avg(liked * 1.0)", "decimal(13, 1)", 0.5),
    ("avg(IF(liked = 1, 1e0, 0.0))", "double", 0.525),
    ("avg(IF(liked = 1, 1.0, 0e0))", "double", 0.525),
    ("avg(IF(liked = 1, 1, 0))", "double", 0.525),
    ("avg(liked)", "double", 0.525),
]


@pytest.mark.parametrize(("mean", "kind", "due"), MEANS, ids=[mean for mean, _, _ in MEANS])
def test_the_mean_of_decimals_keeps_their_scale(athena: Athena, mean: str, kind: str, due: float) -> None:
    answer = athena.run(f"SELECT {mean} AS share FROM predictions")

    assert (answer.types, answer.rows) == ((kind,), ((due,),))


def test_the_mean_of_a_window_keeps_the_scale_too(athena: Athena) -> None:
    answer = athena.run("SELECT DISTINCT avg(liked * 1.0) OVER () FROM predictions")

    assert answer.rows == ((0.5,),)
