"""What exercise 1 asks for in tasks 5 and 6: a service while it loads, while it is busy, and under traffic."""

import runpy
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from checker import check, expect, read_hints, sibling

asking, laid_model, reading = (sibling(__file__, name) for name in ("asking", "laid_model", "reading"))
HINTS = read_hints(__file__)
ASKED = "Where does the score come from?"
ANSWERS = Path(__file__).with_name("answers.py")


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="ready", task=5, points=2, tier="full", after=("live", "problems"), hints=HINTS["ready"],
    why="Not alive means restart me; not ready means send me nothing yet. A restart while loading never ends.",
)  # fmt: skip
def test_alive_is_not_ready(submission):
    """While the model loads the service is alive and not ready; once it is loaded, ready."""
    gate = submission.gate("load")
    model = laid_model.lay_model(submission, gate=gate, at="load")
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(submission.serve)
        try:
            expect_loading(gate, starting)
            expect_alive_only(starting.result(), model.request(submission.random), submission.text("app.py"))
        finally:
            gate.open()
    reply = laid_model.when_ready(starting.result(), asked=2000).http("GET", "/health/ready")
    tried = f"laid a model with the version {model.version}, let it finish loading, then sent GET /health/ready"
    question = "What does the model itself say about whether it is loaded?"
    reading.expect_status(reply, (200,), tried=tried, where="app.py, ready", next=question)
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
        next="Who calls load() here, this line or a thread, and does anything wait here until it returns?",
    )


def expect_alive_only(server, body, source):
    """What holds while the model is still loading."""
    reading.expect_status(
        server.http("GET", "/health/live"),
        (200,),
        tried="sent GET /health/live while the model loads",
        expected="status 200: the process is well, a restart would not help it",
        where="app.py, live",
        next="Which question does this path answer, and what follows from a no?",
    )
    ready, predicted = server.http("GET", "/health/ready"), server.http("POST", "/predict", json=body)
    batch = server.http("POST", "/predict/batch", json={"requests": [body]})
    reading.expect_problem(
        ready, (503,), "GET /health/ready while the model loads", where="app.py, /health/ready", source=source
    )
    reading.expect_problem(
        predicted, (503,), "POST /predict while the model loads", where="app.py, score_of", source=source
    )
    reading.expect_problem(
        batch, (503,), "POST /predict/batch while the model loads", where="app.py, the batch", source=source
    )


# -- task 6 -----------------------------------------------------------------------------------------------------
@check(
    id="blocking", task=6, points=2, tier="full", after=("live", "batch"), hints=HINTS["blocking"],
    why="An event loop serves everybody with one thread; whoever holds it, holds everybody.",
)  # fmt: skip
def test_live_answers_meanwhile(submission):
    """While a prediction takes its time, GET /health/live still answers."""
    for path in ("/predict", "/predict/batch"):
        gate = submission.gate(path[1:].replace("/", "-"))
        model = laid_model.lay_model(submission, gate=gate)
        body = model.request(submission.random)
        sent = {"requests": [body]} if "batch" in path else body
        with laid_model.when_ready(submission.serve()) as server, ThreadPoolExecutor(2) as pool:
            blocked = pool.submit(server.http, "POST", path, json=sent, timeout=30)
            try:
                tried = f"sent POST {path}, held the model inside score(), and sent GET /health/live"
                entered = gate.wait_entered()
                if not entered and blocked.done():
                    reading.expect_status(
                        blocked.result(), (200,), tried=f"sent POST {path}", where="app.py, score_of", next=ASKED
                    )
                expect_asked(entered, tried)
                live = pool.submit(server.http, "GET", "/health/live", timeout=30)
                wait([live], timeout=5)
                expect_answered(live.done() and not blocked.done() and live.result().status == 200, path, tried)
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


def expect_answered(ok, path, tried):
    expect(
        ok,
        tried=tried,
        seen="GET /health/live waits until the prediction is done",
        expected="it answers meanwhile",
        where=f"app.py, the function behind POST {path}",
        next="Which thread is held until this function has its score, and who else needs that thread?",
    )


@check(
    id="traffic", task=6, points=3, tier="full", hints=HINTS["traffic"],
    why="The same three numbers, counted all the time, are the first dashboard of an API.",
)  # fmt: skip
def test_traffic_was_read(submission):
    """answers.toml says what your run of traffic.py showed: how many were refused, and for which field most."""
    expected = runpy.run_path(str(ANSWERS))["answers"](submission.seed, {})
    questions = {
        "refused_422": (int, "How many of the 200 got the status of a request that does not fit the schema?"),
        "refused_404": (int, "How many of the 200 asked for something that is not there?"),
        "worst_field": (str, "Which name stands most often behind `body.`?"),
    }
    for name, (kind, question) in questions.items():
        given = asking.answer(submission, name, kind, task=6, next="Which command of the brief shows this value?")
        expect(
            given == expected[name],
            tried=f"compared {name} with your seed's 200 requests",
            seen=f"{name} is {given!r}",
            expected="the value that `python traffic.py` shows in this folder once tasks 1 to 3 are done",
            where="answers.toml, task 6",
            next=question,
        )
