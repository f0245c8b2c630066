"""The examples of pages beyond the outline: platforms, a shadow, model files, queries over the prediction log."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import pickle
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml
from movie_service.app import create_app
from movie_service.log_format import json_formatter
from movie_service.settings import DEFAULT_PORT, PREFIX, Settings

from checker.asgi import Client
from course.build.sync import ROOT
from course.examples.model_file.gift import wrapped
from course.examples.platforms.contracts import SAGEMAKER, Renamed, vertex
from course.examples.platforms.function import Function
from course.examples.versions.shadow import Shadow
from course.examples.watching.hot import profiled

EXAMPLES = ROOT / "course" / "examples"
VISITOR = {"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}
GOOGLE = vertex({"AIP_HEALTH_ROUTE": "/v1/ready", "AIP_PREDICT_ROUTE": "/v1/predict"})


@pytest.fixture(scope="module")
def service(bundle_dir: Path) -> Any:
    return create_app(settings=Settings(model_dir=bundle_dir, access_log="off", prediction_log="off"))


@pytest.fixture(scope="module")
def client(service: Any) -> Iterator[Client]:
    """The service under its own paths and under those of two platforms."""
    opened = Client(Renamed(service, SAGEMAKER | GOOGLE))
    yield opened
    opened.close()


def asked(client: Client, method: str, path: str, body: object = None) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = [("host", "127.0.0.1"), ("content-type", "application/json"), ("content-length", str(len(data)))]
    request = {"method": method, "path": path, "headers": headers, "body": base64.b64encode(data).decode()}
    answer = client.send(request)
    return int(answer["status"]), told(answer["body"])


def told(body: str) -> Any:
    """What an answer says, without the time that it took."""
    said = json.loads(base64.b64decode(body))
    said.pop("inference_time_ms", None)
    return said


@pytest.mark.slow
def test_sagemaker_asks_under_its_own_paths(client):
    own = asked(client, "POST", "/predict", VISITOR)

    assert asked(client, "GET", "/ping")[0] == 200
    assert asked(client, "POST", "/invocations", VISITOR) == own
    assert own[0] == 200
    assert asked(client, "POST", "/invocations", VISITOR | {"age": -1})[0] == 422


def test_vertex_sends_instances_and_gets_predictions(client):
    status, answer = asked(client, "POST", "/v1/predict", {"instances": [VISITOR, VISITOR | {"age": 60}]})

    _, own = asked(client, "POST", "/predict/batch", {"requests": [VISITOR, VISITOR | {"age": 60}]})
    assert (status, answer["predictions"]) == (200, own["predictions"])
    assert asked(client, "GET", "/v1/ready")[0] == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"requests": 1}', b'{"instances": 1}'])
def test_what_vertex_could_not_have_meant_is_refused_by_the_service(client, body):
    status, problem = asked(client, "POST", "/v1/predict", body)

    assert status in (400, 422)
    assert problem["errors"]


def event(method: str, path: str, body: str | None = None, **more: object) -> dict[str, Any]:
    http = {"method": method, "path": path, "sourceIp": "127.0.0.1"}
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json"}
    return {"rawPath": path, "headers": headers, "requestContext": {"http": http}, "body": body, **more}


def test_a_function_answers_events_as_the_service_answers_requests(bundle_dir, client):
    settings = Settings(model_dir=bundle_dir, access_log="off", prediction_log="off")
    function = Function(create_app(settings=settings))
    text = json.dumps(VISITOR)

    plain = function(event("POST", "/predict", text))
    encoded = function(event("POST", "/predict", base64.b64encode(text.encode()).decode(), isBase64Encoded=True))
    refused = function(event("POST", "/predict", "{"))
    ready = function(event("GET", "/health/ready"))
    function.close()

    assert told(plain["body"]) == told(encoded["body"]) == asked(client, "POST", "/predict", VISITOR)[1]
    assert (plain["statusCode"], refused["statusCode"], ready["statusCode"]) == (200, 400, 200)
    assert plain["headers"]["content-type"] == "application/json"


def test_a_function_whose_application_does_not_start_says_so():
    async def broken(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no model"})

    with pytest.raises(RuntimeError) as raised:
        Function(broken)

    assert str(raised.value) == "The application did not start. Its own log says why."


def test_azures_file_names_routes_port_and_settings_that_are_there(service):
    asked_of = yaml.safe_load((EXAMPLES / "platforms" / "azure-ml.yml").read_text())
    routes = asked_of["environment"]["inference_config"].values()

    assert {one["path"] for one in routes} <= set(service.openapi()["paths"])
    assert {one["port"] for one in routes} == {DEFAULT_PORT}
    names = {name.removeprefix(PREFIX).lower() for name in asked_of["environment_variables"]}
    assert names <= set(Settings.model_fields)


def test_nobody_feels_a_shadow_that_fails_or_hangs():
    async def says(value):
        return {"prediction": value}

    async def fails(request):
        raise OSError("away")

    async def hangs(request):
        await asyncio.Event().wait()

    async def scenario():
        noted: list[float] = []
        good = Shadow(lambda _: says(0.5), lambda _: says(0.75), noted.append)
        bad = Shadow(lambda _: says(0.5), fails, noted.append)
        slow = Shadow(lambda _: says(0.5), hangs, noted.append, most=2)
        answers = [await one.ask({}) for one in (good, bad, slow, slow, slow)]
        await asyncio.gather(*good.behind, *bad.behind)
        waiting = list(slow.behind)
        for task in waiting:
            task.cancel()
        return answers, noted, bad.failed, slow.skipped, len(waiting)

    assert asyncio.run(scenario()) == ([{"prediction": 0.5}] * 5, [0.25], 1, 1, 2)


def test_a_champion_that_fails_fails_as_it_would_without_a_shadow():
    async def away(request):
        raise OSError("away")

    shadow = Shadow(away, away, lambda difference: None)

    with pytest.raises(OSError, match="away"):
        asyncio.run(shadow.ask({}))
    assert (shadow.failed, shadow.behind) == (0, set())


def test_a_pickle_acts_before_anybody_can_look_at_it(tmp_path):
    gift = wrapped(tmp_path / "was here")

    assert not (tmp_path / "was here").exists()
    assert pickle.loads(gift) == {"model": None, "auc": 0.79}
    assert (tmp_path / "was here").exists()


def test_the_first_trees_of_a_model_are_a_smaller_model(bundle_dir):
    # Imported here: LightGBM takes scikit-learn along, and every process that runs tests would pay for both.
    import lightgbm

    from course.examples.model_file.trees import first_trees

    text = (bundle_dir / "model.txt").read_text()
    whole = lightgbm.Booster(model_str=text)
    rows = np.random.default_rng(7).uniform(0, 1, (50, whole.num_feature()))

    cut = first_trees(text, whole.num_trees() // 4)

    assert len(cut) < len(text) / 3
    fewer = lightgbm.Booster(model_str=cut)
    expected = whole.predict(rows, num_iteration=whole.num_trees() // 4)
    np.testing.assert_array_equal(fewer.predict(rows), expected)
    assert not np.array_equal(whole.predict(rows), expected)


def rows_of(query: str, **tables: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What a query says of tables whose columns are those of the prediction log."""
    columns = {
        "predictions": "request_id VARCHAR, item INT, time TIMESTAMP, prediction DOUBLE, model_version VARCHAR, "
        "dt VARCHAR",
        "feedback": "request_id VARCHAR, item INT, label INT, verdict VARCHAR",
    }
    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        for name, rows in tables.items():
            database.execute(f"CREATE TABLE {name} ({columns[name]})")
            for row, times in Counter(rows).items():
                values = ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {name} SELECT {values} FROM range(?)", [*row, times])
        return database.execute((EXAMPLES / "watching" / query).read_text()).fetchall()


