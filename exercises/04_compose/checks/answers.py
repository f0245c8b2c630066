"""Computes what the tasks 1 and 3 ask for, from the trainee's seed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
QUESTIONS = runpy.run_path(str(Path(__file__).parents[1] / "starter" / "questions.py"))
# Who was asked in each line of start.log: localhost is the container itself, and the host knows no service names.
WHO = dict(zip(QUESTIONS["ASKED"], ("api", "prometheus", "nobody"), strict=True))
# What a command leaves of a volume without a name, which the image's VOLUME makes, and of a named one.
STARTER = {"restart": True, "stop": True, "up": True, "down": False, "down -v": False}
NAMED = STARTER | {"down": True}


def answers(seed: int, resources: dict[str, Path]) -> dict[str, Any]:
    """Return the right answers.toml, key to value."""
    story = QUESTIONS["story"](seed)
    return {
        "asked": WHO[QUESTIONS["line_of"](seed)],
        "left_before": left(story, STARTER),
        "left_after": left(story, NAMED),
    }


def left(story: list[tuple[int, str]], keeps: dict[str, bool]) -> int:
    """How many likes there are at the end."""
    total = 0
    for likes, command in story:
        total = total + likes if keeps.get(command, True) else 0
    return total
