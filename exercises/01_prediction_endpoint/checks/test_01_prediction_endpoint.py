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
expect_problem, expect_status, handler_of = reading.expect_problem, reading.expect_status, reading.handler_of
HINTS = {name: tuple(one.values()) for name, one in tomllib.loads((HERE / "hints.toml").read_text()).items()}
ANSWER = ("prediction", "prediction_class", "model_version", "inference_time_ms")
LIMIT = 1000
ASKED = "Where does the score come from?"
CAUSES = (
    *("in_the_address", "sent_as_form", "encoded_twice"),
    *("field_misspelled", "numbers_as_text", "wrong_path"),
)


def same(seen, expected):
    return abs(seen - expected) < 1e-6


def what(change):
    """Say how a request differs from a good one: age=-1, or gender missing."""
    return ", ".join(f"{name} missing" if value is ... else f"{name}={value!r}" for name, value in change.items())


def refuse(submission, changes):
    """Expect 422 for every change of a good request; each change comes with its question."""
    model = lay_model(submission)
    app = when_ready(submission)
    for change, question in changes:
        body = model.request(submission.random, **change)
        body = {name: value for name, value in body.items() if value is not ...}
        expect_status(
            app.http("POST", "/predict", json=body),
            (422,),
            tried=f"sent POST /predict with {what(change)}, the other fields right",
            where="app.py, PredictRequest",
            next=question,
            crash="Which rule of the class does this message speak of, and which type does that rule fit?",
        )
    return model


# -- guards: what the starter does already ----------------------------------------------------------------------
@check(id="starts", task=1)
def test_app_starts(submission):
    """The file app.py can be imported, and its app answers a request."""
    lay_model(submission)
    expect_status(
        submission.http("GET", "/openapi.json"),
        (200,),
        tried="started the app of app.py and sent GET /openapi.json",
        expected="status 200: the description that FastAPI makes of every app",
        where="app.py",
        next="Which line did you write last, and does the file work without it?",
    )


@check(id="docs", task=1, after=("starts",))
def test_docs_open_offline(submission):
    """The page /docs opens, and everything it loads comes from the service itself."""
    page = submission.http("GET", "/docs")
    expect_status(
        page,
        (200,),
        tried="opened /docs",
        where="app.py, FastAPI(…) and serve_docs",
        next="What did the starter say about /docs when it made the app?",
    )
    loaded = reading.Sources(page.body.decode("utf-8", "replace")).found
    foreign = [link for link in loaded if "//" in link]
    broken = [
        link for link in loaded if link not in foreign and submission.http("GET", "/" + link.lstrip("/")).status != 200
    ]
    faults = foreign + broken
    expect(
        loaded and not faults,
        tried="opened /docs and everything that the page loads",
        seen=f"not from this service: {faults[0]}" if faults else "the page loads nothing",
        expected="every file of the page comes from this service",
        where="app.py, FastAPI(…) and serve_docs",
        next="What did the starter say about /docs when it made the app?",
    )


@check(id="live", task=1, after=("starts",))
def test_live_answers(submission):
    """GET /health/live answers 200 with the status alive."""
    lay_model(submission)
    reply = when_ready(submission).http("GET", "/health/live")
    question = "Which question does this path answer, and who asks it?"
    tried = "sent GET /health/live"
    expect_status(reply, (200,), tried=tried, where="app.py, live", next=question)
    expect(
        reply.field("status", str) == "alive",
        tried=tried,
        seen=f"status {reply.status}, {reply.body[:80].decode('utf-8', 'replace')}",
        expected='status 200, {"status": "alive"}',
        where="app.py, live",
        next=question,
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
            seen=f"status {reply.status}: {refused_places(reply)}",
            expected="no refusal: all five fields are there and within their limits",
            where="app.py, predict and PredictRequest",
            next=question_of_refusal(reply),
        )


def refused_places(reply):
    told = [f"{place}: {message}" for place, message in reading.refusals(reply)]
    return "; ".join(told[:2])[:160] or reply.body[:160].decode("utf-8", "replace")


