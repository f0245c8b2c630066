"""How many requests a locustfile begins, by a clock that no machine is too slow for: waiting is what moves it."""

from __future__ import annotations

from typing import Any

from checker import expect, partial

# Others than those of the reference's defaults, so that a file that asks for neither is noticed.
RATE, USERS, SECONDS = 10, 8, 30
DUE = RATE * SECONDS
# Users who begin at the same time, and a wait that varies, are no other rate.
MOST = DUE + DUE // 2
# With answers that take so long a hundred are under way: whoever bounds them there still keeps the rate.
DELAY, LEAST = 10, DUE * 7 // 10

# Locust as it is, but for the clock and the wire: an answer comes at once or after a delay, and time passes while
# everybody waits.
DRIVE = """
import heapq, itertools, sys, time
from unittest.mock import MagicMock
import gevent

users, seconds, most, delay = map(int, sys.argv[1:])
now, waiting, order, turn = 1_000.0, [], itertools.count(), gevent.sleep
begun, hurried = 0, 0

def sleep(seconds=0, ref=True):
    global hurried
    if seconds <= 0:
        hurried += 1
        return turn(0)
    event = gevent.event.Event()
    heapq.heappush(waiting, (now + seconds, next(order), event))
    event.wait()

def later(seconds, what, *args, **named):
    return gevent.spawn(lambda: (sleep(seconds), what(*args, **named)))

def answer(*_, **__):
    global begun
    begun += 1
    if delay:
        sleep(delay)
    said = MagicMock(status_code=200, ok=True)
    said.__enter__.return_value = said
    return said

clocks = {name: getattr(time, name) for name in ("time", "perf_counter", "monotonic")}
for name in clocks:
    setattr(time, name, lambda: now)
import locust
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
gevent.sleep = time.sleep = sleep
gevent.spawn_later = later
HttpSession.request = FastHttpSession.request = answer
import locustfile

classes = [one for one in vars(locustfile).values() if isinstance(one, type) and issubclass(one, locust.User)]
found = Environment(user_classes=[one for one in classes if not one.abstract], events=locust.events, host="http://here")
runner = found.create_local_runner()
found.events.init.fire(environment=found, runner=runner, web_ui=None)
runner.start(users, spawn_rate=users)
ends, idle = now + seconds, 0
while now < ends and begun <= most and idle < 1_000:
    before = begun, hurried
    for _ in range(8):
        turn(0)
    if before != (begun, hurried):
        continue
    idle += 1
    if waiting:
        now, _, event = heapq.heappop(waiting)
        event.set()
        idle = 0
print(f"@@{begun}", flush=True)
for name, one in clocks.items():
    setattr(time, name, one)
"""


def expect_the_rate(submission: Any, file: str) -> None:
    """Take a point where more requests begin than were asked for, or fewer while answers are missing.

    Where the clock finds no wait, nothing is said.
    """
    submission.replace("drive_pace.py", DRIVE)
    begun = _begun(submission, 0)
    if begun > MOST:
        partial(
            2,
            tried=f"ran {file} with LOAD_RATE {RATE} and {USERS} users, by a clock that waits for no answer",
            seen=f"more than {MOST} requests had begun before {SECONDS} s were over",
            expected=f"about {DUE}: LOAD_RATE requests a second, by all users together",
            where=file,
            next="How many users share the rate, and what says how long each of them waits for its next turn?",
        )
    if begun < LEAST:
        return
    slowly = _begun(submission, DELAY)
    expect(
        slowly >= LEAST,
        tried=f"ran {file} with LOAD_RATE {RATE} and {USERS} users against a service that takes {DELAY} s to answer",
        seen=f"{slowly} requests had begun after {SECONDS} s; {begun}, when each answer came at once",
        expected=f"about {DUE} in both: LOAD_RATE requests a second, whether or not answers come",
        where=file,
        next="What begins the next request: a clock, or the end of an earlier one?",
    )


def _begun(submission: Any, delay: int) -> int:
    """How many requests begin when each answer takes so long; 0 when the file could not be followed."""
    env = {"LOAD_RATE": str(RATE), "LOAD_USERS": str(USERS)}
    done = submission.run("drive_pace.py", *map(str, (USERS, SECONDS, MOST, delay)), env=env, timeout=120)
    return next((int(one[2:]) for one in done.output.splitlines() if one.startswith("@@") and one[2:].isdigit()), 0)
