"""What exercise 1 asks for: twelve checks with points and four guards.

Every check lays a model of its own over the given one: same form, fresh version, fresh scores, another catalog.
"""

import importlib.util
import runpy
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from checker import check, expect, partial

HERE = Path(__file__).parent


def sibling(name):
    """A module of this folder: pytest's importlib mode keeps the folder off sys.path."""
    spec = importlib.util.spec_from_file_location(f"endpoint_{name}", HERE / f"{name}.py")
    if spec.name not in sys.modules:
        sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules[spec.name]


laid_model, reading = sibling("laid_model"), sibling("reading")
FIELDS, lay_model, when_ready = laid_model.FIELDS, laid_model.lay_model, laid_model.when_ready
expect_problem, places = reading.expect_problem, reading.places
HINTS = {name: tuple(one.values()) for name, one in tomllib.loads((HERE / "hints.toml").read_text()).items()}
ANSWER = ("prediction", "prediction_class", "model_version", "inference_time_ms")
LIMIT = 1000


def same(seen, expected):
    return abs(seen - expected) < 1e-6


def what(change):
    """Say how a request differs from a good one: age=-1, or gender missing."""
    return ", ".join(f"{name} missing" if value is ... else f"{name}={value!r}" for name, value in change.items())


def refuse(submission, changes, *, next):
    """Expect 422 for every change of a good request."""
    model = lay_model(submission)
    app = when_ready(submission)
    for change in changes:
        body = model.request(submission.random, **change)
        body = {name: value for name, value in body.items() if value is not ...}
        reply = app.http("POST", "/predict", json=body)
        expect(
            reply.status == 422,
            tried=f"sent POST /predict with {what(change)}, the other fields right",
            seen=f"status {reply.status}" + raised(reply),
            expected="status 422",
            where="app.py, PredictRequest",
            next=next,
        )
    return model


# -- guards: what the starter does already ----------------------------------------------------------------------
@check(id="starts", task=1)
def test_app_starts(submission):
    """The file app.py can be imported, and its app answers a request."""
    lay_model(submission)
    reply = submission.http("GET", "/openapi.json")
    expect(
        reply.status == 200,
        tried="started the app of app.py and sent GET /openapi.json",
        seen=f"status {reply.status}" + raised(reply),
        expected="status 200: the description that FastAPI makes of every app",
        where=reply.error.where if reply.error and reply.error.where else "app.py",
        next="Which line did you write last, and does the file work without it?",
    )


def raised(reply):
    return f", {reply.error.type}: {reply.error.message[:120]}" if reply.error else ""


@check(id="docs", task=1, after=("starts",))
def test_docs_open_offline(submission):
    """The page /docs opens, and everything it loads comes from the service itself."""
    page = submission.http("GET", "/docs")
    loaded = reading.Sources(page.body.decode("utf-8", "replace")).found
    foreign = [link for link in loaded if "//" in link]
    broken = [
        link for link in loaded if link not in foreign and submission.http("GET", "/" + link.lstrip("/")).status != 200
    ]
    faults = foreign + broken
    expect(
        page.status == 200 and loaded and not faults,
        tried="opened /docs and everything that the page loads",
        seen=f"status {page.status}; not from this service: {faults[0]}" if faults else f"status {page.status}",
        expected="status 200, and every file from this service",
        where="app.py, FastAPI(…) and serve_docs",
        next="What did the starter say about /docs when it made the app?",
    )


@check(id="live", task=1, after=("starts",))
def test_live_answers(submission):
    """GET /health/live answers 200 with the status alive."""
    lay_model(submission)
    reply = when_ready(submission).http("GET", "/health/live")
    expect(
        reply.status == 200 and reply.field("status", str) == "alive",
        tried="sent GET /health/live",
        seen=f"status {reply.status}, {reply.body[:80].decode('utf-8', 'replace')}",
        expected='status 200, {"status": "alive"}',
        where="app.py, live",
        next="Which question does this path answer, and who asks it?",
    )


