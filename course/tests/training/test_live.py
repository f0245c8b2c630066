"""The weeks after training: seeded, the same people and movies, labels that come late, and what each scenario moves."""

import numpy as np
import pytest
from movie_service.schemas import PredictionRequest

from course.training.errors import TrainingError
from course.training.features import FEATURES
from course.training.live import LiveWorld, seen_rows, served_rows
from course.training.loader import load
from course.training.online import online_row, online_tables
from course.training.scenarios import SCENARIOS, scenario, without_likes
from course.training.tables import LAST_SECOND


@pytest.fixture(scope="module")
def world(small_data):
    return LiveWorld(small_data)


def few(world, name="none", **options):
    return world.traffic(SCENARIOS[name], **{"days": 6, "per_day": 300, "change_day": 3, **options})


def test_the_same_seed_gives_the_same_requests(world):
    first, again, other = few(world), few(world), few(world, seed=8)

    assert all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(vars(first).values(), vars(again).values(), strict=True)
    )
    assert not np.array_equal(first.movie[:50], other.movie[:50])


def test_requests_come_in_order_after_the_data(world):
    traffic = few(world)

    assert traffic.time[0] >= LAST_SECOND
    assert (np.diff(traffic.time) >= 0).all()
    assert set(traffic.day.tolist()) == {0, 1, 2, 3, 4, 5}


def test_a_request_is_what_the_service_accepts(world, small_data):
    traffic = few(world)

    for row in range(100):
        request = PredictionRequest.model_validate(traffic.body(small_data, row))
        assert request.age == small_data.users.age[traffic.user[row]]


def test_labels_come_late_and_some_never(world):
    traffic = few(world, per_day=2000)
    end = LAST_SECOND + 6 * 86_400

    assert np.isnan(traffic.arrives).mean() == pytest.approx(0.15, abs=0.02)
    assert traffic.known(end)[traffic.day == 5].mean() == pytest.approx(0.27, abs=0.04)
    assert traffic.known(end)[traffic.day == 0].mean() > 0.8
    assert not traffic.known(traffic.time).any()


def test_served_rows_are_those_of_the_service(world, small_data):
    traffic, tables = few(world).at(np.arange(200)), online_tables(small_data, 0.55)

    rows = served_rows(small_data, traffic, tables)

    for row in range(200):
        np.testing.assert_array_equal(rows[row], online_row(tables, traffic.body(small_data, row)))


def test_before_the_change_day_nothing_differs(world):
    plain = few(world)

    for name in SCENARIOS:
        changed = few(world, name)
        for column, same in zip(vars(changed).values(), vars(plain).values(), strict=True):
            assert np.array_equal(column[changed.day < 3], same[plain.day < 3], equal_nan=True), name


def test_flipped_tastes_change_labels_and_nothing_else(world):
    plain, flipped = few(world), few(world, "tastes-flip")

    assert np.array_equal(plain.movie, flipped.movie)
    assert np.array_equal(plain.age, flipped.age)
    after = plain.day >= 3
    assert (plain.like != flipped.like)[after].mean() > 0.2


def test_only_the_tastes_of_the_young_flip_where_it_says_so(world):
    plain, flipped = few(world), few(world, "tastes-flip-under-30")
    differ = plain.like != flipped.like

    assert differ[plain.age < 30].any()
    assert not differ[plain.age >= 30].any()


def test_a_slow_change_grows(world):
    plain, slow, at_once = (few(world, name, days=16, per_day=600) for name in
                            ("none", "tastes-flip-slowly", "tastes-flip"))  # fmt: skip

    def differ(traffic, days):
        return (traffic.like != plain.like)[np.isin(plain.day, days)].mean()

    assert differ(slow, [3]) < differ(slow, [6, 7]) < differ(slow, [13, 14, 15])
    assert differ(slow, [13, 14, 15]) == differ(at_once, [13, 14, 15])


def test_ages_come_in_months_as_often_as_it_says(world):
    traffic = few(world, "age-in-months", per_day=2000)

    assert (traffic.age > 73)[traffic.day >= 3].mean() == pytest.approx(0.3, abs=0.03)


def test_a_lost_history_reaches_the_rows_from_the_change_day_on(world, small_data):
    traffic = few(world)

    rows = seen_rows(small_data, traffic, 0.55, SCENARIOS["lost-history"], change_day=3)

    column = rows[:, FEATURES.index("item_like")]
    assert (column[traffic.day >= 3] == 0.55).all()
    assert np.unique(column[traffic.day < 3]).size > 20


def test_lost_history_leaves_the_tables_it_was_given(small_data):
    tables = online_tables(small_data, 0.55)
    before = tables["items"]["298"]["n"]

    assert without_likes(tables)["items"]["298"]["n"] == 0
    assert tables["items"]["298"]["n"] == before


def test_a_real_data_set_has_no_future_here(copied):
    (copied / "SYNTHETIC").unlink()

    with pytest.raises(TrainingError) as error:
        LiveWorld(load(copied))

    assert str(error.value) == (
        "This data set is not a generated one: nobody knows what its people would like afterwards. "
        "Try: make one: python -m course data --out build/synthetic"
    )


def test_an_unknown_scenario_is_refused_with_all_names():
    with pytest.raises(TrainingError) as error:
        scenario("tastes-flop")

    assert str(error.value) == f"There is no scenario 'tastes-flop'. Try: one of {', '.join(SCENARIOS)}"
