"""How the checks of this exercise ask: requests that must be refused, values of an answer, words of answers.toml."""

from __future__ import annotations

from time import perf_counter

from checker import expect, sibling

laid_model, reading = sibling(__file__, "laid_model"), sibling(__file__, "reading")


def same(seen, expected):
    return abs(seen - expected) < 1e-6


def what(change):
    """Say how a request differs from a good one: age=-1, age=null, or gender missing."""
    words = {...: " missing", None: "=null"}
    return ", ".join(f"{name}{words.get(value, f'={value!r}')}" for name, value in change.items())


def refuse(submission, changes):
    """Expect 422 for every change of a good request; each change comes with its question."""
    model = laid_model.lay_model(submission)
    app, source = laid_model.when_ready(submission), submission.text("app.py")
    for change, question in changes:
        body = model.request(submission.random, **change)
        body = {name: value for name, value in body.items() if value is not ...}
        reply = app.http("POST", "/predict", json=body)
        reading.expect_status(
            reply,
            (422,),
            tried=f"sent POST /predict with {what(change)}, the other fields right",
            where="app.py, PredictRequest",
            next=question if reply.status not in reading.REFUSALS else reading.OTHER_REFUSAL,
            crash="Which rule of the class does this message speak of, and which type does that rule fit?",
            source=source,
        )
    return model


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


def timed(app, path, body):
    """Send a request; its reply, and the milliseconds from here to there and back."""
    started = perf_counter()
    reply = app.http("POST", path, json=body)
    return reply, (perf_counter() - started) * 1000


def expect_time(reply, whole, sent, *, where):
    """What the app measures lies within what is measured here, on a slow machine too; 1 ms is left for rounding."""
    ms, held = reply.field("inference_time_ms", float), laid_model.HELD_MS
    tried = f"{sent}; the model laid for this check took {held} ms or a little more"
    expect(
        held <= ms,
        tried=tried,
        seen=f"inference_time_ms {round(ms, 2)}",
        expected="the milliseconds since the request came: not fewer than the model took",
        where=where,
        next="In which unit is this value, and from which moment to which does it run?",
    )
    expect(
        ms <= whole + 1,
        tried=tried,
        seen=f"inference_time_ms {round(ms, 2)}, more than passed from sending the request to having the answer",
        expected="the milliseconds since this request came",
        where=where,
        next="When is the stopwatch made: for each request, or once?",
    )


def question_of_score(seen, score):
    """A rounded score shows itself; for another one, three things may be wrong."""
    if seen not in laid_model.SCORES and any(same(seen, round(score, digits)) for digits in range(7)):
        return "Which step between the model and the answer rounds the score?"
    return "Which object gives the score, how often is it made and loaded, and which five values does it get?"


def question_of_class(score):
    if score == 0.5:
        return "On which side of the threshold is a score of exactly 0.5?"
    return "Which rule makes a class of a score, and is the class a whole number?"


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
