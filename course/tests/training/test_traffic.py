"""The stream of requests: seeded, valid where it says so, and malformed in the way it names."""

from collections import Counter
from itertools import islice

import pytest
from movie_service.schemas import PredictionRequest
from pydantic import ValidationError

from course.training.errors import TrainingError
from course.training.traffic import MALFORMED, bodies, stream


def test_the_same_seed_gives_the_same_stream(small_data):
    assert bodies(small_data, 3000, seed=5, malformed=0.2) == bodies(small_data, 3000, seed=5, malformed=0.2)
    assert bodies(small_data, 50, seed=5) != bodies(small_data, 50, seed=6)


def test_bodies_are_valid_and_drawn_from_the_data(small_data):
    known = set(small_data.movies.id.tolist())

    for body in bodies(small_data, 500):
        request = PredictionRequest.model_validate(body)
        user = request.user_id - 1
        assert (request.age, request.gender) == (small_data.users.age[user], small_data.users.gender[user])
        assert request.movie_id in known


def test_popular_movies_are_asked_for_more_often(small_data):
    rated = Counter((small_data.ratings.movie + 1).tolist())
    asked = Counter(body["movie_id"] for body in bodies(small_data, 9000))

    favorite, _ = rated.most_common(1)[0]
    assert asked[favorite] == pytest.approx(rated[favorite], rel=0.25)


@pytest.mark.parametrize("kind", MALFORMED)
def test_each_kind_is_refused_as_it_says(small_data, kind):
    known = set(small_data.movies.id.tolist())

    for request in islice(stream(small_data, malformed=1.0, kinds=[kind]), 20):
        assert (request.kind, request.status) == (kind, MALFORMED[kind].status)
        if request.status == 404:
            assert PredictionRequest.model_validate(request.body).movie_id not in known
        else:
            with pytest.raises(ValidationError):
                PredictionRequest.model_validate(request.body)


def test_the_share_of_malformed_requests_is_the_one_asked_for(small_data):
    first = list(islice(stream(small_data, malformed=0.1), 5000))

    spoiled = [request for request in first if request.kind]
    assert len(spoiled) == pytest.approx(500, rel=0.2)
    assert {request.kind for request in spoiled} == set(MALFORMED)
    assert all(request.status == 200 for request in first if request.kind is None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"kinds": ["missing-feild"]},
            f"There is no kind of malformed request 'missing-feild'. Try: one of {', '.join(MALFORMED)}",
        ),
        ({"kinds": []}, f"No kind is named. Try: one of {', '.join(MALFORMED)}"),
        ({"malformed": 1.5}, "The share of malformed requests is 1.5. Try: a number from 0 to 1"),
    ],
)
def test_wrong_options_are_refused_at_once(small_data, options, message):
    with pytest.raises(TrainingError) as error:
        stream(small_data, **options)

    assert str(error.value) == message
