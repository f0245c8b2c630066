"""Writes fortnight.jsonl: the traffic of fifteen days, one value of Requests for each five minutes. Given.

    python fortnight.py

The times of day differ, the days do not. On the last day half of the requests are missing from 12:00 to 14:00, and
from 20:00 to 22:00 there are twice as many as ever: a campaign.
"""

import json
import math
import random
from datetime import UTC, datetime

import night

BEGIN = int(datetime(2026, 11, 6, tzinfo=UTC).timestamp() * 1000)
FIVE, DAY, DAYS = 300_000, 86_400_000, 15
LAST = BEGIN + (DAYS - 1) * DAY
# (first, first after it, what is left of the usual traffic), in minutes of the last day.
LOST, CAMPAIGN = (720, 840, 0.5), (1200, 1320, 2.0)
NIGHTLY, DAILY = 180, 900


def usual(minute):
    """Requests in five minutes at this minute of a day: few until five in the morning, most in the early afternoon."""
    return NIGHTLY + DAILY * max(0.0, math.sin(math.pi * (minute / 60 - 5) / 18))


def traffic(your_seed):
    """(time, requests) for each five minutes of fifteen days."""
    generator = random.Random(your_seed + 2)
    for at in range(BEGIN, BEGIN + DAYS * DAY, FIVE):
        minute = (at - BEGIN) % DAY // 60_000
        left = next((part for first, end, part in (LOST, CAMPAIGN) if at >= LAST and first <= minute < end), 1.0)
        # 3 to 6 of 100 more or fewer than usual, and never more: what leaves a band of two deviations is no chance.
        odd = generator.choice((-1, 1)) * generator.uniform(0.03, 0.06)
        yield at, round(usual(minute) * left * (1 + odd))


def lines(your_seed):
    """The same in embedded metric format."""
    directive = {
        "Namespace": "MovieService",
        "Dimensions": [["Service"]],
        "Metrics": [{"Name": "Requests", "Unit": "Count"}],
    }
    for at, count in traffic(your_seed):
        head = {"Timestamp": at, "CloudWatchMetrics": [directive]}
        yield json.dumps({"_aws": head, "Service": "movie-service", "Requests": count})


def main():
    text = "".join(f"{line}\n" for line in lines(night.seed()))
    (night.HERE / "fortnight.jsonl").write_text(text, "utf-8")
    print(f"fortnight.jsonl: {text.count(chr(10))} lines, {len(text) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
