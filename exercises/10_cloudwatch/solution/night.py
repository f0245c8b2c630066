"""Writes the bad night of your seed: night.jsonl, its log, and metrics.jsonl, its metrics. Given.

    python night.py

Three hours, 01:00 to 04:00 UTC. The log has one line per request; the metrics have one line per minute, in embedded
metric format. The checks draw nights of other seeds from the same functions.
"""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN = int(datetime(2026, 11, 21, 1, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
MINUTES = 180
SPIKE, BATCH = (30, 32), (45, 60)
# An ordinary stretch at its edge: as few requests as ever, and one error in each minute.
LULL = (18, 27)
FAILURES = (
    (500, "model file cannot be read"),
    (503, "no worker is free"),
    (504, "features came too late, after a WARN"),
)


def seed():
    """The seed of your copy of the exercise."""
    state = HERE / ".checker.json"
    return json.loads(state.read_text("utf-8")).get("seed", 1) if state.is_file() else 1


def plan(your_seed):
    """What happens in the night, as minutes from 01:00 on: (first, first after it)."""
    generator = random.Random(your_seed)
    errors, silent, slow = generator.randint(65, 71), generator.randint(100, 104), generator.randint(130, 134)
    return {
        "spike": SPIKE,
        "batch": BATCH,
        "errors": (errors, errors + 15),
        "silent": (silent, silent + 14),
        "slow": (slow, slow + 20),
    }


def requests(your_seed):
    """The requests of the night, in order."""
    generator = random.Random(your_seed + 1)
    happens = plan(your_seed)
    found = []
    for minute in range(MINUTES):
        if _within(minute, happens["silent"]):
            continue
        count = 28 if _within(minute, LULL) else generator.randint(28, 44)
        failing = _failing(minute, happens, generator)
        odd = _slow(minute, happens)
        seconds = sorted(generator.sample(range(MINUTE), count))
        for number, second in zip(generator.sample(range(count), count), seconds, strict=True):
            request = _request(BEGIN + minute * MINUTE + second, generator)
            found.append(request | _special(number, failing, odd, minute, generator))
    return found


def _failing(minute, happens, generator):
    if _within(minute, happens["errors"]):
        return 16 if minute == happens["errors"][0] else generator.randint(16, 24)
    if _within(minute, happens["spike"]):
        return generator.randint(14, 18)
    return 1 if minute % 11 == 3 or _within(minute, LULL) else 0


def _slow(minute, happens):
    """How many requests of the minute take more than a second: one every ninth minute on any night."""
    return 1 if _within(minute, happens["slow"]) or minute % 9 == 4 else 0


def _request(at, generator):
    return {
        "timestamp": at,
        "level": "INFO",
        "message": "predicted",
        "route": "/predict",
        "status": 200,
        "latency_ms": round(generator.uniform(20, 90), 1),
        "user_id": generator.randint(1, 943),
        "request_id": f"{generator.getrandbits(32):08x}",
    }


def _special(number, failing, slow, minute, generator):
    """What is not ordinary about the request that is `number` in its minute."""
    if number < failing:
        status, message = FAILURES[number % len(FAILURES)]
        fails = {"level": "ERROR", "status": status, "message": message}
        # Who waits for features in vain is no faster than anybody in the batch; the others fail at once.
        shortest, longest = (150, 210) if status == 504 else (4, 15)
        return fails | {"latency_ms": round(generator.uniform(shortest, longest), 1)}
    if number < failing + slow:
        return {"latency_ms": round(generator.uniform(1600, 2600), 1)}
    special = {"latency_ms": round(generator.uniform(150, 210), 1)} if _within(minute, BATCH) else {}
    if number == failing + slow and minute >= 50:
        # Harmless, and the word that a search for text finds first.
        special |= {"level": "WARN", "message": "cache answered 1 ERROR, second try fine"}
        if not _within(minute, BATCH):
            # A cache is as fast as a failure.
            special["latency_ms"] = 4.5 + minute % 9
    if number == failing + slow + 1 and minute >= 50:
        # What a failure says stands in the text of a good request too.
        special["message"] = "predicted at the second try, after ERROR: no worker is free"
    return special


def _within(minute, stretch):
    return stretch[0] <= minute < stretch[1]


def metrics(your_requests):
    """What the service measured, a line per minute: Requests, Errors and Latency, of Service=movie-service."""
    by_minute = {}
    for request in your_requests:
        by_minute.setdefault(request["timestamp"] // MINUTE * MINUTE, []).append(request)
    return [_measured(at, inside) for at, inside in sorted(by_minute.items())]


def _measured(at, inside):
    names = {"Requests": "Count", "Errors": "Count", "Latency": "Milliseconds"}
    directive = {
        "Namespace": "MovieService",
        "Dimensions": [["Service"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in names.items()],
    }
    return {
        "_aws": {"Timestamp": at, "CloudWatchMetrics": [directive]},
        "Service": "movie-service",
        "Requests": [1] * len(inside),
        "Errors": [int(request["level"] == "ERROR") for request in inside],
        "Latency": [request["latency_ms"] for request in inside],
    }


def main():
    night = requests(seed())
    for name, lines in (("night.jsonl", night), ("metrics.jsonl", metrics(night))):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (HERE / name).write_text(text, "utf-8")
        print(f"{name}: {len(lines)} lines, {len(text) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
