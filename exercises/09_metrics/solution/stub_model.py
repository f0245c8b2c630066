"""Stands for the model. Given: a score that follows from both ids, now and then a slow one, and a movie that fails."""

import time

BROKEN_MOVIE = 666


def score(user_id: int, movie_id: int) -> float:
    """Return how likely the user likes the movie. Raises RuntimeError for one movie, as models sometimes do."""
    if movie_id == BROKEN_MOVIE:
        raise RuntimeError("no features for this movie")
    if movie_id % 20 == 0:
        time.sleep(0.15)
    return ((user_id * 37 + movie_id * 101) % 1000) / 1000
