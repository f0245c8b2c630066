"""The generated folder is exactly what a reader of MovieLens-100K expects, quirks included."""

import json
from collections import Counter

import pytest

from course.training import tables


@pytest.fixture(scope="module")
def lines(full_folder):
    def read(name, separator="|"):
        text = (full_folder / name).read_bytes().decode("latin-1")
        return [line.split(separator) for line in text.split("\n") if line]

    return read


@pytest.fixture(scope="module")
def ratings(lines):
    return [tuple(map(int, fields)) for fields in lines("u.data", "\t")]


@pytest.mark.slow
def test_the_counts_are_those_of_the_real_set(full_folder, lines, ratings):
    assert (len(lines("u.user")), len(lines("u.item")), len(ratings)) == (943, 1682, 100_000)
    assert (full_folder / "u.info").read_bytes() == b"943 users\n1682 items\n100000 ratings\n"


def test_the_marker_names_the_seed(full_folder):
    assert json.loads((full_folder / "SYNTHETIC").read_text())["seed"] == 100


def test_user_259_is_a_21_year_old_male_student(lines):
    assert lines("u.user")[258][:4] == ["259", "21", "M", "student"]


@pytest.mark.slow
def test_movie_298_is_a_normal_movie_that_many_rated(lines, ratings):
    movie = lines("u.item")[297]

    assert movie[:4] == ["298", "Second Signal (1997)", "27-Jun-1997", ""]
    assert sum(rated == 298 for _, rated, _, _ in ratings) >= 100


def test_ratings_are_tab_separated_whole_numbers_in_no_order(ratings):
    times = [time for *_, time in ratings]

    assert {value for _, _, value, _ in ratings} == {1, 2, 3, 4, 5}
    assert (min(times), max(times)) == (874_724_710, 893_286_638)
    assert times != sorted(times)


def test_each_user_rates_20_movies_or_more_and_none_twice(ratings):
    per_user = Counter(user for user, *_ in ratings)

    assert len(per_user) == 943 and min(per_user.values()) >= 20 and max(per_user.values()) <= 737
    assert len({(user, movie) for user, movie, *_ in ratings}) == len(ratings)


def test_each_movie_is_rated(ratings):
    assert {movie for _, movie, *_ in ratings} == set(range(1, 1683))


def test_the_rating_shares_are_the_published_ones(ratings):
    counts = Counter(value for _, _, value, _ in ratings)

    shares = [counts[value] / len(ratings) for value in range(1, 6)]
    assert shares == pytest.approx(tables.RATING_SHARES, abs=1e-4)


def test_some_ratings_of_a_user_share_a_second(ratings):
    """Features must not let these see each other, so the data has to hold such cases."""
    seconds = Counter((user, time) for user, _, _, time in ratings)
    assert sum(count for count in seconds.values() if count > 1) > 10_000


def test_occupations_and_genders_have_the_published_counts(lines):
    users = lines("u.user")

    occupations = Counter(occupation for _, _, _, occupation, _ in users)
    assert occupations == {name: fact.users for name, fact in tables.OCCUPATIONS.items()}
    assert Counter(gender for _, _, gender, _, _ in users) == {"M": 670, "F": 273}


def test_genres_have_the_published_counts(lines):
    flags = [list(map(int, fields[5:])) for fields in lines("u.item")]

    assert [sum(column) for column in zip(*flags, strict=True)] == list(tables.GENRE_COUNTS.values())
    assert all(any(row) for row in flags)


def test_zip_codes_are_text(lines):
    codes = [fields[4] for fields in lines("u.user")]

    assert any(code.startswith("0") for code in codes)
    assert any(not code.isdigit() for code in codes)


def test_movie_267_has_neither_title_nor_date_nor_link(lines):
    assert lines("u.item")[266] == ["267", "unknown", "", "", "", "1", *["0"] * 18]


def test_titles_are_latin_1_and_not_utf_8(full_folder):
    content = (full_folder / "u.item").read_bytes()

    assert "é" in content.decode("latin-1")
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_titles_are_no_key(lines):
    assert len({fields[1] for fields in lines("u.item")}) == 1664


def test_lists_of_genres_and_occupations_are_those_of_the_real_set(full_folder):
    genres = (full_folder / "u.genre").read_text()

    assert genres.startswith("unknown|0\nAction|1\n") and genres.endswith("Western|18\n\n")
    assert (full_folder / "u.occupation").read_text().split() == sorted(tables.OCCUPATIONS)