def question_of_refusal(reply):
    """What to ask whoever refuses a good request: it follows from the status and from the first place named."""
    if reply.status == 404:
        return "Who says so: a path that is not there, or a movie that is not known?"
    if reply.status == 405:
        return "Which method does the brief name for this path?"
    place = next((place for place, _ in reading.refusals(reply)), "")
    if place.removeprefix("body.") in FIELDS and place.startswith("body."):
        return "Which values does the class allow for this field, and which does the table in the brief allow?"
    if place.startswith("body."):
        return "Does the app take the object itself, or does it look for something that the brief does not name?"
    return "From which part of the request does the app read the fields: its address or its body?"


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
    model = refuse(submission, [(change, question_of_bound(*change.items())) for change in changes])
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


def question_of_bound(changed):
    name, value = changed
    if value is ...:
        return "What does the class say about a request that comes without this field?"
    if name in ("gender", "occupation"):
        return "Which values may this field have, and which type names those and no others?"
    return "Which limit has this field in the brief, and where does the class say it?"


@check(
    id="strict", task=1, points=1, after=("accepts",), hints=HINTS["strict"],
    why='Whoever sends "21" has a mistake. Repairing it silently hides it until it is someone else\'s.',
)  # fmt: skip
def test_numbers_are_numbers(submission):
    """A number sent as text, as true or with a fraction is refused with 422."""
    names = submission.random.sample(["user_id", "movie_id", "age"], 3)
    changes = [{name: value} for name in names for value in ("21", True, 21.5)]
    question = "Who turned this value into a whole number, and how is that switched off?"
    refuse(submission, [(change, question) for change in changes])


@check(
    id="extra", task=1, points=1, after=("accepts",), hints=HINTS["extra"],
    why="A misspelled optional field would otherwise be dropped without a word, for months.",
)  # fmt: skip
def test_unknown_field_is_refused(submission):
    """A field that the contract does not name is refused with 422."""
    letters = "".join(submission.random.choices("abcdefgh", k=5))
    question = "What does the class do with a field that it does not know, and where is that set?"
    refuse(submission, [({"agee": 21}, question), ({f"x_{letters}": 1}, question)])


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
        reply = app.http("POST", "/predict", json=body)
        expect_answer(reply, body, model)
    quick, body = reply.field("inference_time_ms", float), model.slow_request(submission.random)
    reply = app.http("POST", "/predict", json=body)
    expect_answer(reply, body, model)
    expect_time(reply, "sent POST /predict", where="app.py, predict")
    expect(
        reply.field("inference_time_ms", float) != quick,
        tried="sent POST /predict twice; one of the two kept the model busy for longer",
        seen=f"inference_time_ms {quick} for both",
        expected="the milliseconds since each request came",
        where="app.py, predict",
        next="Who measures this value, and for which request?",
    )


def expect_answer(reply, body, model):
    score, where = model.score(body), "app.py, predict and score_of"
    tried = f"sent POST /predict with {body}; the model's score is {score}"
    question = "Which path and which method does the brief name, and what refuses this request?"
    crash = "Which value has a type that this step cannot take, on the way in or on the way out?"
    expect_status(reply, (200,), tried=tried, where=where, next=question, crash=crash)
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
        next=question_of_class(score),
    )
    expect_version(reply, model, where="app.py, predict")


def question_of_class(score):
    if score == 0.5:
        return "On which side of the threshold is a score of exactly 0.5?"
    return "Which rule makes a class of a score, and is the class a whole number?"


def expect_version(reply, model, *, where):
    version = reply.field("model_version", str)
    expect(
        version == model.version,
        tried=f"laid a model with the version {model.version} in place of yours and asked for predictions",
        seen=f"model_version {version!r}",
        expected=f"model_version {model.version!r}, since that model gave the answer",
        where=where,
        next="Who knows the version of the model that gave this answer?",
    )


