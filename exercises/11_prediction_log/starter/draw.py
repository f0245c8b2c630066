"""Draws predictions of November 2026. Given; what it draws depends on the seed of your copy.

The scores fall on a day of the last third. Version v2 answers one request in ten; v1 is slow on the 17th.
"""

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIRST, DAYS, USERS = date(2026, 11, 1), 30, 943
SLOW_DAY = date(2026, 11, 17)


def seed():
    """The seed of your copy of the exercise."""
    state = HERE / ".checker.json"
    return json.loads(state.read_text("utf-8")).get("seed", 1) if state.is_file() else 1


def days():
    """All days of the month."""
    return [FIRST + timedelta(days=number) for number in range(DAYS)]


def fell_on(your_seed):
    """The day from which on the scores of your November are lower."""
    return FIRST + timedelta(days=random.Random(your_seed + 2).randint(19, 25))


def predictions(draw, day, count, fell=date(2026, 11, 24)):
    """So many predictions of one day, as a service makes them: user_id, and made_at in milliseconds since 1970."""
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    return [prediction(draw, day, midnight + draw.randrange(86_400_000), fell) for _ in range(count)]


def prediction(draw, day, made_at, fell=date(2026, 11, 24)):
    """One prediction that was made at a moment."""
    version = "v2" if draw.random() < 0.1 else "v1"
    slow = day == SLOW_DAY and version == "v1" and draw.random() < 0.2
    score = round(min(1.0, max(0.0, draw.gauss(0.6 if day < fell else 0.45, 0.15))), 6)
    return {
        "request_id": f"{draw.getrandbits(64):016x}",
        "made_at": made_at,
        "user_id": draw.randint(1, USERS),
        "movie_id": draw.randint(1, 1682),
        "score": score,
        "liked": int(score >= 0.5),
        "latency_ms": round(draw.uniform(60, 90) if slow else draw.uniform(2, 9), 3),
        "model_version": version,
    }


def objects_per_day(your_seed):
    """How many objects each day of your lake has."""
    draw = random.Random(your_seed)
    return {day: draw.randint(1, 4) for day in days()}


def month(your_seed, rows=40):
    """Your lake: for each day its objects, each a list of rows with a user_key in place of the user_id."""
    draw, fell = random.Random(your_seed + 1), fell_on(your_seed)
    lake = {}
    for day, count in objects_per_day(your_seed).items():
        lake[day] = [[named(one) for one in predictions(draw, day, rows, fell)] for _ in range(count)]
    return lake


def named(prediction):
    """A row as the lake keeps it; the name is as good as a drawn one for what is asked here."""
    row = dict(prediction)
    return row | {"user_key": f"user-{row.pop('user_id')}"}
