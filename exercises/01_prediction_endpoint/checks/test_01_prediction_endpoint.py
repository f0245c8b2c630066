"""What exercise 1 asks for: guards, and the tasks of the room. Later tasks stand in the files beside this one.

Every check lays a model of its own over the given one: same form, fresh version, fresh scores, another catalog.
"""

from checker import check, expect, read_hints, sibling

asking, laid_model, reading = (sibling(__file__, name) for name in ("asking", "laid_model", "reading"))
HINTS = read_hints(__file__)
ANSWER = ("prediction", "prediction_class", "model_version", "inference_time_ms")


# -- guards: what the starter does already ----------------------------------------------------------------------
@check(id="starts", task=1)
def test_app_starts(submission):
    """The file app.py can be imported, and its app answers a request."""
    laid_model.lay_model(submission)
    reading.expect_status(
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
    reading.expect_status(
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
    laid_model.lay_model(submission)
    reply = laid_model.when_ready(submission).http("GET", "/health/live")
    question = "Which question does this path answer, and who asks it?"
    tried = "sent GET /health/live"
    reading.expect_status(reply, (200,), tried=tried, where="app.py, live", next=question)
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
    model = laid_model.lay_model(submission)
    app = laid_model.when_ready(submission)
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
    place, message = next(iter(reading.refusals(reply)), ("", ""))
    if "instance of" in message:
        return "The value is a text, as JSON has them. Which kind of choice takes a text in strict mode?"
    if place.removeprefix("body.") in laid_model.FIELDS and place.startswith("body."):
        return "Which values does the class allow for this field, and which does the table in the brief allow?"
    if place.startswith("body."):
        return "Does the app take the object itself, or does it look for something that the brief does not name?"
    return "From which part of the request does the app read the fields: its address or its body?"


@check(id="refuses", task=1, after=("accepts",))
def test_refusal_has_its_status(submission):
    """An age that is no number is refused with status 422."""
    asking.refuse(submission, [({"age": "old"}, "Which type has this field, and who looks at it before your code?")])


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="bounds", task=1, points=1, after=("refuses",), hints=HINTS["bounds"],
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
        {"gender": "f"},
        {"gender": "FM"},
        {"occupation": "pilot"},
        *({name: absent} for absent in (..., None) for name in laid_model.FIELDS),
    ]
    model = asking.refuse(submission, [(change, question_of_bound(*change.items())) for change in changes])
    allowed = [{"age": 1}, {"age": 120}, {"user_id": 1}, {"user_id": 99_999}, {"movie_id": 1}, {"movie_id": 99_999}]
    allowed += [{"gender": one} for one in "FM"] + [{"occupation": one} for one in laid_model.OCCUPATIONS]
    for change in allowed:
        reply = submission.http("POST", "/predict", json=model.request(submission.random, **change))
        expect(
            reply.status != 422,
            tried=f"sent POST /predict with {asking.what(change)}, the other fields right",
            seen="status 422",
            expected="no refusal: the table in the brief allows this value",
            where="app.py, PredictRequest",
            next=question_of_allowed(*change),
        )


def question_of_allowed(name):
    if name == "age":
        return "Does the limit belong to the allowed values, or is it the first that is not?"
    if name in ("gender", "occupation"):
        return "Which values does the class name for this field, and which does the brief?"
    return "Which upper limit has this field in the brief, and what answers for a movie that the model does not know?"


def question_of_bound(changed):
    name, value = changed
    if value is ...:
        return "What does the class say about a request that comes without this field?"
    if value is None:
        return "Is null, no value at all, among the values that the table in the brief allows for this field?"
    if name in ("gender", "occupation"):
        return "Which values may this field have, and which type names those and no others?"
    return "Which limit has this field in the brief, and where does the class say it?"


@check(
    id="strict", task=1, points=1, after=("refuses",), hints=HINTS["strict"],
    why='Whoever sends "21" has a mistake. Repairing it silently hides it until it is someone else\'s.',
)  # fmt: skip
def test_numbers_are_numbers(submission):
    """A number sent as text, as true or with a fraction is refused with 422."""
    names = submission.random.sample(["user_id", "movie_id", "age"], 3)
    changes = [{name: value} for name in names for value in ("21", True, 21.5)]
    question = "What does the type of this field take for a whole number, and how is converting switched off?"
    asking.refuse(submission, [(change, question) for change in changes])


@check(
    id="extra", task=1, points=1, after=("refuses",), hints=HINTS["extra"],
    why="A misspelled optional field would otherwise be dropped without a word, for months.",
)  # fmt: skip
def test_unknown_field_is_refused(submission):
    """A field that the contract does not name is refused with 422."""
    letters = "".join(submission.random.choices("abcdefgh", k=5))
    question = "What does the class do with a field that it does not know, and where is that set?"
    asking.refuse(submission, [({"agee": 21}, question), ({f"x_{letters}": 1}, question)])


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="predicts", task=2, points=2, after=("accepts",), hints=HINTS["predicts"],
    why="Score, class, version and time: without the version nobody can say later which model gave an answer.",
)  # fmt: skip
def test_answer_comes_from_the_model(submission):
    """POST /predict answers score, class, model version and time, from the model that was loaded at the start."""
    model = laid_model.lay_model(submission)
    app, source = laid_model.when_ready(submission), submission.text("app.py")
    for number, body in enumerate(model.one_of_each_score(submission.random)):
        if number == 2:
            # The file changes while the service runs: a model that was read once does not notice.
            submission.replace("weights.txt", "another")
        reply = app.http("POST", "/predict", json=body)
        expect_answer(reply, body, model, source)
    quick, body = reply.field("inference_time_ms", float), model.slow_request(submission.random)
    reply, whole = asking.timed(app, "/predict", body)
    expect_answer(reply, body, model, source)
    asking.expect_time(reply, whole, "sent POST /predict", where="app.py, predict")
    expect(
        reply.field("inference_time_ms", float) != quick,
        tried="sent POST /predict twice; one of the two kept the model busy for longer",
        seen=f"inference_time_ms {quick} for both",
        expected="the milliseconds since each request came",
        where="app.py, predict",
        next="Who measures this value, and for which request?",
    )


