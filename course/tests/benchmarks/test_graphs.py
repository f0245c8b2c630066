"""Pictures of the benchmark: the finding is computed, every bar has its value, and one can read them without seeing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from course.benchmarks import exercise_time, graphs, latency, overload
from course.benchmarks.report import BARS, NAMES, PEERS, Line, Measured, Run, bar_of, row_of
from course.build import charts
from course.build.charts import Bar, Chart

RUN = Run({"python": "3.11.7", "fastapi": "0.165.0"}, "abc", "2026-11-26", 2, quick=False)
US = "µs CPU"
HOW = "16 connections, medians of 4 rounds in turn, server CPU per answer, rotating bodies"


def line(what, *values, unit=US, at=None):
    return Line(what, values, unit, at)


def stored(name, ratio, *lines, run=RUN):
    return row_of(Measured(name, ratio, f"CPU({name}) / CPU(ours), {HOW}", lines), run, load=(0.5, 0.4, 0.3))


def graded():
    return exercise_time.measured(
        {number: [0.5, 0.7, 0.6] for number in exercise_time.PROMISED} | {11: [1.5, 9.0, 2.4]}
    )


def flood():
    some = {"200": 800, "503": 1500}
    floods = {level: overload.Flood(some, 400, 2.0, 0.9, [10.0 * level] * 9) for level in overload.LEVELS}
    return overload.measured([overload.Round(450.0, floods, 150.0, 12.0)])


def rows(*, run=RUN):
    """One row of each name, of round numbers."""
    raw, ours = line("raw ASGI hello", 20.0), line("movie_service, POST /predict", 100.0, 90.0, 120.0)
    plus = [line("validation alone", 80.0), line("+ metrics", 85.0), line("+ a log line per request", 95.0)]
    pairs = [(name, bar_of(name).limit) for name in NAMES if name not in PEERS]
    made = [stored(name, limit, line("one", 30.0), line("other", 10.0), run=run) for name, limit in pairs]
    made += [
        stored("raw hello", 0.2, raw, ours, run=run),
        stored("capabilities", 0.1, raw, line("everything on", 200.0), *plus, run=run),
        stored(
            "grade: pytest", 5.4, line("plain pytest", 5.4, unit="s"), line("checker grade", 1.0, unit="s"), run=run
        ),
    ]
    for number, name in enumerate(PEERS):
        made.append(
            stored(name, 3.0 + number, line(f"{name} <1>", 300.0 + 100 * number), ours, line("fast", 50.0), run=run)
        )
    for measured in (flood(), graded(), latency.measured([[5.0] * 99 + [80.0], [7.0] * 99 + [90.0]])):
        made.append(row_of(measured, run, load=(0.5, 0.4, 0.3)))
    return {row.name: row for row in made}


def test_every_row_has_a_picture():
    assert {row for needed, _ in graphs.PICTURES.values() for row in needed} == {bar.name for bar in BARS}


def test_a_picture_waits_for_its_rows():
    known = rows()
    del known["peer: KServe"]

    assert graphs.chart("peers", known) is None
    assert graphs.chart("naive", known) is not None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (
            "routes",
            "Of what the bare server answers, the fast route keeps 35 %, the usual route 20 %, and 10 % are left with "
            "everything on",
        ),
        (
            "capabilities",
            "Validation alone takes 80.0 µs, everything on 200; the dearest single capability: a log line per "
            "request, 15.0 µs more",
        ),
        ("workers", "A request costs 10 % more than with one worker when two share the load"),
        ("overload", "When 3 times as many requests come as fit, 89 % of the capacity is still answered well"),
        ("overload_p99", "At 3 times the capacity 99 % of what is accepted is answered within 30.0 ms"),
        ("peers", "KServe takes 3.0 times the CPU of ours, mlflow 7.0 times"),
        ("flat", "One hand-in more costs 30 ms in a large class, 10 ms in a small one"),
    ],
)
def test_a_title_says_what_was_found(name, title):
    assert graphs.chart(name, rows()).title == title


def test_a_bar_that_is_missed_is_told_as_missed():
    routes, peers = graphs.chart("routes", rows()), graphs.chart("peers", rows())

    assert routes.key == "Strokes: the least that each may keep: 0.35 held, 0.15 held, 0.11 not held."
    assert peers.key == "Strokes: at least 4 times ours, held by 4 of 5."


def test_peers_share_one_stroke_at_four_times_ours():
    marks = {bar.label: bar.mark for bar in graphs.chart("peers", rows()).drawn}

    assert marks.pop("fast") is marks.pop("movie_service, POST /predict") is None
    assert set(marks.values()) == {400.0}


def test_how_it_was_measured_stands_below():
    assert graphs.chart("naive", rows()).how == (
        "Measured 2026-11-26: commit abc, 2 cores, load 0.5, 0.4, 0.3, Python 3.11.7, FastAPI 0.165.0. "
        f"CPU(naive) / CPU(ours), {HOW}."
    )


def test_rows_of_several_runs_are_told_apart_and_a_quick_one_says_so():
    known = rows() | {"fast route": rows(run=Run({}, "def", "2026-11-27", 4, quick=True))["fast route"]}

    how = graphs.chart("routes", known).how

    assert how.startswith("Measured 2026-11-26: commit abc")
    assert "; Measured 2026-11-27: a quick run of few rounds, commit def, 4 cores, load 0.5" in how
    assert how.endswith(f". {HOW}.")


@pytest.mark.parametrize("name", graphs.PICTURES)
def test_a_picture_can_be_read_without_seeing_it(name):
    chart = graphs.chart(name, rows())

    svg = ElementTree.fromstring(charts.svg(chart))

    title, says = svg[0], svg[1]
    assert svg.get("aria-labelledby") == f"{title.get('id')} {says.get('id')}"
    assert title.text == chart.title
    shown = [one.text for one in svg.iter() if one.get("class") in ("value", "label")]
    assert len(shown) >= 2
    assert [text for text in shown if text not in says.text] == []


def test_nothing_is_drawn_outside_of_its_place():
    for name in graphs.PICTURES:
        found = re.findall(r'(?:x|x1|x2|cx|width)="([-\d.]+)%"', charts.svg(graphs.chart(name, rows())))
        assert all(0 <= float(one) <= 100 for one in found), name


def test_a_stroke_beyond_the_bars_has_its_place():
    chart = Chart("x", "t", "a", (Bar("one", 10.0, 9.0, 12.0, mark=20.0),), "", "")

    svg = charts.svg(chart)

    assert 'class="mark" x1="96.00%"' in svg
    assert 'x="0" y="19" width="48.00%"' in svg
    assert 'class="range" x1="43.20%" x2="57.60%"' in svg


@pytest.mark.parametrize(("end", "last", "count"), [(1.0, 1.0, 5), (183.8, 150.0, 4), (3357, 3000, 4), (0.8, 0.8, 5)])
def test_an_axis_has_few_round_numbers(end, last, count):
    found = charts.ticks(end)

    assert (found[0], found[-1], len(found)) == (0.0, pytest.approx(last), count)


def test_numbers_have_three_digits_or_all_before_the_point():
    assert [charts.short(value) for value in (0.354, 5.25, 23.456, 183.8, 3357.2)] == [
        "0.35", "5.25", "23.5", "184", "3,357",
    ]  # fmt: skip


def test_files_of_their_own_bring_title_colors_and_method(tmp_path):
    known = rows()
    graphs.write(tmp_path, {name: known[name] for name in PEERS})

    assert [path.name for path in tmp_path.iterdir()] == ["peers.svg"]
    text = (tmp_path / "peers.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    for word in ("prefers-color-scheme:dark", "peer: KServe &lt;1&gt;", "KServe takes 3.0 times", "commit abc"):
        assert word in text


def test_a_page_gets_one_line_of_html():
    text = charts.figure(graphs.chart("peers", rows()))

    assert "\n" not in text
    assert "<figcaption>KServe takes 3.0 times the CPU of ours, mlflow 7.0 times</figcaption>" in text


def test_overload_is_a_curve_over_what_is_offered():
    measured = flood()

    assert [one.what for one in measured.lines[:2]] == [
        "good answers at 3 times the capacity",
        "capacity, 16 connections",
    ]
    assert measured.ratio == pytest.approx(400 / 450)
    curve = graphs.chart("overload", rows()).drawn
    assert curve.points == ((0.5, 400.0), (1.0, 400.0), (2.0, 400.0), (3.0, 400.0))
    assert (curve.ceiling, curve.mark) == (450.0, 360.0)


def test_overload_says_what_became_of_the_rest_and_what_a_refusal_costs():
    more = {one.what: (one.median, one.unit) for one in flood().lines[-5:]}

    assert more == {
        "refused at 3 times the capacity": (750.0, "per s"),
        "not sent at 3 times the capacity": (200.0, "per s"),
        "generator busy at 3 times the capacity": (45.0, "%"),
        "an answer": (150.0, "µs CPU"),
        "a refusal, 256 in a row": (12.0, "µs CPU"),
    }


def test_the_slowest_exercise_is_held_against_its_own_promise():
    measured = graded()

    assert measured.ratio == pytest.approx(2.4 / 3)
    assert [one.what for one in measured.lines] == [f"exercise {number}" for number in range(3, 12)]
    assert exercise_time.measured({8: [1.9], 9: [2.5]}).ratio == pytest.approx(0.95)


def test_latency_is_held_against_the_goal():
    measured = latency.measured([[5.0] * 95 + [80.0] * 5, [7.0] * 95 + [90.0] * 5])

    assert measured.ratio == pytest.approx(0.85)
    assert [(one.what, one.median) for one in measured.lines] == [
        ("p99, 16 connections", pytest.approx(85.0)), ("the goal", 100.0), ("p50, 16 connections", 6.0),
    ]  # fmt: skip
