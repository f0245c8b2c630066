"""What exercise 9 asks of the page /metrics: counts, labels, times, scores, and several processes."""

from itertools import pairwise

from checker import check, expect, read_hints, sibling

reading = sibling(__file__, "reading")
HINTS = read_hints(__file__)
COUNTED, TIMED, CLASSES, SCORES = reading.COUNTED, reading.TIMED, reading.CLASSES, reading.SCORES
GOAL = 0.1
MISSING = "Has it the name of the brief's table, and is it made in the registry that exposition() writes?"


# -- guards: what the starter does already ----------------------------------------------------------------------
@check(id="starts", task=1)
def test_app_answers(submission):
    """The service starts with your metrics.py, and POST /predict answers as before."""
    reading.lay_stub(submission)
    reply = submission.http("POST", "/predict", json=reading.body(submission.random))
    expect(
        reply.status == 200 and reply.field("prediction", float) in (0.25, 0.75),
        tried="started the app and sent POST /predict",
        seen=f"status {reply.status}{f': {reply.error}' if reply.error else ''}",
        expected="status 200 and the score of the model",
        where="metrics.py",
        next="Which line did you write last, and does the app's answer still reach the client?",
    )


@check(id="page", task=1, after=("starts",))
def test_page_is_there(submission):
    """GET /metrics answers with a page that Prometheus can read."""
    reading.lay_stub(submission)
    reading.page(submission)


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="counter", task=1, points=1, after=("page",), hints=HINTS["counter"],
    why="A counter that only rises survives a missed scrape: the next one still knows how many there were.",
)  # fmt: skip
def test_requests_are_counted(submission):
    """Every answered request is counted, with its route and its status."""
    reading.lay_stub(submission)
    draw = submission.random
    good, bad = draw.randint(5, 9), draw.randint(2, 4)
    reading.sends(submission, draw, good)
    reading.sends(submission, draw, bad, user_id=0)
    read, tried = reading.page(submission), f"sent {good} good predictions and {bad} bad ones, then asked for /metrics"
    where, kind = "metrics.py, the metrics of task 1", read.kind(COUNTED)
    expect(
        kind == "counter",
        tried=tried,
        seen=f"{COUNTED} is a {kind}" if kind else f"no metric `{COUNTED}` on the page",
        expected=f"a counter `{COUNTED}` with the labels `route` and `status`",
        where=where,
        next="Which kind of metric only rises?" if kind else MISSING,
    )
    first = next((labels for labels, _ in read.of(COUNTED)), {})
    expect(
        set(first) == {"route", "status"},
        tried=tried,
        seen=f"the labels of {COUNTED} are {', '.join(sorted(first)) or 'none at all'}",
        expected="`route` and `status`",
        where=where,
        next="Which labels does the table name, and is there any request that was counted?",
    )
    for status, sent in (("200", good), ("422", bad)):
        counted = read.total(COUNTED, status=status)
        expect(
            counted == sent,
            tried=tried,
            seen=f'{counted:g} with status="{status}", where {sent} were sent',
            expected=f"{sent}: each request once, under the status that the client got",
            where="metrics.py, Middleware",
            next="At which moment is the status known, and how often does this line run for one request?",
        )


@check(
    id="labels", task=1, points=2, after=("counter",), hints=HINTS["labels"],
    why="Each pair of label values is a series that Prometheus keeps; a value per film or user has no end.",
)  # fmt: skip
def test_routes_are_templates(submission):
    """The number of series does not grow with films, users or wrong addresses."""
    reading.lay_stub(submission)
    draw = submission.random
    movies, users = draw.sample(range(1, 1683), 60), draw.sample(range(1, 9000), 30)
    paths = [f"/movies/{one}" for one in movies] + [f"/users/{one}/seen" for one in users]
    paths += [f"/wp-{draw.randrange(10**6)}.php" for _ in range(15)]
    for path in paths:
        submission.http("GET", path)
    reading.sends(submission, draw, 5)
    read = reading.page(submission)
    for name in (COUNTED, f"{TIMED}_count"):
        found = read.of(name)
        expect(
            len(found) <= 8,
            tried="asked for 60 films, 30 users and 15 addresses that do not exist",
            seen=f"{len(found)} series of {name}, such as {reading.shown(found[-1][0]) if found else ''}",
            expected="one per route and status, and one for all addresses that do not exist",
            where="metrics.py, route_of",
            next="Which value is the same for all 60 films? The router knows it after it has matched.",
        )
    for route, sent in (("/movies/{movie_id}", 60), ("/users/{user_id}/seen", 30), ("/predict", 5)):
        counted = read.total(COUNTED, route=route)
        expect(
            counted == sent,
            tried=f"sent {sent} requests to {route}",
            seen=f"{counted:g} of them under this route; routes are {_routes(read)}",
            expected=f"all under one route, the template as app.py writes it, such as `{route}`",
            where="metrics.py, route_of",
            next="Who knows the template of a route, and when is it known?",
        )


