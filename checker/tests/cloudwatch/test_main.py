"""`python -m checker.cloudwatch`: what a person at a terminal reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.cloudformation.reading import read_stack
from checker.cloudwatch.__main__ import main
from checker.cloudwatch.logs import read_log
from checker.cloudwatch.template import ALARM, name_of, named

BEGIN = 1_795_226_400_000
QUERY = 'filter level = "ERROR" | stats count(*) as errors, avg(n) by bin(1m) as t | sort t'
TEMPLATE = """
Resources:
  Jam:
    Type: AWS::CloudWatch::Alarm
    Properties: &jam
      AlarmName: jam
      Namespace: Shop
      MetricName: Jams
      Dimensions: [{Name: Door, Value: north}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 2
      Threshold: 3
      ComparisonOperator: GreaterThanThreshold
  Blind:
    Type: AWS::CloudWatch::Alarm
    Properties: {<<: *jam, AlarmName: blind, Dimensions: []}
  Odd:
    Type: AWS::CloudWatch::Alarm
    Properties: {<<: *jam, AlarmName: odd, Period: 7}
"""
ALARMS = """\
jam: Sum of Shop Jams (Door=north) > 3
  02:00  INSUFFICIENT_DATA   (the alarm is new)
  02:04  OK   02:02 0, 02:03 0
  02:08  ALARM   02:06 9, 02:07 9
blind: Sum of Shop Jams (no dimension) > 3
  02:00  INSUFFICIENT_DATA   (the alarm is new)
  No such metric has data. These have:
    Shop Jams (Door=north)
odd: CloudWatch refuses it. Period is 7; it must be 10, 20, 30 or a multiple of 60 seconds.
"""


def _metric(minute: int) -> str:
    directive = {"Namespace": "Shop", "Dimensions": [["Door"]], "Metrics": [{"Name": "Jams", "Unit": "Count"}]}
    head = {"Timestamp": BEGIN + minute * 60_000, "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head, "Door": "north", "Jams": 9 if minute >= 6 else 0})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a template, a log, its metrics and a query; the working folder."""
    monkeypatch.chdir(tmp_path)
    events = [{"timestamp": BEGIN + n * 1000, "level": "ERROR" if n % 3 else "INFO", "n": n} for n in range(90)]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    (tmp_path / "metrics.jsonl").write_text("".join(_metric(minute) + "\n" for minute in range(8)))
    (tmp_path / "shop.yaml").write_text(TEMPLATE)
    (tmp_path / "q.txt").write_text(
        'filter level = "ERROR" | stats count(*) as errors, avg(n) by bin(1m) as t | sort t'
    )
    return tmp_path


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    return code, capsys.readouterr().out


def test_query_prints_a_table_and_what_was_scanned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "query", "q.txt", "log.jsonl") == (
        0,
        "t                        errors  avg(n)\n"
        "2026-11-21 02:00:00.000  40      30\n"
        "2026-11-21 02:01:00.000  20      75\n"
        "2 rows; 0.0000 GB scanned, whatever the query returns\n",
    )


def test_long_answers_are_cut(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "q.txt").write_text("fields n")

    code, said = _said(capsys, "query", "q.txt", "log.jsonl")

    assert code == 0
    assert said.splitlines()[-2:] == ["… and 30 more rows", "90 rows; 0.0000 GB scanned, whatever the query returns"]


def test_pattern_prints_the_first_events(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = _said(capsys, "pattern", "{ $.n < 12 }", "log.jsonl")

    assert code == 0
    assert said.splitlines()[0] == '{"timestamp": 1795226400000, "level": "INFO", "n": 0}'
    assert said.splitlines()[-2:] == ["… and 2 more", "12 events match"]


def test_nothing_is_said_and_is_no_success(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "pattern", "FATAL", "log.jsonl") == (1, "Nothing came out.\n")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "filter level = ERROR",
            "Nothing came out: a word without quotes is the name of a field, and no event has 'ERROR'.\n",
        ),
        ('filter Level = "ERROR"', "Nothing came out: no event has a field 'Level'.\n"),
        ('filter level = "FATAL"', "Nothing came out.\n"),
    ],
)
def test_a_query_without_rows_is_told_of_a_name_that_leads_nowhere(
    folder: Path, capsys: pytest.CaptureFixture[str], query: str, said: str
) -> None:
    (folder / "q.txt").write_text(query)

    assert _said(capsys, "query", "q.txt", "log.jsonl") == (1, said)


def test_alarms_are_replayed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "alarms", "shop.yaml", "metrics.jsonl") == (0, ALARMS)


def test_metrics_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "metrics", "metrics.jsonl") == (0, "Shop Jams (Door=north): 8 values, Count\n")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("query", "none.txt", "log.jsonl"), 2, "error: There is no file 'none.txt' here.\ntry: ls\n"),
        (("pattern", "{ x }", "log.jsonl"), 3, "refused: 'x' stands where a selector such as $.level is expected.\n"),
        (("alarms", "shop.yaml", "log.jsonl"), 3, "refused: log.jsonl holds no metric.\n"),
        (
            ("alarms", "log.jsonl", "log.jsonl"),
            2,
            "error: log.jsonl:2: line 2: Extra data.\ntry: open the line in an editor\n",
        ),
        (
            ("pattern", "x", "shop.yaml"),
            3,
            "refused: Line 2 is no JSON object with a timestamp in milliseconds.\n",
        ),
    ],
)
def test_what_cannot_be_evaluated_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    assert _said(capsys, *arguments) == (code, says)


def test_broken_yaml_names_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "shop.yaml").write_text("Resources:\n  - {\n")

    code, said = _said(capsys, "alarms", "shop.yaml", "metrics.jsonl")

    assert code == 2
    assert said.startswith("error: shop.yaml:") and said.endswith("try: open the line in an editor\n")


def test_resources_are_found_by_the_name_that_cloudwatch_sees() -> None:
    text = """
Resources:
  Log: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: /shop}}
  A: {Type: "AWS::CloudWatch::Alarm", Properties: {AlarmName: jam}}
  B: {Type: "AWS::CloudWatch::Alarm"}
"""
    stack = read_stack({"shop.yaml": text})

    assert [name_of(one) for one in stack.resources] == ["/shop", "jam", "B"]
    assert named(stack, ALARM, "jam") is stack.of(ALARM)[0]
    assert named(stack, ALARM, "none") is None


def test_log_skips_empty_lines() -> None:
    assert [event.at for event in read_log(['{"timestamp": 5}\n', "\n", '{"timestamp": 6}\n'])] == [5, 6]


def test_band_says_what_is_simulated_and_what_a_period_is_called(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _said(capsys, "band", "shop.yaml", "metrics.jsonl") == (
        0,
        "A simulated band: mean and deviation of the same minutes of the fourteen days before. "
        "CloudWatch's own model is not public.\n"
        "A period is named by its first minute, and slides minute by minute.\n"
        "No alarm of the template looks at a band.\n",
    )
