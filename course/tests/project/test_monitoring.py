"""Scrapes end with their target, alerts wait for their `for`, and the log is read while it is written."""

import asyncio
import json

import numpy as np
import pytest
from movie_service.prediction_log.spool import Spool
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from checker.promql import Database, Evaluator, read_groups
from course.project.monitoring.alerts import Alerts, Change, read_rules
from course.project.monitoring.log import PredictionLog
from course.project.monitoring.quality import Quality, Verdict
from course.project.monitoring.scrape import Scraper, Target
from course.project.platform.telemetry import Page

RULE = {"alert": "Hot", "expr": "heat > 5", "for": "2s"}


def line(**record):
    return json.dumps(record).encode() + b"\n"


def answer(number, score, *, version="1", values=(1.0, None)):
    return line(kind="prediction", request_id=number, item=0, prediction=score, model_version=version, features=values)


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path, segment_bytes=10_000_000, segment_seconds=600)
    yield made
    made.close()


def test_a_target_that_is_gone_ends_its_series():
    async def story():
        registry = CollectorRegistry()
        Gauge("heat", "Degrees.", ["room"], registry=registry).labels("a").set(7)
        database, targets = Database(), []
        scraper = Scraper(lambda: targets, database)
        async with Page(lambda: generate_latest(registry)) as page:
            targets.append(Target("oven", "o1", page.port))
            await scraper.scrape(1000)
            targets.clear()
            await scraper.scrape(2000)

        ask = Evaluator(database).query
        assert [one.value for one in ask('heat{job="oven",instance="o1",room="a"}', 1000)] == [7.0]
        assert [one.value for one in ask("up", 1500)] == [1.0]
        assert ask("heat or up", 2000) == []

    asyncio.run(story())


def test_a_target_that_does_not_answer_is_down():
    async def story():
        database = Database()
        await Scraper(lambda: [Target("oven", "o1", 1)], database).scrape(1000)
        assert [one.value for one in Evaluator(database).query("up", 1000)] == [0.0]

    asyncio.run(story())


def test_an_alert_fires_after_its_time_and_is_over_at_once():
    database = Database()
    database.load("heat", {}, "1 9 9 9 9 1 9", step=1000)
    alerts = Alerts(read_groups({"groups": [{"name": "g", "rules": [RULE]}]}), database)

    changed = [(time, one.firing) for time in range(0, 7000, 1000) for one in alerts.look(time)]

    assert changed == [(3000, True), (5000, False)]
    assert alerts.firing == []


def test_the_rules_are_read_and_silent_without_data():
    alerts = Alerts(read_rules(), Database())

    assert len(alerts.rules) == 11
    assert alerts.look(60_000) == []


@pytest.mark.parametrize(
    ("series", "fires"),
    [
        ({"waits_seconds": "0+1x40"}, 21),
        # Each replica of a slow update gets ready before its time is over.
        ({"waits_seconds": "0+1x20 0+1x20"}, None),
        ({"waits_seconds": "0+1x40", "running": "0x40"}, None),
        ({"deaths_total": "0 0 1 1 2 2 3 3"}, 4),
        ({"deaths_total": "0 0 1 1 1 1 1 1"}, None),
    ],
)
def test_an_update_is_stuck_when_its_replicas_end_or_never_get_ready(series, fires):
    database = Database()
    for name, values in ({"running": "1x40"} | series).items():
        kind = "rollout" if name == "running" else "replica"
        database.load(f"supervisor_{kind}_{name}", {"group": "stable", "job": "platform"}, values, step=1000)
    alerts = Alerts(read_rules(), database)

    changes = [change for time in range(0, 40_000, 1000) for change in alerts.look(time)]

    fired = [change.time // 1000 for change in changes if change.name == "RolloutStuck" and change.firing]
    assert fired[:1] == ([fires] if fires else [])


def test_an_alert_says_which_feature_it_is_about():
    alerts = Alerts(read_rules(), Database())
    change = Change(0, "FeatureMoved", (("feature", "age"), ("job", "quality")), firing=True)

    assert alerts.summary(change) == "age is distributed otherwise than at training."
    for rule in alerts.rules:
        assert alerts.summary(Change(0, rule.name, (), firing=True)).endswith(".")


def test_the_log_is_followed_through_the_end_of_a_segment(spool, tmp_path):
    log = PredictionLog(tmp_path)
    spool.append(line(kind="model", model_version="1", features=["age", "year"]) + answer("a", 0.25))
    log.follow()
    spool.append(answer("b", 0.5))
    spool.close()
    spool.append(line(kind="model", model_version="1", features=["year", "age"]) + answer("c", 0.75))
    spool.append(line(kind="feedback", request_id="a", item=0, label=1))
    log.follow()
    log.follow()

    assert [(one.number, one.score) for one in log.answers] == [("a", 0.25), ("b", 0.5), ("c", 0.75)]
    assert [one.features["age"] for one in log.answers] == [1.0, 1.0, None]
    assert log.labels == {"a": 1}


def test_half_a_line_is_read_when_it_is_whole(tmp_path):
    path, whole = tmp_path / "0-1-a.open", answer("a", 0.25)
    log = PredictionLog(tmp_path)
    path.write_bytes(whole[:20])
    log.follow()
    assert log.answers == []

    path.write_bytes(whole)
    log.follow()

    assert [one.number for one in log.answers] == ["a"]


def test_drift_and_quality_need_enough_answers(spool, tmp_path):
    random = np.random.RandomState(1)
    quality = Quality(PredictionLog(tmp_path), {"age": random.normal(30, 5, 2000)})
    spool.append(line(kind="model", model_version="1", features=["age", "year"]))
    spool.append(b"".join(answer(f"a{n}", 0.5, values=(99.0, 1.0)) for n in range(149)))
    quality.look()
    assert b'model_feature_psi{feature="age"} NaN' in quality.exposition()

    spool.append(answer("last", 0.5, values=(99.0, 1.0)))
    quality.look()

    assert quality.registry.get_sample_value("model_feature_psi", {"feature": "age"}) > 1


def test_two_versions_are_compared_on_their_own_labels(spool, tmp_path):
    quality = Quality(PredictionLog(tmp_path), {})
    for number in range(200):
        label, version = number % 2, "12"[number % 4 // 2]
        # Version 1 is right, version 2 is surely wrong.
        score = 0.8 if (label == 1) == (version == "1") else 0.2
        spool.append(answer(f"a{number}", score, version=version))
        spool.append(line(kind="feedback", request_id=f"a{number}", item=0, label=label))
    quality.look()

    verdict = quality.compare("1", "2")

    assert (round(verdict.stable, 3), round(verdict.canary, 3), verdict.labels) == (0.223, 1.609, (100, 100))
    assert quality.compare("1", "3") is None


def test_what_was_forgotten_is_not_judged(spool, tmp_path):
    quality = Quality(PredictionLog(tmp_path), {})
    spool.append(answer("old", 0.5) + line(kind="feedback", request_id="old", item=0, label=1))
    quality.forget()
    quality.look()

    assert quality.registry.get_sample_value("model_window_labels") == 0


def test_without_spread_there_is_no_certainty():
    assert Verdict(0.5, 0.9, (10, 10), 0.0).z == 0.0
