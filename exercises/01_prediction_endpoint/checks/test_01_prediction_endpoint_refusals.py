"""What exercise 1 asks for in tasks 3 and 4: one form for every refusal, the tickets, many requests in one."""

from checker import check, expect, partial, read_hints, sibling

asking, laid_model, reading = (sibling(__file__, name) for name in ("asking", "laid_model", "reading"))
HINTS = read_hints(__file__)
LIMIT = 1000
CAUSES = (
    *("in_the_address", "sent_as_form", "encoded_twice"),
    *("field_misspelled", "numbers_as_text", "wrong_path"),
)


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="problems", task=3, points=2, tier="full", after=("bounds", "predicts"), hints=HINTS["problems"],
    why="A client writes one piece of code for all refusals; monitoring counts them by status, not by reading texts.",
)  # fmt: skip
def test_every_refusal_is_a_problem(submission):
    """Every refusal is application/problem+json with type, title, status, detail and errors."""
    model = laid_model.lay_model(submission)
    app = laid_model.when_ready(submission)
    random, source = submission.random, submission.text("app.py")
    unknown = model.request(random, movie_id=model.last_movie + random.randint(1, 99))
    path = f"/nothing-{random.randint(10, 99)}"
    reading.expect_problem(
        app.http("POST", "/predict", json=unknown),
        (404,),
        "POST /predict for a movie that the model does not know",
        where="app.py, score_of",
        source=source,
    )
    raised = reading.handler_of(source, 404)
    reading.expect_problem(app.http("GET", path), (404,), f"GET {path}", where=raised, source=source)
    invalid = reading.handler_of(source, 422)
    wrong, sent = model.request(random, age=121, gender="X"), "POST /predict with age=121 and gender='X'"
    reply = app.http("POST", "/predict", json=wrong)
    reading.expect_problem(reply, (422,), sent, where=invalid, source=source)
    expect(
        {"body.age", "body.gender"} <= set(reading.places(reply)),
        tried=f"sent {sent}",
        seen=reading.named(reply),
        expected="errors name 'body.age' and 'body.gender', each in 'where', with a message",
        where=invalid,
        next="Which part of an error of the schema says where it is?",
    )
    broken = app.http("POST", "/predict", body=b'{"user_id": ', headers={"content-type": "application/json"})
    reading.expect_problem(broken, (400, 422), "POST /predict with half a JSON body", where=invalid, source=source)
    refused = app.http("GET", "/predict")
    reading.expect_problem(refused, (405,), "GET /predict", where=raised, source=source)
    expect(
        "POST" in refused.headers.get("allow", ""),
        tried="sent GET /predict",
        seen="status 405 without a header Allow that names POST",
        expected="the header Allow: POST, which was there before the handler",
        where=raised,
        next="What did the error carry besides status and detail?",
    )


@check(
    id="diagnosis", task=3, points=3, tier="full", hints=HINTS["diagnosis"],
    why="Most tickets about an API are settled by what was sent, byte for byte, and by where the refusal points.",
)  # fmt: skip
def test_cause_of_each_ticket(submission):
    """answers.toml names the cause of each of the three tickets in tickets.log."""
    causes = {"ticket_a": "in_the_address", "ticket_b": "encoded_twice", "ticket_c": "sent_as_form"}
    question = "Where in the exchange are the values: in the first line, in the headers, or below them?"
    given = {name: asking.answer(submission, name, str, task=3, next=question) for name in causes}
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


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="batch", task=4, points=1, tier="full", after=("predicts", "problems"), hints=HINTS["batch"],
    why="The caller joins answers to its rows by position; one swap gives every later row someone else's score.",
)  # fmt: skip
def test_batch_keeps_the_order(submission):
    """POST /predict/batch answers every request in its place, and refuses as POST /predict does."""
    model = laid_model.lay_model(submission)
    app = laid_model.when_ready(submission)
    random, source = submission.random, submission.text("app.py")
    bodies = [*model.one_of_each_score(random), *(model.request(random) for _ in range(random.randint(20, 40)))]
    bodies += [*random.sample(bodies, 3), *model.neighbors(random, bodies[0]), model.slow_request(random)]
    reply, whole = asking.timed(app, "/predict/batch", {"requests": bodies})
    expect_batch(reply, whole, bodies, model)
    row = random.randrange(len(bodies))
    place = f"body.requests.{row}."
    unknown = [*bodies[:row], bodies[row] | {"movie_id": model.last_movie + 1}, *bodies[row + 1 :]]
    reading.expect_problem(
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
    reading.expect_problem(reply, (422,), sent, where="app.py, the batch", source=source)
    expect(
        f"{place}age" in reading.places(reply),
        tried=f"sent {sent}",
        seen=reading.named(reply),
        expected=f"errors name '{place}age'; a list counts from 0",
        where=reading.handler_of(source, 422),
        next="Which class checks one request, and can a list be made of it?",
    )


def expect_batch(reply, whole, bodies, model):
    tried, where = f"sent POST /predict/batch with {len(bodies)} requests", "app.py, the batch"
    reading.expect_status(
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
        scored = numbers[0] and asking.same(seen[0], score)
        expect(
            scored and numbers[1] and seen[1] == wanted["prediction_class"],
            tried=tried,
            seen=f"answer {number}, counted from 1, is {str(given)[:80]}",
            expected=f"answer {number} is {wanted}, as request {number} gets it alone",
            where=where,
            next=asking.question_of_class(score) if scored else "Which request does this answer belong to?",
        )
    asking.expect_version(reply, model, where=where)
    asking.expect_time(reply, whole, tried, where=where)


@check(
    id="limit", task=4, points=1, tier="full", after=("batch",), hints=HINTS["limit"],
    why="Without a limit one caller decides how much memory and time everybody else has left.",
)  # fmt: skip
def test_batch_has_a_limit(submission):
    """A batch holds 1 to 1000 requests: more is refused with 413, none or an unknown field with 422."""
    model = laid_model.lay_model(submission)
    app = laid_model.when_ready(submission)
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
        reading.expect_status(reply, (status,), tried=f"sent {sent}", where="app.py, the batch", next=question)
        if status != 200:
            reading.expect_problem(reply, (status,), sent, source=submission.text("app.py"))