def _routes(read):
    routes = sorted({labels.get("route", "") for labels, _ in read.of(COUNTED)})
    return ", ".join(routes)[:120]


@check(
    id="failures", task=1, points=1, after=("counter",), hints=HINTS["failures"],
    why="A service that counts only what went well looks best while it is down.",
)  # fmt: skip
def test_failures_are_counted_and_timed(submission):
    """A request whose handler raises is counted as 500 and timed like any other."""
    reading.lay_stub(submission)
    draw = submission.random
    broken = draw.randint(3, 6)
    reading.sends(submission, draw, 2)
    before = reading.page(submission).total(f"{TIMED}_count")
    reading.sends(submission, draw, broken, movie_id=reading.BROKEN)
    read = reading.page(submission)
    counted = read.total(COUNTED, status="500")
    tried, where = f"sent {broken} requests for a film that makes the model raise", "metrics.py, Middleware"
    expect(
        counted == broken,
        tried=tried,
        seen=f'{counted:g} with status="500" in {COUNTED}',
        expected=f"{broken}: the client got status 500 each time",
        where=where,
        next="Which of your lines run when the line before them raises?",
    )
    # The pages of /metrics may be timed too.
    if read.kind(TIMED) == "histogram":
        timed = read.total(f"{TIMED}_count") - before
        expect(
            broken <= timed <= broken + 1,
            tried=tried,
            seen=f"{timed:g} more times in {TIMED}",
            expected="one time for each request, whatever became of it",
            where=where,
            next="Are all requests timed, or those that went well?",
        )


@check(
    id="duration", task=1, points=2, after=("counter",), hints=HINTS["duration"],
    why="Buckets can be added over pods and turned into any percentile later; an average cannot.",
)  # fmt: skip
def test_times_fall_into_buckets(submission):
    """How long requests took stands in a histogram, in seconds, with a bound at the goal of 100 ms."""
    reading.lay_stub(submission)
    draw = submission.random
    slow = draw.randint(2, 3)
    reading.sends(submission, draw, 4)
    reading.sends(submission, draw, slow, movie_id=reading.SLOW)
    read, where = reading.page(submission), "metrics.py, the metrics of task 1"
    tried = f"sent 4 quick predictions and {slow} for which the model took {reading.HELD} s"
    kind = read.kind(TIMED)
    expect(
        kind == "histogram",
        tried=tried,
        seen=f"{TIMED} is a {kind}" if kind else f"no metric `{TIMED}` on the page",
        expected=f"a histogram `{TIMED}` with the label `route`",
        where=where,
        next="Which kind of metric keeps a count per bucket?" if kind else MISSING,
    )
    names = {name for labels, _ in read.of(f"{TIMED}_count") for name in labels}
    expect(
        names == {"route"},
        tried=tried,
        seen=f"its labels are {', '.join(sorted(names)) or 'none at all'}",
        expected="`route` alone: every further label multiplies all the buckets",
        where=where,
        next="How many series has one route, with this number of buckets?",
    )
    count, total = read.total(f"{TIMED}_count"), read.total(f"{TIMED}_sum")
    expect(
        4 + slow <= count <= 5 + slow and slow * reading.HELD <= total < 100 * slow * reading.HELD,
        tried=tried,
        seen=f"{count:g} times with a sum of {total:.4g}",
        expected="each request once, and in their sum the seconds that the model took",
        where="metrics.py, Middleware",
        next="In which unit is the time, and from which moment to which does it run?",
    )
    _expect_bounds(read.bounds(TIMED), tried, where)


