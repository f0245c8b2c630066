"""What answers.toml must say, for one trainee's seed."""

import runpy
from pathlib import Path

# The given script itself draws, so that what it shows and what is asked cannot drift apart.
CROWD = Path(__file__).parents[1] / "starter" / "crowd.py"


def answers(seed, resources):
    """The largest count that the script prints."""
    return {"most_retries": max(runpy.run_path(str(CROWD))["counts"](seed).values())}
