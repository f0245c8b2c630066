"""The files of a MovieLens-100K folder: their names, how they are written, and the SYNTHETIC marker."""

from __future__ import annotations

import json
from pathlib import Path

from course.training import tables
from course.training.movies import Movies
from course.training.people import People
from course.training.world import Ratings, World

ENCODING = "latin-1"
MARKER = "SYNTHETIC"
DATA_FILES = ("u.data", "u.user", "u.item", "u.genre", "u.occupation", "u.info")


def write_data_set(folder: Path, world: World, ratings: Ratings) -> None:
    """Write a world and its ratings as MovieLens-100K would."""
    contents = {
        "u.data": _ratings(ratings),
        "u.user": _users(world.people),
        "u.item": _items(world.movies),
        # The real u.genre ends with an empty line.
        "u.genre": "".join(f"{name}|{index}\n" for index, name in enumerate(tables.GENRES)) + "\n",
        "u.occupation": "".join(f"{name}\n" for name in sorted(tables.OCCUPATIONS)),
        "u.info": f"{len(world.people)} users\n{len(world.movies)} items\n{len(ratings)} ratings\n",
        MARKER: json.dumps({"generator": "course.training", "version": 1, "seed": world.seed}) + "\n",
    }
    for name, text in contents.items():
        # Bytes, because text mode would write other line ends on Windows.
        (folder / name).write_bytes(text.encode(ENCODING))


def _ratings(ratings: Ratings) -> str:
    columns = (ratings.user, ratings.movie, ratings.value, ratings.time)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return "".join(f"{user}\t{movie}\t{value}\t{time}\n" for user, movie, value, time in rows)


def _users(people: People) -> str:
    rows = zip(people.age, people.gender, people.occupation, people.zip_code, strict=True)
    return "".join("|".join([str(number), *map(str, row)]) + "\n" for number, row in enumerate(rows, start=1))


def _items(movies: Movies) -> str:
    lines = []
    for index, title in enumerate(movies.title):
        link = "" if title == "unknown" else f"http://movies.example/title/{index + 1}"
        # The fourth column, the date of the video release, is empty in every line of the real file too.
        fields = [str(index + 1), title, movies.release[index], "", link, *map(str, movies.flags[index])]
        lines.append("|".join(fields) + "\n")
    return "".join(lines)
