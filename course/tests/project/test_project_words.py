"""What the final project says of mistakes that a fresh trainee made, in full."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import Finding, NotYet, Partial, Verdict
from course.project import command
from course.project.demo import evidence
from course.project.demo.plots import Chart, Line, draw, seconds
from course.project.platform.supervisor import RolloutStuck
from course.tests.project import final

CHECKS = str(final.COURSE.project.checks / "x.py")


def said(check, *given):
    with pytest.raises(Verdict) as verdict:
        check(*given)
    return verdict.value


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


@pytest.mark.parametrize(
    ("well", "ill", "later", "found"),
    [
        (0.06, 0.4, None,
         ("as asked", "0 while all was well, more in the fault: a third of the predictions fails",
          "A movie that the model does not know is answered 404: is that a failure of the service?")),
        (0.0, None, None,
         ("as asked", "0 while all was well, more in the fault: a third of the predictions fails",
          "Which status does a client get when the handler raises, and does the label of your query match it?")),
        (None, 24.0, 24.0,
         ("24 when nobody had asked for 11 minutes", "0 again, or no result, once nothing fails any more",
          "Is it a total, or what fails now?")),
        (float("nan"), 0.3, float("nan"),
         ("", "0 while all was well, more in the fault: a third of the predictions fails", "")),
    ],
)  # fmt: skip
def test_what_a_query_for_errors_says(monkeypatch, well, ill, later, found):
    checks = sibling(CHECKS, "test_12_project_2_monitoring")
    monkeypatch.setattr(checks.watch, "go_quiet", lambda _: 0)
    monkeypatch.setattr(checks.watch, "value", lambda *_, **__: later)

    assert checks._judged_errors(None, "query", "as asked", (well, ill)) == found


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
    checks = sibling(CHECKS, "test_12_project_5_load")
    body = {"user_id": 1, "movie_id": 2, "age": 30, "gender": "F", "occupation": "artist"}
    server = SimpleNamespace(bodies=[body, body | {"age": "30"}, body | {"agee": 30}], enough=True)

    verdict = said(checks._asks_as_people_do, server, "")

    assert verdict.finding == Finding(
        "looked at the 3 predictions that locustfile.py asked for",
        "the service would answer 422 to 2 of them, the first: age is '30'",
        "bodies that the service takes: user_id, movie_id, age, gender, occupation",
        "locustfile.py",
        "How long does the service take to refuse a request, and is that the time that you want to know?",
    )


def test_requests_for_unknown_films_alone():
    checks = sibling(CHECKS, "test_12_project_5_load")
    bodies = [
        {"user_id": number, "movie_id": 9, "age": 30, "gender": "F", "occupation": "artist"} for number in range(1, 21)
    ]
    server = SimpleNamespace(bodies=bodies, enough=False, kinds=lambda: {"known": 0, "unknown": 20})

    verdict = said(checks._asks_as_people_do, server, "")

    assert verdict.finding == Finding(
        "looked at the 20 predictions that locustfile.py asked for",
        "0 for known movies, 20 for unknown movies",
        "both: movies that the model knows, most of the time, and some that it does not",
        "locustfile.py",
        "What do people ask for besides the movies that are there?",
    )
    # A busy machine sent few: that none of them was for an unknown movie says nothing.
    server.kinds = lambda: {"known": 20, "unknown": 0}
    checks._asks_as_people_do(server, "")


@pytest.mark.parametrize(
    ("output", "seen", "expected", "question"),
    [
        ("@@3,0", "3 of them, each a 404, are counted as failures",
         "a success: 404 is the right answer for a movie that the model does not know",
         "How does Locust let you say yourself whether an answer is right?"),
        ("@@0,2", "2 of them, each a 500, are counted as successes",
         "a failure: 404 is the one right answer for a movie that the model does not know",
         "For which answers is your success() called?"),
    ],
)  # fmt: skip
def test_answers_that_are_taken_for_what_they_are_not(output, seen, expected, question):
    checks = sibling(CHECKS, "test_12_project_5_load")
    server = SimpleNamespace(kinds=lambda: {"known": 48, "unknown": 12})

    verdict = said(checks._tells_right_from_wrong, server, f"Type Name\n{output}\n")

    assert isinstance(verdict, Partial)
    assert verdict.finding == Finding(
        "looked what locustfile.py says of the answers to 12 unknown movies", seen, expected, "locustfile.py", question
    )
    checks._tells_right_from_wrong(server, "the run said nothing of it")


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


@pytest.mark.parametrize(
    ("query", "seconds", "seen"),
    [
        ("histogram_quantile(0.95, sum by (le) (rate(took_bucket{route='/predict'}[2m])))", 1.9, ""),
        ("histogram_quantile(0.95, sum by (le) (rate(took_bucket{route='/predict'}[2m])))", 1900.0,
         "1900 is the sum of what the pods observed"),
        ("histogram_quantile(0.95, sum by (le) (rate(took_bucket[2m]))) / 1000", 1900.0, ""),
    ],
)  # fmt: skip
def test_a_latency_that_is_not_in_seconds(query, seconds, seen):
    checks = sibling(CHECKS, "test_12_project_2_monitoring")
    night = checks.watch.Night(waited=2.0)
    night.database.add(checks.watch.labels_of({"route": "/predict"}, "took_sum"), 0, seconds)

    assert checks._judged_unit(night, query) == (
        seen,
        "seconds: all requests together took 2.00 s, as the one who asked them saw it",
        "Which unit has the number that is observed?" if seen or "/ 1000" not in query else "",
    )


def test_an_alert_that_waits_too_long(monkeypatch):
    checks = sibling(CHECKS, "test_12_project_2_monitoring")
    rung = checks.watch.Rung(None, 43, "alerts.yaml:5", "alerts.yaml:6")
    monkeypatch.setattr(checks.watch, "observe", lambda *_, **__: SimpleNamespace(statuses=[500]))
    monkeypatch.setattr(checks.watch, "rung", lambda *_: rung)

    verdict = said(
        checks.test_the_alert_fires_in_the_drill_alone, SimpleNamespace(toml=lambda _: {"page": "HighErrorRate"})
    )

    assert verdict.finding == Finding(
        "evaluated HighErrorRate every 15 s over the drill: a third of the predictions fails for 11 minutes",
        "it never fires: it was pending at 43 of 44 scrapes",
        "firing within 11 minutes",
        "alerts.yaml:6",
        "How long does the alert wait, and does its query ever pause meanwhile?",
    )


def test_an_incident_that_cannot_begin_names_no_cause(monkeypatch, tmp_path, capsys):
    async def stuck(*_):
        raise RolloutStuck("v1-cache does not become ready")

    monkeypatch.setattr(command.incident, "play", stuck)
    monkeypatch.setattr(command.incident, "drawn", lambda _: ("cache-away", "tastes-flip"))
    monkeypatch.setattr(command, "sources", lambda *_: (tmp_path, tmp_path))

    assert command._incident(SimpleNamespace(number=1), tmp_path) == command.SEEN_NOTHING

    told = capsys.readouterr().err
    assert "The reference system did not come to the point where something breaks." in told
    assert "Run it again when this machine is less busy; build/project/system/logs says what each process did." in told
    assert "cache" not in told


def test_what_the_incidents_need_is_in_a_trainees_environment():
    locked = (final.COURSE.root / "requirements" / "learn.txt").read_text(encoding="utf-8")

    # The cache that goes away, and the generator of the load test.
    for package in ("redis", "locust"):
        assert re.search(rf"^{package}==", locked, re.MULTILINE), package


@pytest.mark.parametrize("end", [1, 45, 600, 12_000, 90_000])
def test_an_axis_has_room_for_its_numbers(end):
    assert 1 <= len(seconds(end)) <= 11


@pytest.mark.parametrize(("highest", "top"), [(30.0, ">200<"), (650.0, ">800<")])
def test_an_axis_that_leaves_noise_small(highest, top):
    chart = Chart("Time", "", "ms", [Line("clients", "a", [(1.0, highest)])], 10.0, least=evidence.NOISE_MS)

    assert top in draw(chart, [], number=1)
