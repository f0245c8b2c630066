"""Computes what must be read from the tables, from the trainee's seed alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker import sibling

evaluating = sibling(__file__, "evaluating")
BUCKETS, PANELS = evaluating.given("buckets.py"), evaluating.given("panels.py")
# What is wrong with each of PANELS, in their order, and a question to whoever said something else.
WORDS = (
    ("sum_first", "What does the inner sum do when one pod starts anew, and what does a rate make of that?"),
    ("too_few", "How many of 20 requests are slower than 99 of 100?"),
    ("nothing", "What comes first here: rate, sum or percentile, and is any request left out?"),
    ("mean", "Of 100 users, how many wait as long as this line says?"),
    ("cause_only", "How low may this line be while users wait?"),
    ("raw_total", "How long ago may an error be that is in this number?"),
    ("nothing", "What comes first here: rate, sum or division, and is any request left out?"),
    ("successes_only", "Which requests are in this number, and with which status does the slowest one end?"),
    ("mean_of_p95", "How much does the pod with a twentieth of the traffic weigh in this number?"),
)


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    both = both_pods(seed)
    right = {
        "over_100_ms": both[-1] - both[BUCKETS["BOUNDS"].index(BUCKETS["GOAL"])],
        "p95_ms": round(p95(both)),
    }
    return right | {f"panel_{number}": word for number, word in enumerate(panels(seed), 1)}


def both_pods(seed: int) -> list[int]:
    """The buckets of the service: those of both pods, added."""
    return [sum(pair) for pair in zip(*BUCKETS["drawn"](seed).values(), strict=True)]


def pods(seed: int) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = BUCKETS["drawn"](seed)
    return counts


def p95(counts: list[int]) -> float:
    """The p95 of some buckets in milliseconds."""
    bounds = [0.0, *BUCKETS["BOUNDS"]]
    rank = 0.95 * counts[-1]
    place = next(number for number, count in enumerate(counts) if count >= rank)
    below = counts[place - 1] if place else 0
    part = (rank - below) / (counts[place] - below)
    return float(bounds[place] + (bounds[place + 1] - bounds[place]) * part) * 1000


def bucket_of(seed: int) -> tuple[float, float]:
    """The bounds, in milliseconds, of the bucket that holds the service's p95."""
    bounds = BUCKETS["BOUNDS"]
    place = next(n for n, bound in enumerate(bounds) if bound * 1000 >= p95(both_pods(seed)))
    return bounds[place - 1] * 1000, bounds[place] * 1000


def panels(seed: int) -> list[str]:
    """The right word for each panel of a seed."""
    return [WORDS[place][0] for place in PANELS["drawn"](seed)]


def shown(seed: int) -> list[tuple[str, str, str]]:
    """Title, right word and question of each panel of a seed."""
    return [(PANELS["PANELS"][place][0], *WORDS[place]) for place in PANELS["drawn"](seed)]
