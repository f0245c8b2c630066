"""What exercise 9 asks of the page /metrics: counts, labels, failures and times."""

from checker import check, expect, read_hints, sibling
from checker.errors import NotYet

reading = sibling(__file__, "reading")
HINTS = read_hints(__file__)
COUNTED, TIMED, MISSING = reading.COUNTED, reading.TIMED, reading.MISSING
GOAL = 0.1
# Most answers take less than a hundredth of a second; a bound below the second number tells hardly any apart.
ROUNDED, LEAST = 0.01, 0.005


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
    sent_all = [*reading.sends(submission, draw, good), *reading.sends(submission, draw, bad, user_id=0)]
    raised = reading.raised_in(sent_all)
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
    _expect_labels(read, tried, where)
    for status, sent in (("200", good), ("422", bad)):
        counted = read.total(COUNTED, status=status)
        reading.expect_counted(
            counted == sent,
            raised,
            tried=tried,
            seen=f'{counted:g} with status="{status}", where {sent} were sent',
            expected=f"{sent}: each request once, under the status that the client got",
            where="metrics.py, Middleware",
            next="At which moment is the status known, and how often does this line run for one request?",
        )


def _expect_labels(read, tried, where):
    """The labels of the table and no other."""
    labels, due = set(next((labels for labels, _ in read.of(COUNTED)), {})), {"route", "status"}
    more = " and ".join(f"`{name}`" for name in sorted(labels - due))
    multiplied = f"The table has no {more}: what does each further label do to the number of series?"
    expect(
        labels == due,
        tried=tried,
        seen=f"the labels of {COUNTED} are {', '.join(sorted(labels)) or 'none at all'}",
        expected="`route` and `status`, and no others",
        where=where,
        next=multiplied if labels > due else "Which labels does the table name, and was any request counted?",
    )


@check(
    id="labels", task=1, points=2, after=("counter",), hints=HINTS["labels"],
    why="Each pair of label values is a series that Prometheus keeps; a value per movie or user has no end.",
)  # fmt: skip
def test_routes_are_templates(submission):
    """The number of series does not grow with movies, users or wrong addresses."""
    reading.lay_stub(submission)
    reading.lay_export(submission)
    draw = submission.random
    # 50 movies that there are, and ten numbers without a movie: the handler says 404, and the route is the same.
    movies = [*draw.sample(range(1, 1683), 50), *draw.sample(range(1683, 3000), 10)]
    users = draw.sample(range(1, 9000), 30)
    paths = [f"/movies/{one}" for one in movies] + [f"/users/{one}/seen" for one in users]
    strangers = reading.strangers(draw, movies)
    asked = [*(("GET", path) for path in paths), *strangers]
    replies = [submission.http(method, path) for method, path in [*asked, ("GET", reading.EXPORT)]]
    replies += reading.sends(submission, draw, 5)
    raised, read = reading.raised_in(replies), reading.page(submission)
    for name in (COUNTED, f"{TIMED}_count"):
        found = read.of(name)
        odd = reading.odd_one(found, {part for one in asked for part in one})
        expect(
            len(found) <= 9,
            tried="asked for 60 movies, 30 users, and 15 addresses that do not exist by 7 methods",
            seen=f"{len(found)} series of {name}, such as {reading.shown(odd)}",
            expected="one per route and status, and one for all addresses that do not exist",
            where="metrics.py, route_of",
            next=reading.which_value(odd.get("route", ""), {method for method, _ in strangers}),
        )
    routes = {"/movies/{movie_id}": 60, "/users/{user_id}/seen": 30, "/predict": 5}
    for route, sent in routes.items():
        counted = read.total(COUNTED, route=route)
        over = f", {counted - sent:g} of them to an address that does not exist" if counted > sent else ""
        reading.expect_counted(
            counted == sent,
            raised,
            tried=f"sent {sent} requests to {route}",
            seen=f"{counted:g} under this route{over}; routes are {_routes(read)}",
            expected=f"all under one route, the template as app.py writes it, such as `{route}`",
            where="metrics.py, route_of",
            next="Who knows the template of a route, and when is it known?",
        )
    _expect_new_route(read, raised)
    for name in (COUNTED, f"{TIMED}_count"):
        others = read.total(name) - sum(read.total(name, route=route) for route in (*routes, reading.EXPORT))
        # The pages of /metrics may be counted too.
        reading.expect_counted(
            name not in read.series or 15 <= others <= 16,
            raised,
            tried="asked for 15 addresses that do not exist",
            seen=f"{others:g} requests in {name} besides those of the app's routes",
            expected="each of the 15 once: whoever sends them costs the service time",
            where="metrics.py, Middleware",
            next="Is there a request that your lines leave out, and what does its label become?",
        )


