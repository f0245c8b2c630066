"""The answers of this exercise's observe and diagnose tasks, for one seed."""

import runpy
from collections import Counter
from pathlib import Path

# The given script itself draws the requests, so that what it shows and what is asked cannot drift apart.
TRAFFIC = Path(__file__).parents[1] / "starter" / "traffic.py"
TICKETS = {"ticket_a": "in_the_address", "ticket_b": "encoded_twice", "ticket_c": "sent_as_form"}


def answers(seed, resources):
    """Return what answers.toml must say for this seed."""
    drawn = runpy.run_path(str(TRAFFIC))["requests_for"](seed)
    faults = Counter(one.fault for one in drawn if one.fault)
    unknown = faults.pop("unknown movie", 0)
    worst = faults.most_common(1)[0][0]
    return TICKETS | {"refused_422": faults.total(), "refused_404": unknown, "worst_field": worst}
