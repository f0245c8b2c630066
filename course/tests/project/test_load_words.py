"""What row 5 says of a locustfile, in full."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import Finding, NotYet, Partial
from course.tests.project import final
from course.tests.project.verdicts import said

CHECKS = str(final.COURSE.project.checks / "x.py")
gate = sibling(CHECKS, "gate")


def test_a_limit_on_the_mean():
    checks = sibling(CHECKS, "test_12_project_5_load")
    submission = SimpleNamespace(replace=lambda *_: None, run=lambda *_, **__: SimpleNamespace(output="@@[0, 1, 1, 0]"))

    verdict = said(checks.test_limits_fail_the_run, submission)

    assert isinstance(verdict, Partial)
    assert verdict.earned == 2
    assert verdict.finding == Finding(
        "handed locustfile.py the figures of four runs of 200 requests, as Locust does when a run ends",
        "exit code 0 when 30 of 200 answers took 1.5 s: the p95 is 1500 ms",
        "an exit code other than 0 for a p95 above 500 ms",
        "locustfile.py",
        "What does a mean say of the slowest twentieth?",
    )


@pytest.mark.parametrize("output", ["@@304", "@@0", "Traceback (most recent call last):"])
def test_a_rate_that_is_kept_or_that_no_clock_could_follow_costs_nothing(output):
    submission = SimpleNamespace(replace=lambda *_: None, run=lambda *_, **__: SimpleNamespace(output=output))

    sibling(CHECKS, "pace").expect_the_rate(submission, "locustfile.py")


def test_more_requests_than_were_asked_for():
    submission = SimpleNamespace(replace=lambda *_: None, run=lambda *_, **__: SimpleNamespace(output="@@451\n"))

    verdict = said(sibling(CHECKS, "pace").expect_the_rate, submission, "locustfile.py")

    assert isinstance(verdict, Partial)
    assert verdict.earned == 2
    assert verdict.finding == Finding(
        "ran locustfile.py with LOAD_RATE 10 and 8 users, by a clock that waits for no answer",
        "more than 450 requests had begun before 30 s were over",
        "about 300: LOAD_RATE requests a second, by all users together",
        "locustfile.py",
        "How many users share the rate, and what says how long each of them waits for its next turn?",
    )


def test_fewer_requests_while_answers_are_missing():
    outputs = iter(("@@301\n", "@@160\n"))
    run = SimpleNamespace(replace=lambda *_: None, run=lambda *_, **__: SimpleNamespace(output=next(outputs)))

    verdict = said(sibling(CHECKS, "pace").expect_the_rate, run, "locustfile.py")

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "ran locustfile.py with LOAD_RATE 10 and 8 users against a service that takes 10 s to answer",
        "160 requests had begun after 30 s; 301, when each answer came at once",
        "about 300 in both: LOAD_RATE requests a second, whether or not answers come",
        "locustfile.py",
        "What begins the next request: a clock, or the end of an earlier one?",
    )


def test_bodies_that_the_service_refuses():
    people = sibling(CHECKS, "people")
    body = {"user_id": 1, "movie_id": 2, "age": 30, "gender": "F", "occupation": "artist"}
    server = SimpleNamespace(bodies=[body, body | {"age": "30"}, body | {"agee": 30}], enough=True)

    verdict = said(people.expect_people, server, "locustfile.py")

    assert verdict.finding == Finding(
        "looked at the 3 predictions that locustfile.py asked for",
        "the service would answer 422 to 2 of them, the first: age is '30'",
        "bodies that the service takes: user_id, movie_id, age, gender, occupation",
        "locustfile.py",
        "How long does the service take to refuse a request, and is that the time that you want to know?",
    )


def test_requests_for_unknown_movies_alone():
    people = sibling(CHECKS, "people")
    bodies = [
        {"user_id": number, "movie_id": 9, "age": 30, "gender": "F", "occupation": "artist"} for number in range(1, 21)
    ]
    server = SimpleNamespace(bodies=bodies, enough=False, kinds=lambda: {"known": 0, "unknown": 20})

    verdict = said(people.expect_people, server, "locustfile.py")

    assert verdict.finding == Finding(
        "looked at the 20 predictions that locustfile.py asked for",
        "0 for known movies, 20 for unknown movies",
        "both: movies that the model knows, most of the time, and some that it does not",
        "locustfile.py",
        "What do people ask for besides the movies that are there?",
    )
    # A busy machine sent few: that none of them was for an unknown movie says nothing.
    server.kinds = lambda: {"known": 20, "unknown": 0}
    server.different, server.said = lambda: (20, 10), {}
    people.expect_people(server, "locustfile.py")


@pytest.mark.parametrize(
    ("mistake", "asked", "seen", "expected", "question"),
    [
        ("unknown 404 failure", "12 unknown", "3 of them, each a 404, are counted as failures",
         "a success: 404 is the right answer for a movie that the model does not know",
         "How does Locust let you say yourself whether an answer is right?"),
        ("unknown 500 success", "12 unknown", "3 of them, each a 500, are counted as successes",
         "a failure: 404 is the one right answer for a movie that the model does not know",
         "For which answers is your success() called?"),
        ("known 404 success", "48 known", "3 of them, each a 404, are counted as successes",
         "a failure: for a movie that the model knows, 200 is the one right answer",
         "What would your run say on the day on which the service has lost its movies?"),
    ],
)  # fmt: skip
def test_answers_that_are_taken_for_what_they_are_not(mistake, asked, seen, expected, question):
    people = sibling(CHECKS, "people")
    said_of = {"known 200 success": 32, mistake: 3}
    server = SimpleNamespace(kinds=lambda: {"known": 48, "unknown": 12}, said=said_of)

    verdict = said(people._tells_right_from_wrong, server, "locustfile.py")

    assert isinstance(verdict, Partial)
    assert verdict.finding == Finding(
        f"looked what locustfile.py says of the answers to {asked} movies", seen, expected, "locustfile.py", question
    )
    server.said = {}
    people._tells_right_from_wrong(server, "locustfile.py")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"user_id": 0}, "user_id is 0"),
        ({"movie_id": True}, "movie_id is True"),
        ({"age": 130}, "age is 130"),
        ({"gender": "x"}, "gender is 'x'"),
        ({"occupation": None}, "occupation is None"),
        ({"sex": "F"}, "sex is no field of the service"),
        ({"age": ...}, "age is missing"),
        ([1], "a body that is no JSON object"),
    ],
)
def test_a_body_is_refused_as_the_service_refuses_it(change, fault):
    body = {"user_id": 1, "movie_id": 2, "age": 30, "gender": "F", "occupation": "artist"}
    given = {key: one for key, one in (body | change).items() if one is not ...} if isinstance(change, dict) else change

    assert sibling(CHECKS, "gate").refused(given) == fault


def test_one_user_and_two_films():
    people = sibling(CHECKS, "people")
    bodies = [
        {"user_id": 7, "movie_id": 1 + number % 3, "age": 20 + number % 50, "gender": "F", "occupation": "artist"}
        for number in range(80)
    ]

    with gate.Gate({"1", "2"}, hold=80) as server:
        server.bodies = bodies
        verdict = said(people.expect_people, server, "locustfile.py")

    assert verdict.finding == Finding(
        "looked at the 80 predictions that locustfile.py asked for",
        "different users: 1, different movies that the model knows: 2; a cache answers the others",
        "dozens of both, and no fewer than 10",
        "locustfile.py",
        "Which part of the service does a repeated question never reach?",
    )


@pytest.mark.parametrize(
    ("most", "question"),
    [
        (4, "Who is busy while an answer is on its way, and who could begin the next request meanwhile?"),
        (40, "Of what are there only so many: greenlets, places in a pool, connections of Locust's client?"),
    ],
)
def test_a_generator_that_waits_for_answers(monkeypatch, tmp_path, most, question):
    checks = sibling(CHECKS, "test_12_project_5_load")
    (tmp_path / "online.json").write_text('{"items": {}}', encoding="utf-8")
    server = SimpleNamespace(bodies=[{}], most=most, port=1, url="")
    monkeypatch.setattr(checks.gate, "Gate", lambda *_, **__: contextlib.nullcontext(server))
    run = SimpleNamespace(
        resource=lambda _: tmp_path, replace=lambda *_: None, let_reach=lambda _: None,
        run=lambda *_, **__: SimpleNamespace(output=""),
    )  # fmt: skip

    verdict = said(checks.test_the_rate_is_open_loop, run)

    assert verdict.finding == Finding(
        "ran locustfile.py with LOAD_RATE 20 and 4 users against a service that answers nobody at first",
        f"{most} requests were under way at most, then it waited for their answers",
        "80 and more: the rate is kept without answers",
        "locustfile.py",
        question,
    )


def test_the_gate_is_over_when_nobody_comes_any_more():
    with gate.Gate(set(), hold=80) as server:
        server.bodies = [{}] * 4
        asked = [server.over() for _ in range(gate.QUIET + 1)]
        server.bodies += [{}]
        again = server.over()

    assert asked == [False] * gate.QUIET + [True]
    assert not again


def test_the_numbers_of_the_load_test_stand_in_the_brief():
    brief = (final.COURSE.project.folder / "README.md").read_text(encoding="utf-8")

    assert f"{gate.HELD} and more" in brief
    assert f"`lasted` is {gate.LEAST_SECONDS} s or more, and at least half" in brief
    assert f"up to {gate.MOST_RATE}:" in brief
    assert f"fewer than {sibling(CHECKS, 'people').VARIED} different users" in brief