def _expect_new_route(read, raised):
    """A route that app.py gets tomorrow is counted under its template too."""
    reading.expect_counted(
        read.total(COUNTED, route=reading.EXPORT) == 1,
        raised,
        tried=f"gave the app one more route, {reading.EXPORT}, and asked for it once",
        seen=f"no request under this route; routes are {_routes(read)}",
        expected="each route that the app has, also one that was added after your lines",
        where="metrics.py, route_of",
        next="Who knows all routes of the app, so that no list of them is kept by hand?",
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
    earlier = reading.page(submission)
    raised = _send_broken(submission, draw, [reading.BROKEN] * (broken - 1) + [reading.SLOW_AND_BROKEN])
    read = reading.page(submission)
    counted = read.total(COUNTED, status="500")
    tried, where = f"sent {broken} requests for a movie that makes the model raise", "metrics.py, Middleware"
    reading.expect_counted(
        counted == broken,
        raised,
        tried=tried,
        seen=f'{counted:g} with status="500" in {COUNTED}',
        expected=f"{broken}: the client got status 500 each time",
        where=where,
        next="Which of your lines run when the line before them raises?",
    )
    # The pages of /metrics may be timed too.
    if read.kind(TIMED) == "histogram":
        timed = read.total(f"{TIMED}_count") - earlier.total(f"{TIMED}_count")
        reading.expect_counted(
            broken <= timed <= broken + 1,
            raised,
            tried=tried,
            seen=f"{timed:g} more times in {TIMED}",
            expected="one time for each request, whatever became of it",
            where=where,
            next="Are all requests timed, or those that went well?",
        )
        took = reading.time_of(read, "/predict") - reading.time_of(earlier, "/predict")
        reading.expect_counted(
            took >= reading.HELD,
            raised,
            tried=f"{tried}, in one of them after {reading.HELD} s",
            seen=f"{took:.3g} s more in the sum of {TIMED}",
            expected="the seconds that a request took, also when it failed",
            where=where,
            next="What would the p95 show in a night in which slow requests fail?",
        )


def _send_broken(submission, draw, movies):
    """Send what makes the handler raise, and return what metrics.py raised itself; no answer at all is a finding."""
    replies = []
    for movie in movies:
        try:
            replies += reading.sends(submission, draw, 1, movie_id=movie)
        except NotYet as fault:
            expect(
                False,
                tried="sent a request for a movie that makes the model raise",
                seen=f"{fault.finding.seen}: the client waits for a status 500 and gets nothing",
                expected="the exception goes on to the layer that answers with status 500",
                where="metrics.py, Middleware",
                next="Your lines see the exception. Who answers the client when it ends with them?",
            )
    return reading.raised_in(replies)


@check(
    id="duration", task=1, points=2, after=("counter",), hints=HINTS["duration"],
    why="Buckets can be added over pods and turned into any percentile later; an average cannot.",
)  # fmt: skip
def test_times_fall_into_buckets(submission):
    """How long requests took stands in a histogram, in seconds, with a bound at the goal of 100 ms."""
    reading.lay_stub(submission)
    reading.lay_export(submission)
    draw = submission.random
    slow = draw.randint(2, 3)
    reading.sends(submission, draw, 4)
    reading.sends(submission, draw, slow, movie_id=reading.SLOW)
    submission.http("GET", reading.EXPORT)
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
    count, total = (read.total(f"{TIMED}_{part}", route="/predict") for part in ("count", "sum"))
    expect(
        count == 4 + slow and slow * reading.HELD <= total < 100 * slow * reading.HELD,
        tried=tried,
        seen=f"{count:g} times with a sum of {total:.4g}",
        expected="each request once, and in their sum the seconds that the model took",
        where="metrics.py, Middleware",
        next="In which unit is the time, and from which moment to which does it run?",
    )
    _expect_measured(total, tried)
    exported = reading.time_of(read, reading.EXPORT)
    expect(
        exported >= reading.HELD,
        tried=f"asked for an answer that begins at once and whose body takes {reading.HELD} s",
        seen=f"{exported:.4g} s in {TIMED}",
        expected="seconds from the request to the end of the answer, its body included",
        where="metrics.py, Middleware",
        next="An answer is a start and one or more parts of a body. At which of them does your clock stop?",
    )
    _expect_bounds(read.bounds(TIMED), tried, where)


def _expect_measured(total, tried):
    """Whoever rounds to hundredths or tenths of a second adds up whole ones; a clock never does."""
    steps = total / ROUNDED
    expect(
        abs(steps - round(steps)) > 1e-7,
        tried=tried,
        seen=f"the times add up to {total:.4g} s sharp: each of them is rounded",
        expected="seconds as they were measured: most answers take a few milliseconds",
        where="metrics.py, Middleware",
        next="Into which buckets do 3 ms and 140 ms fall after your rounding?",
    )


def _expect_bounds(bounds, tried, where):
    finite = [bound for bound in bounds if bound != float("inf")]
    question = "Which bounds show whether 95 of 100 stay within the goal, and how far the others go?"
    sentences = (
        (GOAL in finite, "a bound at 0.1: else nobody can read how many stay within the goal"),
        (
            sum(LEAST <= bound < GOAL for bound in finite) >= 3,
            "3 bounds or more from 0.005 to below 0.1, where nearly all times fall",
        ),
        (bool(finite) and 1 <= max(finite) <= 60, "a last bound from 1 to 60 seconds"),
        (len(finite) <= 20, "at most 20 bounds: each is a series for every route"),
    )
    for holds, expected in sentences:
        shown = ", ".join(f"{bound:g}" for bound in finite)[:90]
        expect(holds, tried=tried, seen=f"the bounds {shown}", expected=expected, where=where, next=question)
