"""Computes what the observe task must read from load.py."""

import random


def answers(seed, resources):
    draw = random.Random(seed)
    return {"heaviest": max(draw.randrange(1, 31) for _ in range(20))}