@check(id="accepts", task=1, after=("starts",))
def test_good_request_is_let_in(submission):
    """A well-formed request is not refused."""
    model = lay_model(submission)
    app = when_ready(submission)
    for _ in range(3):
        body = model.request(submission.random)
        reply = app.http("POST", "/predict", json=body)
        expect(
            reply.status < 400 or reply.status >= 500,
            tried=f"sent POST /predict with the JSON body {body}",
            seen=f"status {reply.status}: {reply.body[:160].decode('utf-8', 'replace')}",
            expected="no refusal: all five fields are there and within their limits",
            where="app.py, predict and PredictRequest",
            next="From which part of the request does the app read the fields: its address or its body?",
        )


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="bounds", task=1, points=1, after=("accepts",), hints=HINTS["bounds"],
    why="A value that cannot be true is a bug of the client; here it costs one answer, later a week of odd scores.",
)  # fmt: skip
def test_bounds(submission):
    """A missing field or a value out of its limits is refused with 422; the limits themselves are fine."""
    below = submission.random.randint(-99, -1)
    changes = [
        {"age": -1},
        {"age": 0},
        {"age": 121},
        {"age": below},
        {"user_id": 0},
        {"user_id": below},
        {"movie_id": 0},
    ]
    changes += [
        {"movie_id": below},
        {"gender": "X"},
        {"gender": "m"},
        {"occupation": "pilot"},
        *({name: ...} for name in FIELDS),
    ]
    model = refuse(
        submission, changes, next="Which limit has this field in the brief, and where does the class say it?"
    )
    for change in ({"age": 1}, {"age": 120}, {"user_id": 1}, {"movie_id": 1}, {"gender": "F"}, {"gender": "M"}):
        reply = submission.http("POST", "/predict", json=model.request(submission.random, **change))
        expect(
            reply.status != 422,
            tried=f"sent POST /predict with {what(change)}, the other fields right",
            seen="status 422",
            expected="no refusal: the limit itself is allowed",
            where="app.py, PredictRequest",
            next="Does the limit belong to the allowed values, or is it the first that is not?",
        )


@check(
    id="strict", task=1, points=1, after=("accepts",), hints=HINTS["strict"],
    why='Whoever sends "21" has a mistake. Repairing it silently hides it until it is someone else\'s.',
)  # fmt: skip
def test_numbers_are_numbers(submission):
    """A number sent as text, as true or with a fraction is refused with 422."""
    names = submission.random.sample(["user_id", "movie_id", "age"], 3)
    changes = [{name: value} for name in names for value in ("21", True, 21.5)]
    refuse(submission, changes, next="Who turned this value into a whole number, and how is that switched off?")


@check(
    id="extra", task=1, points=1, after=("accepts",), hints=HINTS["extra"],
    why="A misspelled optional field would otherwise be dropped without a word, for months.",
)  # fmt: skip
def test_unknown_field_is_refused(submission):
    """A field that the contract does not name is refused with 422."""
    letters = "".join(submission.random.choices("abcdefgh", k=5))
    refuse(
        submission,
        [{"agee": 21}, {f"x_{letters}": 1}],
        next="What does the class do with a field that it does not know, and where is that set?",
    )


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="predicts", task=2, points=2, after=("accepts",), hints=HINTS["predicts"],
    why="Score, class, version and time: without the version nobody can say later which model gave an answer.",
)  # fmt: skip
def test_answer_comes_from_the_model(submission):
    """POST /predict answers score, class, model version and time, from the model that was loaded at the start."""
    model = lay_model(submission)
    app = when_ready(submission)
    for number, body in enumerate(model.one_of_each_score(submission.random)):
        if number == 2:
            # The file changes while the service runs: a model that was read once does not notice.
            submission.replace("weights.txt", "another")
        expect_answer(app.http("POST", "/predict", json=body), body, model)


