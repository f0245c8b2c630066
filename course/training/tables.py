"""Published totals of MovieLens-100K, and the made-up tastes that stand behind the synthetic ratings.

Only totals are copied (how many movies of a genre, how many students); no row of the real set is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

USERS, MOVIES, RATINGS = 943, 1682, 100_000
FEWEST_PER_USER, MOST_PER_USER = 20, 737
WOMEN = 273
DISTINCT_TITLES = 1664
RATING_SHARES = (0.06110, 0.11370, 0.27145, 0.34174, 0.21201)
# 1997-09-20 03:05:10 and 1998-04-22 23:10:38 in UTC.
FIRST_SECOND, LAST_SECOND = 874_724_710, 893_286_638
# Share of the users who join in each eighth of that time; only the shape matters.
JOINING = (6.7, 10.3, 24.0, 11.9, 14.0, 11.2, 13.4, 9.1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# The request that slides and exercises send: a 21-year-old male student asks about movie 298.
EXAMPLE_USER, EXAMPLE_MOVIE = 259, 298

# Genre -> how many of the 1,682 movies have it; the order is that of the flags in u.item.
GENRE_COUNTS: Mapping[str, int] = {
    "unknown": 2,
    "Action": 251,
    "Adventure": 135,
    "Animation": 42,
    "Children's": 122,
    "Comedy": 505,
    "Crime": 109,
    "Documentary": 50,
    "Drama": 725,
    "Fantasy": 22,
    "Film-Noir": 24,
    "Horror": 92,
    "Musical": 56,
    "Mystery": 61,
    "Romance": 247,
    "Sci-Fi": 101,
    "Thriller": 251,
    "War": 71,
    "Western": 27,
}
GENRES = tuple(GENRE_COUNTS)


@dataclass(frozen=True)
class Occupation:
    """How many users have it, their middle age and its spread (in logs), and how often they are women."""

    users: int
    age: float
    spread: float = 0.28
    women: float = 0.25


OCCUPATIONS: Mapping[str, Occupation] = {
    "administrator": Occupation(79, 37.5, women=0.45),
    "artist": Occupation(28, 30, women=0.45),
    "doctor": Occupation(7, 43, women=0.07),
    "educator": Occupation(95, 41, 0.24),
    "engineer": Occupation(67, 35, women=0.07),
    "entertainment": Occupation(18, 28),
    "executive": Occupation(32, 38, 0.25, women=0.1),
    "healthcare": Occupation(16, 41, women=0.6),
    "homemaker": Occupation(7, 32, women=0.85),
    "lawyer": Occupation(12, 36, women=0.15),
    "librarian": Occupation(51, 39, 0.26, women=0.55),
    "marketing": Occupation(26, 37, women=0.4),
    "none": Occupation(9, 24, 0.45, women=0.4),
    "other": Occupation(105, 33, 0.33, women=0.35),
    "programmer": Occupation(66, 32, 0.25, women=0.1),
    "retired": Occupation(14, 63, 0.09, women=0.07),
    "salesman": Occupation(12, 35, women=0.2),
    "scientist": Occupation(31, 35, 0.24, women=0.1),
    "student": Occupation(196, 21.5, 0.22, women=0.3),
    "technician": Occupation(27, 32, women=0.05),
    "writer": Occupation(45, 35, women=0.4),
}

# Ages at which the next row of AGE_TASTES begins.
AGE_BANDS = (18, 25, 35, 50)
AGE_TASTES: tuple[Mapping[str, float], ...] = (
    {"Animation": 0.5, "Children's": 0.4, "Comedy": 0.35, "Horror": 0.35, "Action": 0.3, "War": -0.2}
    | {"Drama": -0.45, "Film-Noir": -0.5, "Documentary": -0.5},
    {"Action": 0.3, "Horror": 0.35, "Sci-Fi": 0.3, "Comedy": 0.25, "Thriller": 0.2}
    | {"Western": -0.3, "Musical": -0.35, "Children's": -0.35},
    {"Crime": 0.2, "Thriller": 0.15, "Sci-Fi": 0.15, "Drama": 0.05, "Children's": -0.1},
    {"Drama": 0.2, "Children's": 0.2, "Romance": 0.1, "Mystery": 0.15, "Horror": -0.35, "Action": -0.1},
    {"War": 0.35, "Western": 0.4, "Film-Noir": 0.45, "Musical": 0.35, "Drama": 0.3}
    | {"Horror": -0.6, "Sci-Fi": -0.3, "Action": -0.25, "Animation": -0.2},
)
GENDER_TASTES: Mapping[str, Mapping[str, float]] = {
    "M": {"Action": 0.12, "Sci-Fi": 0.15, "War": 0.1, "Western": 0.1, "Romance": -0.15, "Musical": -0.15},
    "F": {"Romance": 0.3, "Musical": 0.3, "Drama": 0.12, "Children's": 0.12}
    | {"Action": -0.22, "Sci-Fi": -0.2, "Horror": -0.15, "Western": -0.2},
}
OCCUPATION_TASTES: Mapping[str, Mapping[str, float]] = {
    "artist": {"Animation": 0.3, "Drama": 0.25, "Film-Noir": 0.3, "Action": -0.2},
    "educator": {"Documentary": 0.3, "Drama": 0.2, "Horror": -0.2},
    "engineer": {"Sci-Fi": 0.35, "War": 0.15},
    "entertainment": {"Musical": 0.35, "Horror": 0.25},
    "executive": {"Thriller": 0.2, "Comedy": 0.1},
    "healthcare": {"Drama": -0.3, "Comedy": 0.2},
    "homemaker": {"Children's": 0.4, "Romance": 0.2},
    "lawyer": {"Crime": 0.4, "Mystery": 0.2},
    "librarian": {"Mystery": 0.3, "Drama": 0.2, "Documentary": 0.2, "Horror": -0.3},
    "marketing": {"Comedy": 0.2},
    "programmer": {"Sci-Fi": 0.35, "Animation": 0.2},
    "retired": {"War": 0.3, "Western": 0.3},
    "salesman": {"Action": 0.25},
    "scientist": {"Sci-Fi": 0.35, "Documentary": 0.3},
    "student": {"Comedy": 0.15, "Horror": 0.2, "Action": 0.1},
    "technician": {"Action": 0.3, "Sci-Fi": 0.3},
    "writer": {"Drama": 0.3, "Film-Noir": 0.4, "Documentary": 0.3, "Action": -0.25},
}

# A movie has one leading genre, and others that often go with it.
LEADING: Mapping[str, float] = {
    "Drama": 0.29,
    "Comedy": 0.21,
    "Action": 0.13,
    "Thriller": 0.08,
    "Romance": 0.07,
    "Children's": 0.07,
    "Horror": 0.05,
    "Documentary": 0.03,
    "Crime": 0.03,
    "War": 0.015,
    "Western": 0.015,
    "Film-Noir": 0.01,
}
COMPANIONS: Mapping[str, Mapping[str, float]] = {
    "Action": {"Adventure": 0.35, "Thriller": 0.35, "Sci-Fi": 0.25, "Drama": 0.15, "War": 0.12},
    "Children's": {"Comedy": 0.35, "Animation": 0.3, "Adventure": 0.2, "Musical": 0.2, "Fantasy": 0.12},
    "Comedy": {"Romance": 0.22, "Drama": 0.12, "Musical": 0.05},
    "Crime": {"Drama": 0.4, "Thriller": 0.3},
    "Drama": {"Romance": 0.17, "War": 0.05, "Thriller": 0.05, "Crime": 0.04},
    "Film-Noir": {"Mystery": 0.4, "Thriller": 0.4},
    "Horror": {"Thriller": 0.25, "Sci-Fi": 0.12},
    "Romance": {"Drama": 0.4, "Comedy": 0.3, "Musical": 0.06},
    "Thriller": {"Mystery": 0.22, "Drama": 0.2, "Crime": 0.2, "Action": 0.2},
    "War": {"Drama": 0.6, "Action": 0.3},
    "Western": {"Action": 0.25},
}


def by_genre(values: Mapping[str, float]) -> NDArray[np.float64]:
    """Spread a table over the nineteen genres in their order, 0 where it says nothing."""
    return np.array([values.get(genre, 0.0) for genre in GENRES])
