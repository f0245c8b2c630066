"""Nights of the movie service, made up, and what your alerts do in them. Given; run `python nights.py spike`.

A night has 25 minutes. Prometheus asks both pods every 15 s; what goes wrong begins at minute 10.
`python -m checker.promql` evaluates your rules in the way of Prometheus 3: no Prometheus is needed.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import numpy as np

# Seconds between two scrapes, how many there are, the minute of the beginning, and in how many an alert is due.
STEP, SCRAPES, BEGINS, LATEST = 15, 100, 10, 10
# Requests per second, both pods together; a scrape every 15 s is a request too.
ROUTES = {"/predict": 30.0, "/movies/{movie_id}": 6.0, "/health/live": 0.4, "/metrics": 0.13}
BOUNDS = ("0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.15", "0.25", "0.5", "1.0", "2.5", "+Inf")
# Share of the times up to each bound, for answers as usual and for late and slow ones (0.1 to 0.15 s, 0.15 to 0.5 s).
USUAL = (0.1, 0.4, 0.8, 0.96, 0.985, 0.99, 0.995, 1, 1, 1, 1, 1)
SLOW = (0, 0, 0, 0, 0, 0, 0, 0.5, 1, 1, 1, 1)
LATE = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1)
STUCK = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)
FAILED = ("500", "502", "503", "504")
# Others, of which a night draws one: what servers and proxies of many makers say.
RARE, PROXY = ("501", *map(str, range(505, 520))), tuple(map(str, range(521, 600)))
# Routes that are asked for in one night only. app.py gets the second one tomorrow: nobody knows its name yet.
SEEN, TOMORROW = "/users/{user_id}/seen", "a new route"
SMALL = {SEEN: 1.4, TOMORROW: 1.4}
MEAN = {USUAL: 0.017, LATE: 0.12, SLOW: 0.28, STUCK: 2.0}


@dataclass(frozen=True)
class Night:
    """What goes wrong from minute 10 on: shares of the requests that fail, are refused, are slow or just too late."""

    says: str
    failing: float = 0.0
    refused: float = 0.0
    slow: float = 0.0
    late: float = 0.0
    minutes: float = 15.0
    # Pod b's part of the traffic, and whether the trouble is with pod b alone.
    part_of_b: float = 0.5
    only_b: bool = False
    traffic: float = 1.0
    # The routes with the trouble; none: it is with all.
    routes: tuple[str, ...] = ()
    # So many minutes after its beginning the same trouble comes once more.
    again: float = 0.0
    # The minute at which both pods are started anew.
    anew: float = 0.0
    # With which status a failing request ends, of the app itself or of a gateway before it; one is drawn.
    status: tuple[str, ...] = ("500",)
    # Share of the requests that take about two seconds, to the end, and of those that are sent on with 307.
    stuck: float = 0.0
    moved: float = 0.0
    # Pod b is started anew every two minutes, all night.
    crashing: bool = False
    # What goes wrong does so in every other scrape only.
    bursts: bool = False


NIGHTS = {
    "quiet": Night("nothing happens"),
    "spike": Night("30 s in which every request fails and is slow", failing=1.0, slow=1.0, minutes=0.5),
    "hiccup": Night("for 3.5 minutes 10 of 100 requests fail, and 8 are slow", failing=0.1, slow=0.08, minutes=3.5),
    "again": Night(
        "two spikes of 30 s, seven minutes apart, in which every request fails and is slow",
        failing=1.0,
        slow=1.0,
        minutes=0.5,
        again=7.0,
    ),
    "outage": Night(
        "8 of 100 requests fail, to the end. At minute 14.75 both pods are started anew", failing=0.08, anew=14.75
    ),
    "down": Night("every request fails with one status from 521 to 599, to the end", failing=1.0, status=PROXY),
    "half": Night(
        "every fourth request to pod b fails and is slow, to the end", 0.25, slow=0.25, only_b=True, status=("504",)
    ),
    "movies": Night(
        "every request for /movies/{movie_id} fails and is slow, all others are as quick as ever",
        failing=1.0,
        slow=1.0,
        routes=("/movies/{movie_id}",),
        status=("503",),
    ),
    "small": Night(
        "every request for /users/{user_id}/seen and for a new route fails and is slow: 71 of 1,000 requests",
        failing=1.0,
        slow=1.0,
        routes=tuple(SMALL),
    ),
    "early": Night(
        "a tenth of the usual traffic; 6 of 100 requests fail, and 12 are slow",
        0.06,
        slow=0.12,
        traffic=0.1,
        status=("502",),
    ),
    "crowd": Night("six times the usual traffic; 47 of 1,000 requests fail", failing=0.047, traffic=6.0),
    "clients": Night(
        "50 of 100 requests are refused with 404, somebody's old links, and 20 are sent on with 307; 3 of 100 fail",
        0.03,
        refused=0.5,
        moved=0.2,
    ),
    "release": Night("both pods are started anew, so their counters begin at zero", anew=10.5),
    "idle": Night("nobody asks for anything", traffic=0.0),
    "tail": Night("5 of 100 answers more than usual take 100 to 150 ms, to the end", late=0.05),
    "stuck": Night("38 of 1,000 answers take two seconds, the others are as quick as ever", stuck=0.038),
    "corner": Night(
        "20 of 100 answers of /movies/{movie_id} are slow, all others as quick as ever",
        slow=0.2,
        routes=("/movies/{movie_id}",),
    ),
    "canary": Night(
        "pod b has 3 of 100 requests, and all of them fail and are slow", 1.0, slow=1.0, part_of_b=0.03, only_b=True
    ),
    "crashes": Night(
        "pod b is started anew every two minutes; 8 of 100 requests fail, and as many are slow",
        0.08,
        slow=0.08,
        crashing=True,
    ),
    "bursts": Night(
        "12 of 100 requests fail with 501 or 505 to 519 and are slow, all of them in every other 15 s",
        0.24,
        slow=0.24,
        bursts=True,
        status=RARE,
    ),
}

FIRES = f"must fire from minute {BEGINS} to {BEGINS + LATEST}"
# In which nights an alert must fire, and in which ones it must be silent. In others it is not judged.
ASKED = {
    "HighErrorRate": (
        ("outage", "down", "half", "movies", "small", "early", "crashes", "bursts"),
        ("crowd", "idle", "clients", "release", "canary", "spike", "again", "hiccup"),
    ),
    "HighLatency": (
        ("movies", "small", "half", "tail", "early", "crashes", "bursts"),
        ("idle", "crowd", "release", "stuck", "corner", "canary", "spike", "again", "hiccup"),
    ),
}


def asked_of(name):
    """What is asked of each alert in a night, in words."""
    told = {}
    for alert, (fires, silent) in ASKED.items():
        told[alert] = FIRES if name in fires else "must be silent" if name in silent else "is not judged"
    return told


def series(night, draw):
    """The counters of a night: (name, labels) to the values of the scrapes."""
    pace, shift = draw.uniform(0.7, 1.4) * night.traffic, draw.uniform(0, STEP)
    failed = draw.choice(night.status)
    statuses = dict.fromkeys(("200", "404", *FAILED, failed, *(["307"] if night.moved else [])))
    parts = {"a": 1 - night.part_of_b, "b": night.part_of_b}
    # A rule that lists addresses or routes knows those of today.
    instances, tomorrow = addresses(parts, draw), f"/{''.join(draw.choices(ascii_lowercase, k=8))}"
    made = {}
    for pod, part in parts.items():
        for route, rate in (ROUTES | (SMALL if TOMORROW in night.routes else {})).items():
            bad = not night.routes or route in night.routes
            shares = [_share(night, pod, step, shift) if bad else 0.0 for step in range(SCRAPES)]
            counts = _counts(night, failed, draw, rate * part * pace, np.array(shares))
            for name, labels, of in _series_of(route, statuses):
                # Since their start the pods had few failures.
                start = 1000.0 if dict(labels).get("status", "200") == "200" else 10.0
                total = _summed(_anew(night, pod), of(counts), start)
                known_as = tomorrow if route == TOMORROW else route
                made[name, (*labels, ("instance", instances[pod]), ("route", known_as))] = total.tolist()
    return made


def addresses(pods, draw):
    """Where Prometheus asks each pod: host and port, other ones in each night."""
    network, hosts = f"10.{draw.randrange(256)}.{draw.randrange(256)}", draw.sample(range(2, 255), len(pods))
    return {pod: f"{network}.{host}:8000" for pod, host in zip(pods, hosts, strict=True)}


def _share(night, pod, number, shift):
    """The part of the time between two scrapes in which something is wrong with this pod."""
    overlap = 0.0
    for minute in {BEGINS, BEGINS + night.again}:
        begin, end = minute * 60 + shift, (minute + night.minutes) * 60 + shift
        overlap += max(0.0, min(end, number * STEP) - max(begin, (number - 1) * STEP)) / STEP
    spared = (night.only_b and pod == "a") or (night.bursts and number % 2)
    return 0.0 if spared else overlap


def _counts(night, status, draw, rate, share):
    """What happens to the requests between two scrapes, for each scrape: how many are fine, fail, are refused, slow."""
    count = np.array([round(rate * STEP * draw.uniform(0.95, 1.05)) for _ in share])
    # Parts of a request are left: to round them would make another share of a route with few requests.
    failed, refused, moved = (count * share * part for part in (night.failing, night.refused, night.moved))
    slow, late, stuck = (count * share * part for part in (night.slow, night.late, night.stuck))
    counts = {"200": count - failed - refused - moved, "404": refused, "307": moved, status: failed}
    counts |= dict.fromkeys({*FAILED} - {status}, np.zeros(len(count)))
    times = {"usual": count - slow - late - stuck, "late": late, "slow": slow, "stuck": stuck}
    return counts | times


def _series_of(route, statuses):
    """Name, labels, and what of the counts each series adds up."""
    for status in statuses if route != "/metrics" else ("200",):
        yield "http_requests_total", (("status", status),), lambda counts, key=status: counts[key]
    name = "http_request_duration_seconds"
    kinds = (("usual", USUAL), ("late", LATE), ("slow", SLOW), ("stuck", STUCK))
    for place, bound in enumerate(BOUNDS):
        shares = [(kind, shares[place]) for kind, shares in kinds]
        yield f"{name}_bucket", (("le", bound),), lambda each, of=shares: sum(each[kind] * part for kind, part in of)
    yield f"{name}_count", (), lambda counts: sum(counts[kind] for kind, _ in kinds)
    yield f"{name}_sum", (), lambda counts: sum(counts[kind] * MEAN[shares] for kind, shares in kinds)


def _anew(night, pod):
    """The scrapes before which this pod is started anew."""
    if night.anew:
        return {round(night.anew * 60 / STEP)}
    return set(range(5, SCRAPES, 120 // STEP)) if night.crashing and pod == "b" else set()


def _summed(anew, counts, start):
    total = start + np.cumsum(counts)
    for number in sorted(anew):
        total[number:] -= total[number] - counts[number]
    return total


def written(says, step, made, asked):
    """A night as a text: a title, the step, what is asked of alerts, a series a line."""
    lines = [f"# {says}", f"step {step}s", *(f"asked {alert} {words}" for alert, words in asked.items())]
    for (name, labels), values in made.items():
        inside = ",".join(f'{key}="{value}"' for key, value in (("job", "movies"), *labels))
        lines.append(f"{name}{{{inside}}} {' '.join(f'{value:.10g}' for value in values)}")
    return "\n".join(lines) + "\n"


def main(known, step, of, rules, asked=lambda name: {}):
    """Evaluate a file of rules over the nights that the command line names; `of` makes their series."""
    parser = argparse.ArgumentParser(description=f"What the rules of {rules} do in nights that are made up.")
    parser.add_argument("night", nargs="*", help=", ".join(known) + "; none means all")
    parser.add_argument("--rules", default=rules)
    options = parser.parse_args()
    wrong = [name for name in options.night if name not in known]
    if wrong:
        parser.error(f"there is no night {wrong[0]!r}; there are {', '.join(known)}")
    names = options.night or list(known)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.txt" for name in names]
        for name, file in zip(names, files, strict=True):
            night = known[name]
            made = of(night, random.Random(name))
            file.write_text(written(night.says, step, made, asked(name)), encoding="utf-8")
        # Prometheus reads both files of rules: an alert may read what the other one records.
        beside = ["--beside", "budget.yaml"] if rules != "budget.yaml" else []
        argv = [sys.executable, "-m", "checker.promql", options.rules, *map(str, files), *beside]
        raise SystemExit(subprocess.run(argv, check=False).returncode)


if __name__ == "__main__":
    main(NIGHTS, STEP, series, "alerts.yaml", asked_of)