def _expect_bounds(bounds, tried, where):
    finite = [bound for bound in bounds if bound != float("inf")]
    question = "Which bounds show whether 95 of 100 stay within the goal, and how far the others go?"
    sentences = (
        (GOAL in finite, "a bound at 0.1: else nobody can read how many stay within the goal"),
        (sum(bound < GOAL for bound in finite) >= 3, "3 bounds or more below 0.1, where nearly all times fall"),
        (bool(finite) and 1 <= max(finite) <= 60, "a last bound from 1 to 60 seconds"),
        (len(finite) <= 20, "at most 20 bounds: each is a series for every route"),
    )
    for holds, expected in sentences:
        shown = ", ".join(f"{bound:g}" for bound in finite)[:90]
        expect(holds, tried=tried, seen=f"the bounds {shown}", expected=expected, where=where, next=question)


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="score", task=3, points=2, tier="full", after=("page",), hints=HINTS["score"],
    why="A service can be quick, up, and wrong: what the model says is a metric of its own.",
)  # fmt: skip
def test_scores_and_classes(submission):
    """What the model says is counted by class, and its scores stand in buckets from 0 to 1."""
    draw = submission.random
    scores = [draw.choice((0.03, 0.33, 0.48)), draw.choice((0.52, 0.77)), 0.97]
    reading.lay_stub(submission, scores)
    said = [(one, one % 3) for one in range(1, draw.randint(14, 20))]
    for movie, _ in said:
        submission.http("POST", "/predict", json={"user_id": 3, "movie_id": movie})
    read, tried = reading.page(submission), f"sent {len(said)} predictions with the scores {scores}"
    where = "metrics.py, the metrics of task 3"
    given = [scores[place] for _, place in said]
    for label, count in (("0", sum(one < 0.5 for one in given)), ("1", sum(one >= 0.5 for one in given))):
        counted = read.total(CLASSES, prediction_class=label)
        expect(
            read.kind(CLASSES) == "counter" and counted == count,
            tried=tried,
            seen=_seen_of_class(read, label, counted, count),
            expected=f"a counter `{CLASSES}` with each prediction under its class",
            where=where,
            next="Which label does the table name, and where is a prediction made?" if read.kind(CLASSES) else MISSING,
        )
    expect(
        read.kind(SCORES) == "histogram" and read.total(f"{SCORES}_count") == len(said),
        tried=tried,
        seen=f"{SCORES} is a {read.kind(SCORES)}" if read.kind(SCORES) else f"no metric `{SCORES}` on the page",
        expected=f"a histogram `{SCORES}` that holds each score once",
        where=where,
        next="Which kind of metric shows later how scores are spread?" if read.kind(SCORES) else MISSING,
    )
    _expect_scores(read, given, tried, where)


def _seen_of_class(read, label, counted, count):
    kind = read.kind(CLASSES)
    if kind != "counter":
        return f"{CLASSES} is a {kind}" if kind else f"no metric `{CLASSES}` on the page"
    return f'{counted:g} in the series prediction_class="{label}", where {count} were made'


def _expect_scores(read, given, tried, where):
    total = read.total(f"{SCORES}_sum")
    expect(
        abs(total - sum(given)) < 1e-6,
        tried=tried,
        seen=f"the scores add up to {total:g}",
        expected=f"the scores as the model gave them, {sum(given):g} in all",
        where=where,
        next="Which of the two values that predicted() gets is put into the buckets?",
    )
    inside = [0.0, *(bound for bound in read.bounds(SCORES) if 0 < bound < 1), 1.0]
    widest = max(pairwise(inside), key=lambda pair: pair[1] - pair[0])
    expect(
        widest[1] - widest[0] <= 0.2 + 1e-9,
        tried=tried,
        seen=f"a bucket from {widest[0]:g} to {widest[1]:g}",
        expected="between 0 and 1 no bucket wider than 0.2, so that a shift of the scores shows",
        where=where,
        next="For which quantity were the library's own bounds chosen, and where do scores lie?",
    )


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="workers", task=5, points=4, tier="full", after=("counter",), hints=HINTS["workers"],
    why="A scrape meets one process by chance; a number that depends on chance can raise no alarm.",
)  # fmt: skip
def test_processes_are_added_up(submission):
    """Two processes behind one port tell the same numbers: what both counted together, once."""
    reading.lay_stub(submission)
    submission.replace("shared/.keep", "")
    draw = submission.random
    sent = (draw.randint(3, 6), draw.randint(7, 12))
    env = {"PROMETHEUS_MULTIPROC_DIR": "shared"}
    with submission.serve(env=env) as first, submission.serve(env=env) as second:
        for server, count in zip((first, second), sent, strict=True):
            # Refused ones: no other request of this check ends with their status.
            reading.sends(server, draw, count, user_id=0)
        told = _told_by((first, second), sum(sent))
    expect(
        told == [sum(sent)] * 2,
        tried=f"started two processes with one folder, sent {sent[0]} bad predictions to one, {sent[1]} to the other",
        seen=f'with status="422" the first says {told[0]:g}, the second {told[1]:g}',
        expected="from both the same: what all processes counted together, once",
        where="metrics.py, exposition",
        next="How many processes are there, which one is asked, and where do the numbers of the other lie?",
    )


def _told_by(servers, due):
    """What each server says. A client may have its answer before it is counted, so a few are asked again."""
    told = []
    for _ in range(20):
        pages = [reading.page(server, tried="asked a process for /metrics") for server in servers]
        told = [page.total(COUNTED, status="422") for page in pages]
        if told == [due] * len(servers):
            break
    return told