def expect_answer(reply, body, model):
    score, where = model.score(body), "app.py, predict and score_of"
    tried = f"sent POST /predict with {body}; the model's score is {score}"
    expect(
        reply.status == 200,
        tried=tried,
        seen=f"status {reply.status}" + raised(reply),
        expected="status 200",
        where=reply.error.where if reply.error and reply.error.where else where,
        next="Of which type is each value before it becomes JSON?",
    )
    expect(
        same(reply.field("prediction", float), score),
        tried=tried,
        seen=f"prediction {reply.field('prediction', float)}",
        expected=f"prediction {score}: the score of the model that was loaded when the service started",
        where=where,
        next="Which object gives the score, and how often is it made and loaded?",
    )
    label = int(score >= 0.5)
    expect(
        reply.field("prediction_class", int) == label,
        tried=tried,
        seen=f"prediction_class {reply.field('prediction_class', int)}",
        expected=f"prediction_class {label}: class 1 begins at 0.5",
        where=where,
        next="On which side of the threshold is a score that equals it?",
    )
    expect(
        reply.field("model_version", str) == model.version and 0 <= reply.field("inference_time_ms", float) < 60_000,
        tried=f"{tried}, its version {model.version}",
        seen=", ".join(f"{name} {reply.json()[name]!r}" for name in ANSWER[2:]),
        expected=f"model_version {model.version!r}, and the milliseconds since the request came",
        where=where,
        next="Who knows the version of the model that gave this answer?",
    )


@check(
    id="documented", task=2, points=1, after=("bounds", "extra", "predicts"), hints=HINTS["documented"],
    why="Clients are written from this document, often by a generator; what it leaves out they learn from failures.",
)  # fmt: skip
def test_contract_is_published(submission):
    """The OpenAPI document at /openapi.json tells clients the fields, their limits and the answer."""
    document = submission.http("GET", "/openapi.json").json()
    operation = reading.at(document, "paths", "/predict", "post")
    asked = reading.resolved(document, reading.at(operation, "requestBody", "content", "application/json", "schema"))
    given = reading.resolved(
        document, reading.at(operation, "responses", "200", "content", "application/json", "schema")
    )
    missing = [f"request field {name}" for name in FIELDS if name not in reading.at(asked, "properties")]
    age = reading.resolved(document, reading.at(asked, "properties", "age"))
    missing += ["limits of age"] * (reading.limits(age) != (1, 120))
    missing += [f"answer field {name}" for name in ANSWER if name not in reading.properties(document, given)]
    expect(
        not missing,
        tried="read /openapi.json as a client would, path /predict",
        seen=f"not in the document: {', '.join(missing)}",
        expected="all five request fields, age from 1 to 120, all four answer fields",
        where="app.py, predict",
        next="From what does FastAPI write this document, and what can it not see inside a function?",
    )


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="problems", task=3, points=2, tier="full", after=("bounds", "predicts"), hints=HINTS["problems"],
    why="A client writes one piece of code for all refusals; monitoring counts them by status, not by reading texts.",
)  # fmt: skip
def test_every_refusal_is_a_problem(submission):
    """Every refusal is application/problem+json with type, title, status, detail and errors."""
    model = lay_model(submission)
    app = when_ready(submission)
    random = submission.random
    unknown = model.request(random, movie_id=model.last_movie + random.randint(1, 99))
    path = f"/nothing-{random.randint(10, 99)}"
    expect_problem(
        app.http("POST", "/predict", json=unknown), (404,), "POST /predict for a movie that the model does not know"
    )
    expect_problem(app.http("GET", path), (404,), f"GET {path}")
    wrong = model.request(random, age=121, gender="X")
    reply = app.http("POST", "/predict", json=wrong)
    expect_problem(reply, (422,), "POST /predict with age=121 and gender='X'")
    named = places(reply)
    expect(
        {"body.age", "body.gender"} <= set(named),
        tried="sent POST /predict with age=121 and gender='X'",
        seen=f"errors name {named}",
        expected="errors name 'body.age' and 'body.gender', each in 'where', with a message",
        where="app.py, the handler of what the schema refuses",
        next="Which part of an error of the schema says where it is?",
    )
    broken = app.http("POST", "/predict", body=b'{"user_id": ', headers={"content-type": "application/json"})
    expect_problem(broken, (400, 422), "POST /predict with half a JSON body")
    refused = app.http("GET", "/predict")
    expect_problem(refused, (405,), "GET /predict")
    expect(
        "POST" in refused.headers.get("allow", ""),
        tried="sent GET /predict",
        seen="status 405 without a header Allow that names POST",
        expected="the header Allow: POST, which was there before the handler",
        where="app.py, the handler of what was raised",
        next="What did the error carry besides status and detail?",
    )