def expect_answer(reply, body, model, source):
    score, where = model.score(body), "app.py, predict and score_of"
    tried = f"sent POST /predict with {body}; the model's score is {score}"
    question = "Which path and which method does the brief name, and what refuses this request?"
    crash = "Which value has a type that this step cannot take, on the way in or on the way out?"
    reading.expect_status(reply, (200,), tried=tried, where=where, next=question, crash=crash, source=source)
    seen = reply.field("prediction", float)
    expect(
        asking.same(seen, score),
        tried=tried,
        seen=f"prediction {seen}",
        expected=f"prediction {score}: the score of the model that was loaded when the service started",
        where=where,
        next=asking.question_of_score(seen, score),
    )
    label = int(score >= 0.5)
    expect(
        reply.field("prediction_class", int) == label,
        tried=tried,
        seen=f"prediction_class {reply.field('prediction_class', int)}",
        expected=f"prediction_class {label}: class 1 begins at 0.5",
        where=where,
        next=asking.question_of_class(score),
    )
    asking.expect_version(reply, model, where="app.py, predict")


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
    missing = [f"request field {name}" for name in laid_model.FIELDS if name not in fields]
    age = reading.resolved(document, reading.at(fields, "age"))
    missing += ["limits of age"] * ("age" in fields and reading.limits(age) != (1, 120))
    for name, allowed in (("gender", {"F", "M"}), ("occupation", set(laid_model.OCCUPATIONS))):
        listed = reading.choices(document, reading.at(fields, name))
        if name in fields and listed != allowed:
            missing.append(_unlike(name, listed, allowed))
    missing += [f"answer field {name}" for name in ANSWER if name not in reading.properties(document, given)]
    expect(
        not missing,
        tried="read /openapi.json as a client would, path /predict",
        seen=f"the document lacks: {', '.join(missing)}",
        expected="all five fields, age from 1 to 120, the values of gender and occupation, all four answer fields",
        where="app.py, predict and PredictRequest",
        next=question_of_document(fields),
    )


def question_of_document(fields):
    """A choice that stands as a pattern is seen by FastAPI; what it does not name are the values."""
    if any("pattern" in reading.at(fields, name) for name in ("gender", "occupation")):
        return "A pattern says how a text looks. Which type says which values there are, one by one?"
    return "From what does FastAPI write this document, and what can it not see inside a function?"


def _unlike(name, listed, allowed):
    """How the values that a document names for a field differ from those of the brief."""
    if listed - allowed:
        return f"exact values of {name}, {min(listed - allowed)!r} is one too many"
    if listed:
        return f"the value {min(allowed - listed)!r} of {name}"
    return f"the values of {name}"