def expect_time(reply, sent, *, where):
    """Only a lower limit judges the time, so a slow machine cannot fail; the upper one is a thousand times that."""
    ms, held = reply.field("inference_time_ms", float), laid_model.HELD_MS
    expect(
        held <= ms <= 1000 * held,
        tried=f"{sent}; the model laid for this check took {held} ms or a little more",
        seen=f"inference_time_ms {round(ms, 2)}",
        expected="the milliseconds since the request came: not fewer than the model took",
        where=where,
        next="In which unit is this value, and from which moment to which does it run?",
    )


@check(
    id="documented", task=2, points=1, after=("bounds", "extra", "predicts"), hints=HINTS["documented"],
    why="Clients are written from this document, often by a generator; what it leaves out they learn from failures.",
)  # fmt: skip
def test_contract_is_published(submission):
    """The OpenAPI document at /openapi.json tells clients the fields, their limits and choices, and the answer."""
    document = submission.http("GET", "/openapi.json").json()
    operation = reading.at(document, "paths", "/predict", "post")
    asked = reading.resolved(document, reading.at(operation, "requestBody", "content", "application/json", "schema"))
    given = reading.resolved(
        document, reading.at(operation, "responses", "200", "content", "application/json", "schema")
    )
    fields = reading.at(asked, "properties")
    missing = [f"request field {name}" for name in FIELDS if name not in fields]
    age = reading.resolved(document, reading.at(fields, "age"))
    missing += ["limits of age"] * ("age" in fields and reading.limits(age) != (1, 120))
    for name, allowed in (("gender", {"F", "M"}), ("occupation", set(laid_model.OCCUPATIONS))):
        listed = reading.choices(document, reading.at(fields, name))
        missing += [f"allowed values of {name}"] * (name in fields and listed != allowed)
    missing += [f"answer field {name}" for name in ANSWER if name not in reading.properties(document, given)]
    expect(
        not missing,
        tried="read /openapi.json as a client would, path /predict",
        seen=f"not in the document: {', '.join(missing)}",
        expected="all five fields, age from 1 to 120, the values of gender and occupation, all four answer fields",
        where="app.py, predict and PredictRequest",
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
    random, source = submission.random, submission.text("app.py")
    unknown = model.request(random, movie_id=model.last_movie + random.randint(1, 99))
    path = f"/nothing-{random.randint(10, 99)}"
    expect_problem(
        app.http("POST", "/predict", json=unknown),
        (404,),
        "POST /predict for a movie that the model does not know",
        where="app.py, score_of",
        source=source,
    )
    raised = handler_of(source, 404)
    expect_problem(app.http("GET", path), (404,), f"GET {path}", where=raised, source=source)
    invalid = handler_of(source, 422)
    wrong, sent = model.request(random, age=121, gender="X"), "POST /predict with age=121 and gender='X'"
    reply = app.http("POST", "/predict", json=wrong)
    expect_problem(reply, (422,), sent, where=invalid, source=source)
    expect(
        {"body.age", "body.gender"} <= set(reading.places(reply)),
        tried=f"sent {sent}",
        seen=reading.named(reply),
        expected="errors name 'body.age' and 'body.gender', each in 'where', with a message",
        where=invalid,
        next="Which part of an error of the schema says where it is?",
    )
    broken = app.http("POST", "/predict", body=b'{"user_id": ', headers={"content-type": "application/json"})
    expect_problem(broken, (400, 422), "POST /predict with half a JSON body", where=invalid, source=source)
    refused = app.http("GET", "/predict")
    expect_problem(refused, (405,), "GET /predict", where=raised, source=source)
    expect(
        "POST" in refused.headers.get("allow", ""),
        tried="sent GET /predict",
        seen="status 405 without a header Allow that names POST",
        expected="the header Allow: POST, which was there before the handler",
        where=raised,
        next="What did the error carry besides status and detail?",
    )


@check(
    id="diagnosis", task=3, points=3, tier="full", after=("problems",), hints=HINTS["diagnosis"],
    why="Most tickets about an API are settled by what was sent, byte for byte, and by where the refusal points.",
)  # fmt: skip
def test_cause_of_each_ticket(submission):
    """answers.toml names the cause of each of the three tickets in tickets.log."""
    causes = {"ticket_a": "in_the_address", "ticket_b": "encoded_twice", "ticket_c": "sent_as_form"}
    question = "Where in the exchange are the values: in the first line, in the headers, or below them?"
    given = {name: answer(submission, name, str, task=3, next=question) for name in causes}
    for name, word in given.items():
        expect(
            word in CAUSES,
            tried=f"read {name} in answers.toml",
            seen=f"{name} is {word[:40]!r}, which is none of the six words",
            expected="one of the six words of the brief, spelled as there",
            where="answers.toml, task 3",
            next="Which of the six words in the table under the tickets fits what was sent?",
        )
    right = sum(given[name] == cause for name, cause in causes.items())
    fields = {
        "tried": "compared your three causes with what each client sent",
        "seen": f"{right} of 3 fit",
        "expected": "for each ticket the cause that explains both the bytes sent and the places refused",
        "where": "answers.toml, task 3",
        "next": question,
    }
    if 0 < right < 3:
        partial(right, **fields)
    expect(right == 3, **fields)


def answer(submission, name, kind, *, task, next):
    """One value of answers.toml; a finding that says what is missing when it has no answer or another kind."""
    value, tried = submission.toml("answers.toml").get(name), f"read {name} in answers.toml"
    where = f"answers.toml, task {task}"
    expect(
        value is not None and value != "?",
        tried=tried,
        seen=f"{name} has no answer yet",
        expected="a value in place of the question mark",
        where=where,
        next=next,
    )
    fits = isinstance(value, kind) and not isinstance(value, bool)
    shown = repr(value)[:40]
    expect(
        fits,
        tried=tried,
        seen=f"{name} is {'the text ' if isinstance(value, str) else ''}{shown}",
        expected="a whole number, written without quotes" if kind is int else "a text, written in quotes",
        where=where,
        next="How does the first line of answers.toml write a text, and how a number?",
    )
    return value


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="batch", task=4, points=1, tier="full", after=("predicts", "problems"), hints=HINTS["batch"],
    why="The caller joins answers to its rows by position; one swap gives every later row someone else's score.",
)  # fmt: skip
def test_batch_keeps_the_order(submission):
    """POST /predict/batch answers every request in its place, and refuses as POST /predict does."""
    model = lay_model(submission)
    app = when_ready(submission)
    random, source = submission.random, submission.text("app.py")
    bodies = [*model.one_of_each_score(random), *(model.request(random) for _ in range(random.randint(20, 40)))]
    bodies += [*random.sample(bodies, 3), model.slow_request(random)]
    reply = app.http("POST", "/predict/batch", json={"requests": bodies})
    expect_batch(reply, bodies, model)
    row = random.randrange(len(bodies))
    place = f"body.requests.{row}."
    unknown = [*bodies[:row], bodies[row] | {"movie_id": model.last_movie + 1}, *bodies[row + 1 :]]
    expect_problem(
        app.http("POST", "/predict/batch", json={"requests": unknown}),
        (404,),
        "a batch with one unknown movie",
        where="app.py, the batch",
        source=source,
    )
    faulty = [*bodies[:row], bodies[row] | {"age": 0}, *bodies[row + 1 :]]
    reply = app.http("POST", "/predict/batch", json={"requests": faulty})
    # A list counts from 0, as `where` does; people count from 1.
    sent = f"a batch with age=0 in request {row + 1} of {len(bodies)}, counted from 1"
    expect_problem(reply, (422,), sent, where="app.py, the batch", source=source)
    expect(
        f"{place}age" in reading.places(reply),
        tried=f"sent {sent}",
        seen=reading.named(reply),
        expected=f"errors name '{place}age'; a list counts from 0",
        where=handler_of(source, 422),
        next="Which class checks one request, and can a list be made of it?",
    )


