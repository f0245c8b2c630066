"""What of a run is taken over to the site, what is kept, and what is refused."""

from __future__ import annotations

import json
from dataclasses import asdict

from course.benchmarks import graphs, published
from course.benchmarks.report import NAMES, Line, Measured, Run, row_of, write


def row(name, ratio, *, quick=False):
    run = Run({"python": "3.11.7"}, "abc", "2026-11-26", 2, quick)
    return row_of(Measured(name, ratio, "how", (Line("one", (1.0,), "ms"),)), run, load=(0.1, 0.1, 0.1))


def test_rows_are_taken_over_and_others_stay(tmp_path, capsys):
    write(tmp_path / "old.json", [row("naive", 10.0), row("size", 5.0)])
    assert published.publish(tmp_path / "old.json", tmp_path / "published.json") == 0
    write(tmp_path / "bench.json", [row("size", 6.0), row("raw hello", 0.2)])

    assert published.publish(tmp_path / "bench.json", tmp_path / "published.json") == 0

    found = published.rows(tmp_path / "published.json")
    assert {name: one.ratio for name, one in found.items()} == {"raw hello": 0.2, "size": 6.0, "naive": 10.0}
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "2 rows published: raw hello, size.", "1 kept from earlier runs: naive.",
    ]  # fmt: skip


def test_a_quick_run_does_not_replace_a_whole_one(tmp_path, capsys):
    write(tmp_path / "whole.json", [row("size", 5.0)])
    write(tmp_path / "quick.json", [row("size", 6.0, quick=True), row("naive", 10.0, quick=True)])
    published.publish(tmp_path / "whole.json", tmp_path / "published.json")

    assert published.publish(tmp_path / "quick.json", tmp_path / "published.json") == 1

    assert published.rows(tmp_path / "published.json")["size"].ratio == 5.0
    assert capsys.readouterr().err == (
        "error: size: a quick run does not replace a whole one.\n"
        "try: measure it again: python -m course bench --only NAME\n"
    )


def test_a_row_of_an_older_bench_is_named(tmp_path, capsys):
    old = {name: value for name, value in asdict(row("size", 5.0)).items() if name not in ("lines", "date")}
    (tmp_path / "bench.json").write_text(json.dumps([old]))

    assert published.publish(tmp_path / "bench.json", tmp_path / "published.json") == 1

    assert capsys.readouterr().err.startswith("error: size: an older bench wrote it, without its lines.\n")


def test_nothing_to_publish_is_said(tmp_path, capsys):
    assert published.publish(tmp_path / "build" / "bench.json", tmp_path / "published.json") == 2

    assert capsys.readouterr().err == "error: build/bench.json holds no measurement.\ntry: make bench\n"
    assert not (tmp_path / "published.json").exists()


def test_what_is_committed_can_be_drawn_whole():
    found = published.rows()

    assert list(found) == [name for name in NAMES if name in found]
    for name in graphs.PICTURES:
        assert graphs.chart(name, found), name
