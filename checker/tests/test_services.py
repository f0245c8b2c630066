"""Trusted neighbours of a worker: S3 and Athena on loopback, and what an exercise says of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError

from checker.errors import ExerciseFault
from checker.exercise import read_exercise
from checker.services.__main__ import main
from checker.services.cloud import Cloud

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Cloud]:
    cloud = Cloud()
    yield cloud
    cloud.close()


@pytest.fixture
def cloud(running: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    running.reset()
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    running.buckets.make("lake")
    return running


def client(name: str) -> object:
    return boto3.session.Session().client(name)


def test_what_boto3_stores_is_seen_from_here(cloud):
    client("s3").put_object(Bucket="lake", Key="a/dt=1/x", Body=b"rows")

    assert cloud.buckets.keys("lake", "a/") == ["a/dt=1/x"]
    assert cloud.buckets.get("lake", "a/dt=1/x") == b"rows"
    assert cloud.puts() == ["/lake/a/dt=1/x"]


def test_an_outage_is_answered_by_503(cloud):
    cloud.outage = True

    with pytest.raises(ClientError, match="ServiceUnavailable"):
        client("s3").put_object(Bucket="lake", Key="x", Body=b"rows")

    assert cloud.buckets.keys("lake") == []


def test_a_list_comes_in_pages_of_the_size_that_a_check_sets(cloud):
    for name in "abc":
        cloud.buckets.put("lake", name, b"rows")
    cloud.page = 2

    first = client("s3").list_objects_v2(Bucket="lake")
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket="lake")

    assert ([one["Key"] for one in first["Contents"]], first["IsTruncated"]) == (["a", "b"], True)
    assert [one["Key"] for page in pages for one in page["Contents"]] == ["a", "b", "c"]


def test_reset_forgets_everything(cloud):
    cloud.buckets.put("lake", "x", b"rows")
    cloud.page = 2
    cloud.reset()

    assert (cloud.buckets.keys("lake"), cloud.requests, cloud.outage, cloud.page) == ([], [], False, 0)


def test_the_back_door_of_the_emulator_is_shut(cloud):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(urllib.request.Request(f"{cloud.endpoint}/moto-api/reset", method="POST"))


def ask(sql: str, **more: object) -> dict[str, object]:
    athena = client("athena")
    where = {"ResultConfiguration": {"OutputLocation": "s3://lake/answers/"}} | more
    query = athena.start_query_execution(QueryString=sql, **where)["QueryExecutionId"]
    return {"id": query, "client": athena} | athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]


def test_unchanged_boto3_code_gets_rows(cloud):
    done = ask("SELECT 7 / 2 AS a, NULL AS b, 'x' AS c")

    rows = done["client"].get_query_results(QueryExecutionId=done["id"])["ResultSet"]["Rows"]

    assert done["Status"]["State"] == "SUCCEEDED"
    assert rows == [
        {"Data": [{"VarCharValue": "a"}, {"VarCharValue": "b"}, {"VarCharValue": "c"}]},
        {"Data": [{"VarCharValue": "3"}, {}, {"VarCharValue": "x"}]},
    ]


def test_a_long_answer_comes_in_pages(cloud):
    done = ask("SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n)")
    pages = list(done["client"].get_paginator("get_query_results").paginate(QueryExecutionId=done["id"]))

    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000, 1000, 501]


def test_a_query_that_fails_says_why(cloud):
    done = ask("SELECT 'a' = 1")

    assert done["Status"] == {
        "State": "FAILED", "StateChangeReason": "TYPE_MISMATCH: line 1: Cannot apply operator: varchar(1) = integer",
    }  # fmt: skip
    with pytest.raises(ClientError, match="Final query state: FAILED"):
        done["client"].get_query_results(QueryExecutionId=done["id"])


def test_a_query_needs_a_place_for_its_answer(cloud):
    with pytest.raises(ClientError, match="No output location provided"):
        client("athena").start_query_execution(QueryString="SELECT 1")


def test_the_objects_of_a_query_can_be_asked_for(cloud):
    done = ask("SELECT 1")

    with urllib.request.urlopen(f"{cloud.endpoint}/_reads/{done['id']}") as answer:
        assert json.load(answer) == []


def test_a_script_finds_the_services_by_environment(tmp_path):
    script = tmp_path / "job.py"
    script.write_text("import boto3; boto3.client('s3').create_bucket(Bucket='lake'); print('made')")
    command = [sys.executable, "-m", "checker.services", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "made\n", "")


def test_a_script_is_needed(capsys):
    assert main([]) == 2
    assert capsys.readouterr().err == "error: there is no script to run\ntry: python -m checker.services lab.py\n"


def test_an_unknown_service_is_refused(tmp_path):
    folder = tmp_path / "12_queue"
    folder.mkdir()
    table = 'title = "Q"\nsummary = "Q"\nhand_in = ["q.py"]\nservices = ["sqs"]\n'
    task = '[[task]]\nnumber = 1\ntitle = "Q"\ntier = "room"\nstarter = "gap"\nkind = "build"\nminutes = 9\n'
    (folder / "exercise.toml").write_text(table + task)

    with pytest.raises(ExerciseFault) as fault:
        read_exercise(folder)

    assert str(fault.value) == "12_queue/exercise.toml: services names 'sqs'. Known services are s3."
