"""Long nights of the movie service, made up, and what the rules of budget.yaml do in them. Given.

    python budget.py outage

A sample a minute; what goes wrong begins at minute 240. `nights.py` has the short nights, and the way to evaluate.
"""

from dataclasses import dataclass

import nights

STEP, BEGINS = 60, 240
PODS = ("a", "b")
# Requests per second, and how much more often than all requests those of a route fail, as long as some succeed.
ROUTES = {"/predict": (30.0, 0.5), "/movies/{movie_id}": (6.0, 3.5)}
OTHERS = (*nights.RARE, *nights.PROXY)
# Failures of an ordinary day: a fifth of what the goal allows.
USUAL = 0.0002


@dataclass(frozen=True)
class Night:
    """What goes wrong from minute 240 on, for so many minutes; after it all is well again."""

    says: str
    minutes: float = 0.0
    # Shares of the requests that fail and that are refused, and the part of the usual traffic that is left.
    failing: float = 0.0
    refused: float = 0.0
    traffic: float = 1.0
    length: int = 330
    # The minute in which pod a is started anew.
    restart: int | None = None


NIGHTS = {
    "calm": Night("2 of 10,000 requests fail, as ever"),
    "blip": Night("for 30 s every request fails", 0.5, failing=1.0),
    "outage": Night("for ten minutes every request fails", 10, failing=1.0),
    "blaze": Night("for an hour and a half 16 of 1,000 requests fail", 90, failing=0.016, length=360),
    "leak": Night("for three and a half hours 27 of 2,000 requests fail", 210, failing=0.0135, length=510, restart=300),
    "hour": Night("for one hour 26 of 1,000 requests fail", 60, failing=0.026),
    "lull": Night(
        "for 20 minutes there is a hundredth of the traffic, and 1 of 10 fails", 20, failing=0.1, traffic=0.01
    ),
    "callers": Night("30 of 100 requests are refused with 404, for an hour", 60, refused=0.3),
}


def series(night, draw):
    """The counters of a night: (name, labels) to the values of the samples."""
    pace, shift = draw.uniform(0.8, 1.2), draw.uniform(0, STEP)
    made, instances = {}, nights.addresses(PODS, draw)
    shares = [_share(night, number, shift) for number in range(night.length + 1)]
    # One route fails with the app's own status, the other one with that of some server before it.
    for (route, (rate, more)), failed in zip(ROUTES.items(), ("500", draw.choice(OTHERS)), strict=True):
        for pod in PODS:
            paces = [rate / len(PODS) * STEP * pace * draw.uniform(0.97, 1.03) for _ in shares]
            steps = [_step(night, count, share, more) for count, share in zip(paces, shares, strict=True)]
            for place, status in enumerate(("200", "404", failed)):
                labels = (("instance", instances[pod]), ("route", route), ("status", status))
                counts = [step[place] for step in steps]
                made["http_requests_total", labels] = list(_summed(counts, night.restart if pod == "a" else None))
    return made


def _share(night, number, shift):
    """The part of a minute in which something is wrong."""
    begin, end = BEGINS * 60 + shift, (BEGINS + night.minutes) * 60 + shift
    return max(0.0, min(end, number * STEP) - max(begin, (number - 1) * STEP)) / STEP


def _step(night, count, share, more):
    """Of the requests of one pod and route in a minute: how many are fine, refused and failed."""
    well, ill = count * (1 - share), count * share * night.traffic
    failing = max(night.failing, USUAL) * (1 if night.failing == 1 else more)
    failed, refused = well * USUAL * more + ill * failing, ill * night.refused
    return well + ill - failed - refused, refused, failed


def _summed(counts, restart):
    total = 0.0
    for number, count in enumerate(counts):
        total = count if number == restart else total + count
        yield round(total)


if __name__ == "__main__":
    nights.main(NIGHTS, STEP, series, "budget.yaml")
