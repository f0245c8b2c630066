"""The users of the synthetic data set: who they are, and what they like without saying so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course.training import tables

Floats = NDArray[np.float64]
Names = NDArray[np.str_]

FACTORS = 6  # hidden tastes that no genre explains; the model cannot learn them, as in life
_BIAS_SPREAD = 0.40
_OWN_TASTE = 0.22
_FACTOR_SPREAD = 0.28
_FOREIGN_ZIPS = 0.015


@dataclass(frozen=True)
class People:
    """Columns of u.user, then the hidden half: leniency, taste per genre, factors, how much they rate."""

    age: NDArray[np.int64]
    gender: Names
    occupation: Names
    zip_code: list[str]
    bias: Floats
    taste: Floats
    factors: Floats
    activity: Floats

    def __len__(self) -> int:
        return len(self.age)


def make_people(users: int, random: np.random.RandomState) -> People:
    """Make users with the published counts of occupations and women; user 259 is always the example."""
    example = tables.EXAMPLE_USER - 1 if users >= tables.EXAMPLE_USER else None
    occupation = _occupations(users, random, student=example)
    age = _ages(occupation, random)
    gender = _genders(occupation, random, man=example)
    if example is not None:
        age[example] = 21
    return People(
        age=age,
        gender=gender,
        occupation=occupation,
        zip_code=_zip_codes(users, random),
        bias=random.normal(0, _BIAS_SPREAD, users),
        taste=_tastes(age, gender, occupation, random),
        factors=random.normal(0, _FACTOR_SPREAD, (users, FACTORS)),
        activity=random.weibull(0.78, users) * 74.5,
    )


def _occupations(users: int, random: np.random.RandomState, *, student: int | None) -> Names:
    names = np.array(sorted(tables.OCCUPATIONS))
    counts = np.array([tables.OCCUPATIONS[name].users for name in names])
    if users == tables.USERS:
        drawn = random.permutation(np.repeat(names, counts))
    else:
        drawn = random.choice(names, users, p=counts / counts.sum())
    if student is not None and drawn[student] != "student":
        # Exchange, do not overwrite: the published counts must stay as they are.
        other = int(np.flatnonzero(drawn == "student")[0])
        drawn[[student, other]] = drawn[[other, student]]
    return drawn


def _ages(occupation: Names, random: np.random.RandomState) -> NDArray[np.int64]:
    """Draw ages around the middle age of the occupation; below 14 only those without a job are left."""
    facts = [tables.OCCUPATIONS[name] for name in occupation]
    spread = np.array([fact.spread for fact in facts]) * random.normal(size=len(facts))
    age = np.clip(np.round(np.array([fact.age for fact in facts]) * np.exp(spread)), 7, 73).astype(np.int64)
    working = ~np.isin(occupation, ["student", "none", "other"])
    return np.where(working & (age < 16), 19, age)


def _genders(occupation: Names, random: np.random.RandomState, *, man: int | None) -> Names:
    weight = np.array([tables.OCCUPATIONS[name].women for name in occupation])
    # Gumbel keys: the largest ones are a draw without replacement in proportion to the weights.
    keys = np.log(weight / (1 - weight)) + random.gumbel(size=len(weight))
    if man is not None:
        keys[man] = -np.inf
    women = np.argsort(-keys, kind="stable")[: round(tables.WOMEN * len(weight) / tables.USERS)]
    gender = np.full(len(weight), "M")
    gender[women] = "F"
    return gender


def _zip_codes(users: int, random: np.random.RandomState) -> list[str]:
    """Five digits, some with a leading zero, and a few Canadian ones: read as a number they are lost."""
    codes = [f"{number:05d}" for number in random.randint(1000, 99900, users)]
    for index in random.choice(users, max(1, int(users * _FOREIGN_ZIPS)), replace=False):
        letters = [("VTLMKE", "ABCEGH", "NPRSTV")[part][random.randint(6)] for part in range(3)]
        codes[index] = f"{letters[0]}{random.randint(10)}{letters[1]}{random.randint(10)}{letters[2]}"
    return codes


def _tastes(
    age: NDArray[np.int64],
    gender: Names,
    occupation: Names,
    random: np.random.RandomState,
) -> Floats:
    by_age = np.array([tables.by_genre(taste) for taste in tables.AGE_TASTES])
    of_gender = np.array([tables.by_genre(tables.GENDER_TASTES[value]) for value in gender])
    of_job = np.array([tables.by_genre(tables.OCCUPATION_TASTES.get(name, {})) for name in occupation])
    taste = by_age[np.digitize(age, tables.AGE_BANDS)] + of_gender + of_job
    taste = taste + random.normal(0, _OWN_TASTE, taste.shape)
    taste[:, tables.GENRES.index("unknown")] = 0.0
    return np.asarray(taste, dtype=np.float64)
