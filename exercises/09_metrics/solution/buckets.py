"""Shows what two pods of the service counted in the last ten minutes. Given; run `python buckets.py`.

The numbers follow from the seed in .checker.json, so yours differ from your neighbor's.
"""

import json
import random
from itertools import accumulate
from pathlib import Path

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, float("inf"))
GOAL = 0.1
# How often a time falls into each bucket: pod a is fast and has most of the traffic, pod b is slow.
FAST = (30, 160, 330, 260, 110, 40, 22, 9, 3, 1, 0, 0)
# Some of pod b's answers take seconds: they are few among all, and many among its own.
SLOW = (2, 8, 24, 60, 82, 66, 40, 24, 14, 20, 24, 1)


def drawn(seed):
    """Return the pods' cumulated counts, name to list; the same seed draws the same ones on every machine."""
    draw = random.Random(f"buckets {seed}")
    while True:
        pods = {"a": _counts(draw, FAST, draw.randint(7, 12)), "b": _counts(draw, SLOW, draw.randint(2, 4))}
        both = [sum(pair) for pair in zip(*pods.values(), strict=True)]
        # No bound is itself a good answer to task 2.
        if all(abs(count / both[-1] - 0.95) > 0.005 for count in both):
            return pods


def _counts(draw, weights, times):
    return list(accumulate(round(weight * times * draw.uniform(0.8, 1.2)) for weight in weights))


def shown(bound):
    return "+Inf" if bound == float("inf") else str(bound)


def own_seed():
    """Return the seed in .checker.json beside this file; 1 where there is none."""
    try:
        return int(json.loads(Path(__file__).with_name(".checker.json").read_text())["seed"])
    except (OSError, ValueError, KeyError, TypeError):
        return 1


def main():
    seed = own_seed()
    print(f"seed {seed}: POST /predict in the last ten minutes, counted by two pods")
    for pod, counts in drawn(seed).items():
        print()
        for bound, count in zip(BOUNDS, counts, strict=True):
            le = f'le="{shown(bound)}"'
            name = f'http_request_duration_seconds_bucket{{pod="{pod}",route="/predict",{le}}}'
            print(f"{name:<75} {count:>6}")
        name = f'http_request_duration_seconds_count{{pod="{pod}",route="/predict"}}'
        print(f"{name:<75} {counts[-1]:>6}")


if __name__ == "__main__":
    main()