@check(
    id="diagnosis", task=3, points=3, tier="full", after=("problems",), hints=HINTS["diagnosis"],
    why="Most tickets about an API are settled by what was sent, byte for byte, and by where the refusal points.",
)  # fmt: skip
def test_cause_of_each_ticket(submission):
    """answers.toml names the cause of each of the three tickets in tickets.log."""
    causes = {"ticket_a": "in_the_address", "ticket_b": "encoded_twice", "ticket_c": "sent_as_form"}
    answers = submission.answers()
    given = {name: answers.get(name, str) for name in causes}
    right = sum(given[name] == cause for name, cause in causes.items())
    fields = {
        "tried": "compared your three causes with what each client sent",
        "seen": f"{right} of 3 fit",
        "expected": "for each ticket the cause that explains both the bytes sent and the places refused",
        "where": "answers.toml, task 3",
        "next": "Where in the exchange are the values: in the first line, in the headers, or below them?",
    }
    if 0 < right < 3:
        partial(right, **fields)
    expect(right == 3, **fields)


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="batch", task=4, points=1, tier="full", after=("predicts", "problems"), hints=HINTS["batch"],
    why="The caller joins answers to its rows by position; one swap gives every later row someone else's score.",
)  # fmt: skip
def test_batch_keeps_the_order(submission):
    """POST /predict/batch answers every request in its place, and refuses as POST /predict does."""
    model = lay_model(submission)
    app = when_ready(submission)
    random = submission.random
    bodies = [*model.one_of_each_score(random), *(model.request(random) for _ in range(random.randint(20, 40)))]
    bodies += random.sample(bodies, 3)
    reply = app.http("POST", "/predict/batch", json={"requests": bodies})
    expect_batch(reply, bodies, model)
    row = random.randrange(len(bodies))
    place = f"body.requests.{row}."
    unknown = [*bodies[:row], bodies[row] | {"movie_id": model.last_movie + 1}, *bodies[row + 1 :]]
    expect_problem(
        app.http("POST", "/predict/batch", json={"requests": unknown}), (404,), "a batch with one unknown movie"
    )
    faulty = [*bodies[:row], bodies[row] | {"age": 0}, *bodies[row + 1 :]]
    reply = app.http("POST", "/predict/batch", json={"requests": faulty})
    expect_problem(reply, (422,), f"a batch with age=0 in its request {row}")
    expect(
        f"{place}age" in places(reply),
        tried=f"sent a batch with age=0 in its request {row}",
        seen=f"errors name {places(reply)[:3]}",
        expected=f"errors name '{place}age'",
        where="app.py, the batch",
        next="Which class checks one request, and can a list be made of it?",
    )