def expect_batch(reply, bodies, model):
    tried, where = f"sent POST /predict/batch with {len(bodies)} requests", "app.py, the batch"
    expect_status(
        reply, (200,), tried=tried, where=where, next="Which path, which method and which fields does the brief name?"
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
    for number, (given, body) in enumerate(zip(answers, bodies, strict=True), 1):
        score = model.score(body)
        wanted = {"prediction": score, "prediction_class": int(score >= 0.5)}
        seen = [given.get(name) if isinstance(given, dict) else None for name in wanted]
        numbers = [isinstance(one, int | float) and not isinstance(one, bool) for one in seen]
        scored = numbers[0] and same(seen[0], score)
        expect(
            scored and numbers[1] and seen[1] == wanted["prediction_class"],
            tried=tried,
            seen=f"answer {number}, counted from 1, is {str(given)[:80]}",
            expected=f"answer {number} is {wanted}, as request {number} gets it alone",
            where=where,
            next=question_of_class(score) if scored else "Which request does this answer belong to?",
        )
    expect_version(reply, model, where=where)
    expect_time(reply, tried, where=where)


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
        sent = f"POST /predict/batch with {name}"
        expect_status(reply, (status,), tried=f"sent {sent}", where="app.py, the batch", next=question)
        if status != 200:
            expect_problem(reply, (status,), sent, source=submission.text("app.py"))


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
            expect_alive_only(starting.result(), model.request(submission.random), submission.text("app.py"))
        finally:
            gate.open()
    reply = when_ready(starting.result(), asked=2000).http("GET", "/health/ready")
    tried = f"laid a model with the version {model.version}, let it finish loading, then sent GET /health/ready"
    question = "What does the model itself say about whether it is loaded?"
    expect_status(reply, (200,), tried=tried, where="app.py, ready", next=question)
    expect(
        reply.field("status", str) == "ready" and reply.field("model_version", str) == model.version,
        tried=tried,
        seen=f"status {reply.status}, {reply.body[:100].decode('utf-8', 'replace')}",
        expected=f"status 200 with status 'ready' and model_version {model.version!r}",
        where="app.py, ready",
        next="Which two fields does the brief name, and who knows the version?",
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


def expect_alive_only(server, body, source):
    """What holds while the model is still loading."""
    expect_status(
        server.http("GET", "/health/live"),
        (200,),
        tried="sent GET /health/live while the model loads",
        expected="status 200: the process is well, a restart would not help it",
        where="app.py, live",
        next="Which question does this path answer, and what follows from a no?",
    )
    ready, predicted = server.http("GET", "/health/ready"), server.http("POST", "/predict", json=body)
    expect_problem(
        ready, (503,), "GET /health/ready while the model loads", where="app.py, /health/ready", source=source
    )
    expect_problem(predicted, (503,), "POST /predict while the model loads", where="app.py, score_of", source=source)


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
                entered = gate.wait_entered()
                if not entered and blocked.done():
                    expect_status(
                        blocked.result(), (200,), tried=f"sent POST {path}", where="app.py, score_of", next=ASKED
                    )
                expect_asked(entered, tried)
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
        next=ASKED,
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
    questions = {
        "refused_422": (int, "How many of the 200 got the status of a request that does not fit the schema?"),
        "refused_404": (int, "How many of the 200 asked for something that is not there?"),
        "worst_field": (str, "Which name stands most often behind `body.`?"),
    }
    for name, (kind, question) in questions.items():
        given = answer(submission, name, kind, task=6, next="Which command of the brief shows this value?")
        expect(
            given == expected[name],
            tried=f"compared {name} with your seed's 200 requests",
            seen=f"{name} is {given!r}",
            expected="the value that `python traffic.py` shows in this folder once tasks 1 to 3 are done",
            where="answers.toml, task 6",
            next=question,
        )