def test_worth_counts_answers_without_a_word_and_whoever_tells_twice_once():
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC).replace(tzinfo=None)
    predictions = [
        *((f"a{number}", 0, noon, 0.5, "1.0.0", "2026-11-24") for number in range(4)),
        ("b0", 0, noon, 0.5, "1.1.0", "2026-11-24"),
        ("b0", 1, noon, 0.5, "1.1.0", "2026-11-24"),
        ("old", 0, noon, 0.5, "1.0.0", "2026-11-23"),
    ]
    feedback = [("a0", 0, 1, None), ("a0", 0, 1, None), ("a1", 0, 0, None), ("b0", 1, 1, None), ("old", 0, 1, None)]

    found = rows_of("worth.sql", predictions=predictions, feedback=feedback)

    # Version, answers, told of, liked of those, dollars for a thousand at two cents a like.
    assert found == [("1.0.0", 4, 0.5, 0.5, 5.0), ("1.1.0", 2, 0.5, 1.0, 10.0)]


def test_odd_hours_finds_the_planted_one_alone():
    drawn, rows = np.random.default_rng(3), []
    for day in range(15):
        for hour, answers in ((3, 20), (12, 120), (20, 120)):
            time = datetime(2026, 11, 10, hour) + timedelta(days=day)
            level = 0.55 + 0.02 * drawn.standard_normal() + (0.3 if (day, hour) in {(14, 20), (14, 3)} else 0.0)
            rows += [("r", 0, time, level, "1.0.0", f"{time:%Y-%m-%d}")] * answers

    [found] = rows_of("odd_hours.sql", predictions=rows)

    # Three in the morning is as odd, and too quiet to say so.
    assert (found[0], found[3]) == (20, 120)
    assert found[1] - found[2] > 0.2