def expect_batch(reply, bodies, model):
    tried, where = f"sent POST /predict/batch with {len(bodies)} requests", "app.py, the batch"
    seen = f"status {reply.status}"
    expect(
        reply.status == 200,
        tried=tried,
        seen=seen,
        expected="status 200",
        where=where,
        next="Which path and which field does the brief name?",
    )
    answers = reply.field("predictions", list)
    expect(
        len(answers) == len(bodies),
        tried=tried,
        seen=f"{len(answers)} predictions",
        expected=f"{len(bodies)} predictions, one per request, also for equal ones",
        where=where,
        next="What happens to two requests that are equal?",
    )
    for place, (answer, body) in enumerate(zip(answers, bodies, strict=True)):
        score = model.score(body)
        wanted = {"prediction": score, "prediction_class": int(score >= 0.5)}
        seen = [answer.get(name) if isinstance(answer, dict) else None for name in wanted]
        right = all(isinstance(one, int | float) and not isinstance(one, bool) for one in seen)
        expect(
            right and same(seen[0], score) and seen[1] == wanted["prediction_class"],
            tried=tried,
            seen=f"answer {place} is {str(answer)[:80]}",
            expected=f"answer {place} is {wanted}, as request {place} gets it alone",
            where=where,
            next="Which request does this answer belong to?",
        )
    expect(
        reply.field("model_version", str) == model.version and 0 <= reply.field("inference_time_ms", float) < 60_000,
        tried=tried,
        seen=", ".join(f"{name} {reply.json()[name]!r}" for name in ANSWER[2:]),
        expected=f"model_version {model.version!r} and the milliseconds, once for the whole batch",
        where=where,
        next="Who knows the version of the model that gave these answers?",
    )


@check(
    id="limit", task=4, points=1, tier="full", after=("batch",), hints=HINTS["limit"],
    why="Without a limit one caller decides how much memory and time everybody else has left.",
)  # fmt: skip
def test_batch_has_a_limit(submission):
    """A batch holds 1 to 1000 requests: more is refused with 413, none or an unknown field with 422."""
    model = lay_model(submission)
    app = when_ready(submission)
    one = model.request(submission.random)
    cases = (
        (
            "1000 requests",
            {"requests": [one] * LIMIT},
            200,
            "Is the limit the last number allowed, or the first refused?",
        ),
        (
            "1001 requests",
            {"requests": [one] * (LIMIT + 1)},
            413,
            "Is a batch that is too long malformed, or too large?",
        ),
        ("no requests", {"requests": []}, 422, "What should a caller learn who sends an empty list by mistake?"),
        (
            "1 request and the field 'mode'",
            {"requests": [one], "mode": 1},
            422,
            "Which class describes the batch itself?",
        ),
    )
    for name, body, status, question in cases:
        reply = app.http("POST", "/predict/batch", json=body)
        expect(
            reply.status == status,
            tried=f"sent POST /predict/batch with {name}",
            seen=f"status {reply.status}",
            expected=f"status {status}",
            where="app.py, the batch",
            next=question,
        )
        if status != 200:
            expect_problem(reply, (status,), f"POST /predict/batch with {name}")


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="ready", task=5, points=2, tier="full", after=("live", "problems"), hints=HINTS["ready"],
    why="Not alive means restart me; not ready means send me nothing yet. A restart while loading never ends.",
)  # fmt: skip
def test_alive_is_not_ready(submission):
    """While the model loads the service is alive and not ready; once it is loaded, ready."""
    gate = submission.gate("load")
    model = lay_model(submission, gate=gate, at="load")
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(submission.serve)
        try:
            expect_loading(gate, starting)
            expect_alive_only(starting.result(), model.request(submission.random))
        finally:
            gate.open()
    reply = when_ready(starting.result(), asked=2000).http("GET", "/health/ready")
    expect(
        reply.status == 200
        and reply.field("status", str) == "ready"
        and reply.field("model_version", str) == model.version,
        tried=f"let the model {model.version} finish loading, then sent GET /health/ready",
        seen=f"status {reply.status}, {reply.body[:100].decode('utf-8', 'replace')}",
        expected=f"status 200 with status 'ready' and model_version {model.version!r}",
        where="app.py, ready",
        next="What does the model itself say about whether it is loaded?",
    )


