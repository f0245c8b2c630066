"""What the final project says of mistakes that a fresh trainee made, in full."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import Finding
from course.project import command
from course.project.demo import evidence
from course.project.demo.plots import Chart, Line, draw, seconds
from course.project.platform.supervisor import RolloutStuck
from course.tests.project import final
from course.tests.project.verdicts import said

CHECKS = str(final.COURSE.project.checks / "x.py")


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
