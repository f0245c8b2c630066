"""Draws the order of the tickets and the rollout that belong to your seed; ticket.py and question.py use it. Given."""

import json
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEAMS = ("kiosk", "phone", "search")


def seed():
    """The seed of your copy of the exercise."""
    state = HERE / ".checker.json"
    return json.loads(state.read_text("utf-8")).get("seed", 1) if state.is_file() else 1


def tickets(your_seed):
    """Which team's ticket is a, b and c."""
    teams = random.Random(your_seed).sample(TEAMS, len(TEAMS))
    return dict(zip("abc", teams, strict=True))


def rollout(your_seed):
    """Replicas, maxSurge and maxUnavailable of your rollout; neither percentage gives a whole number of pods."""
    generator = random.Random(your_seed + 1)
    replicas = generator.choice((7, 9, 11, 13))
    surge, unavailable = generator.choice(((20, 30), (25, 35), (30, 20), (35, 25), (30, 15), (15, 30)))
    return {"replicas": replicas, "surge": f"{surge}%", "unavailable": f"{unavailable}%"}
