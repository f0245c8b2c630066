"""Prints what happened before you came: the runs of the old pipeline, and what production has run. Given.

    python history.py               the last runs, job by job
    python history.py production    what was deployed to production, and how it did

Both tables are drawn from the seed of your copy: they are made up, and yours differ from your neighbor's.
"""

import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What happened to a run: test, build, staging, production. The jobs did not wait for each other's good news.
ALL_WELL = ("success", "success", "success", "success")
SHIPPED = ("failure", "success", "success", "success")
DISTRACTING = (
    ("failure", "failure", "skipped", "skipped"),
    ("failure", "success", "success", "failure"),
    ("success", "success", "failure", "success"),
    ("success", "success", "success", "failure"),
)


def seed():
    """The seed of your copy of the exercise."""
    state = HERE / ".checker.json"
    return json.loads(state.read_text("utf-8")).get("seed", 1) if state.is_file() else 1


def runs(your_seed):
    """(number, commit, results of the four jobs) of the last nine runs, oldest first."""
    draw = random.Random(your_seed)
    what = [SHIPPED, *DISTRACTING, ALL_WELL, ALL_WELL, ALL_WELL]
    draw.shuffle(what)
    first = draw.randint(200, 900)
    return [(first + n, f"{draw.getrandbits(28):07x}", results) for n, results in enumerate([ALL_WELL, *what])]


def deployments(your_seed):
    """(hour, digest, what went wrong in percent) of what reached production, oldest first; the last two are bad."""
    draw = random.Random(your_seed + 1)
    digests = [f"sha256:{draw.getrandbits(256):064x}" for _ in range(6)]
    good = sorted(draw.sample(range(4, 60), 4))
    # The newest good one is the worst of the good ones: the best of all is older, and knows fewer movies.
    percents = [good[place] / 100 for place in (1, 0, 2, 3)]
    percents += [draw.randint(610, 990) / 100, draw.randint(610, 990) / 100]
    hours = sorted(draw.sample(range(2, 160), 6))
    return list(zip(hours, digests, percents, strict=True))


def show_runs():
    print("run   commit   test     build    staging  production")
    for number, commit, results in runs(seed()):
        print(f"{number}   {commit}  {' '.join(f'{one:8}' for one in results)}".rstrip())
    print("\nYour question: which run put code into production whose tests had failed?")


def show_deployments():
    print("What reached production, oldest first, and the share of its requests that failed within an hour:\n")
    for hour, digest, percent in deployments(seed()):
        print(f"  day {hour // 24 + 1} {hour % 24:02}:00  {digest[:19]}  {percent:5.2f} % failed")
    print("\nThe limit is 1 %. The last two were built from the same broken commit.")
    print("Your question: to which digest do you go back? As little as possible is lost.")


if __name__ == "__main__":
    if sys.argv[1:] == ["production"]:
        show_deployments()
    elif not sys.argv[1:]:
        show_runs()
    else:
        sys.exit("error: history.py knows one word, 'production'.\ntry: python history.py production")