def expect_loading(gate, starting):
    entered = gate.wait_entered(5)
    expect(
        entered,
        tried="started the service and waited for it to load the model",
        seen="nobody called load()",
        expected="loading begins when the service starts, before any request",
        where="app.py, lifespan",
        next="Who pays for the loading when it waits for the first request?",
    )
    wait([starting], timeout=5)
    expect(
        starting.done(),
        tried="started the service with a model that takes long to load",
        seen="no request is let in until the model is there",
        expected="GET /health/live answers while the model loads",
        where="app.py, lifespan",
        next="What can go on beside the loading, and where does the loading have to run for that?",
    )


def expect_alive_only(server, body):
    """What holds while the model is still loading."""
    alive = server.http("GET", "/health/live")
    expect(
        alive.status == 200,
        tried="sent GET /health/live while the model loads",
        seen=f"status {alive.status}",
        expected="status 200: the process is well, a restart would not help it",
        where="app.py, live",
        next="Which question does this path answer, and what follows from a no?",
    )
    early = {"GET /health/ready": server.http("GET", "/health/ready")}
    early["POST /predict"] = server.http("POST", "/predict", json=body)
    for request, reply in early.items():
        expect_problem(reply, (503,), f"{request} while the model loads")


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="blocking", task=6, points=2, tier="full", after=("live", "batch"), hints=HINTS["blocking"],
    why="An event loop serves everybody with one thread; whoever holds it, holds everybody.",
)  # fmt: skip
def test_live_answers_meanwhile(submission):
    """While a prediction takes its time, GET /health/live still answers."""
    for path in ("/predict", "/predict/batch"):
        gate = submission.gate(path[1:].replace("/", "-"))
        model = lay_model(submission, gate=gate)
        body = model.request(submission.random)
        sent = {"requests": [body]} if "batch" in path else body
        with when_ready(submission.serve()) as server, ThreadPoolExecutor(2) as pool:
            blocked = pool.submit(server.http, "POST", path, json=sent, timeout=30)
            try:
                tried = f"sent POST {path}, held the model inside score(), and sent GET /health/live"
                expect_asked(gate.wait_entered(), tried)
                live = pool.submit(server.http, "GET", "/health/live", timeout=30)
                wait([live], timeout=5)
                expect_answered(live.done() and not blocked.done() and live.result().status == 200, tried)
            finally:
                gate.open()


def expect_asked(entered, tried):
    expect(
        entered,
        tried=tried,
        seen="score() was not called",
        expected="the model is asked",
        where="app.py, score_of",
        next="Where does the score come from?",
    )


def expect_answered(ok, tried):
    expect(
        ok,
        tried=tried,
        seen="GET /health/live waits until the prediction is done",
        expected="it answers meanwhile",
        where="app.py, the function behind this path",
        next="Which thread runs this function, and who else needs that thread?",
    )


@check(
    id="traffic", task=6, points=3, tier="full", after=("diagnosis",), hints=HINTS["traffic"],
    why="The same three numbers, counted all the time, are the first dashboard of an API.",
)  # fmt: skip
def test_traffic_was_read(submission):
    """answers.toml says what your run of traffic.py showed: how many were refused, and for which field most."""
    expected = runpy.run_path(str(HERE / "answers.py"))["answers"](submission.seed, {})
    answers = submission.answers()
    questions = {
        "refused_422": (int, "How many of the 200 got the status of a request that does not fit the schema?"),
        "refused_404": (int, "How many of the 200 asked for something that is not there?"),
        "worst_field": (str, "Which name stands most often behind `body.`?"),
    }
    for name, (kind, question) in questions.items():
        given = answers.get(name, kind)
        expect(
            given == expected[name],
            tried=f"compared {name} with your seed's 200 requests",
            seen=f"{name} is {given!r}",
            expected="the value that `python traffic.py` shows in this folder once tasks 1 to 3 are done",
            where="answers.toml, task 6",
            next=question,
        )