def test_the_histories_of_user_and_movie_carry_two_thirds_of_the_model(bundle_dir):
    """What the page on watching the model says of its features."""
    from course.examples.watching.gain import gains  # LightGBM again

    found = gains(bundle_dir / "model.txt")

    assert list(found) == json.loads((bundle_dir / "manifest.json").read_text())["features"]
    assert sum(found.values()) == pytest.approx(1)
    assert sum(share for name, share in found.items() if name.startswith(("user_", "item_"))) > 0.6
    assert found["age"] < 0.1


@pytest.mark.slow
def test_a_profile_names_the_functions_that_answer(bundle_dir, capsys):
    app = create_app(settings=Settings(model_dir=bundle_dir, access_log="off", prediction_log="off"))

    profiled(app, [VISITOR] * 30).print_stats("movie_service", 40)

    shown = capsys.readouterr().out
    assert "routes/predict.py" in shown
    assert "cumtime" in shown and "tottime" in shown


def test_faults_are_counted_in_the_lines_that_the_service_writes(tmp_path):
    formatter, lines = json_formatter(), []
    for number, fault in enumerate([KeyError("year"), ValueError("no such genre"), KeyError("year")]):
        try:
            raise fault
        except Exception:
            record = logging.LogRecord("service", logging.ERROR, __file__, 1, "unforeseen error", None, sys.exc_info())
            record.request_id = f"r{number}"
        lines.append(formatter.format(record))
    record = logging.LogRecord("service", logging.INFO, __file__, 1, "started", None, None)
    (tmp_path / "service.log").write_text("\n".join([*lines, formatter.format(record)]) + "\n")
    query = (EXAMPLES / "watching" / "faults.sql").read_text().replace("service.log", str(tmp_path / "service.log"))

    with duckdb.connect(":memory:") as database:
        found = {row[0]: (row[1], row[4]) for row in database.execute(query).fetchall()}

    assert {fault: times for fault, (times, _) in found.items()} == {
        "KeyError: 'year'": 2, "ValueError: no such genre": 1,
    }  # fmt: skip
    assert found["ValueError: no such genre"][1] == "r1"
