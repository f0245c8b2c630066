"""Bringing engines up and timing it, with engines whose ups and downs are written down."""

from __future__ import annotations

import json
import os
import threading
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.engines import bring, command, places, times
from course.engines.found import EngineTrouble, Found, NotHere
from course.engines.install import Part


class Fake:
    """An engine that tells what is asked of it; `wrong` is why it does not come up, `made` what it needs made."""

    def __init__(self, done, name, wrong=None, made=(), there=False):
        self.done, self.name, self.wrong, self.made, self.there = done, name, wrong, made, there

    def find(self):
        return Found(self.name, self.there)

    def parts(self):
        return list(self.made)

    def up(self, say):
        self.done.append(f"up {self.name}")
        self.cache = os.environ.get("GOMODCACHE", "")
        if self.wrong:
            raise self.wrong

    def down(self, say):
        self.done.append(f"down {self.name}")


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine with the engines that a test names; what is done to them is listed."""
    done: list[str] = []

    def have(*engines):
        table = {one.name: one for one in engines}
        for module in (bring, times, command):
            monkeypatch.setattr(module, "ENGINES", table)
        monkeypatch.setattr(command, "ENABLES", dict.fromkeys(table, "tests"))

    monkeypatch.setattr(times, "KEPT", tmp_path / "build" / "engines.json")
    monkeypatch.setattr(places, "STATE", tmp_path)
    monkeypatch.setattr(times, "alive", lambda name: False)
    monkeypatch.setattr(times.traces, "restore", lambda: done.append("restore"))
    monkeypatch.setattr(times.os, "geteuid", lambda: 0)
    monkeypatch.setattr(times.os, "getloadavg", lambda: (0.26, 0.0, 0.0))
    monkeypatch.setattr(times.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(bring, "can_bring_up", lambda: True)
    monkeypatch.delenv("GOMODCACHE", raising=False)
    return done, have


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass from one look at the clock to the next; nobody but what is tested looks at it."""

    def ticks(seconds):
        shown = count(step=seconds)
        for module in (bring, times):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: float(next(shown))))

    return ticks


def test_all_kinds_in_turn_each_beside_what_it_may_take(machine, clock):
    done, have = machine
    have(Fake(done, "docker"), Fake(done, "kubernetes"))
    clock(2)
    said: list[str] = []

    assert times.measure(list(times.KINDS), [], said.append) == 1

    # Four looks at the clock for each engine and the whole: two seconds from one to the next.
    assert said == [
        "cold       10.0 s, at most 900 s: holds (with empty caches; load 0.3 on 2 cores before)",
        "warm       10.0 s, at most 60 s: holds (ended before, from the cache; load 0.3 on 2 cores before)",
        "cluster     6.0 s, at most 10 s: holds (Kubernetes alone, ended before, from the cache; load 0.3 on 2 cores "
        "before)",
        "up         10.0 s, at most 5 s: does not hold (all of them up already; load 0.3 on 2 cores before)",
    ]
    both, down = ["up docker", "up kubernetes"], ["down kubernetes", "down docker", "restore"]
    assert done == [*down, *both, *down, *down, *both, "down kubernetes", "restore", "up kubernetes", *both]
    kept = json.loads(times.KEPT.read_text())
    assert [(kind, row["seconds"], row["holds"]) for kind, row in kept.items()] == [
        ("cold", 10.0, True), ("warm", 10.0, True), ("cluster", 6.0, True), ("up", 10.0, False),
    ]  # fmt: skip
    assert kept["cluster"]["engines"] == {"kubernetes": 2.0}


def test_one_that_cannot_be_had_here_is_left_out_and_one_that_fails_breaks_the_bar(machine, clock):
    done, have = machine
    have(Fake(done, "docker"), Fake(done, "trino", NotHere("no JDK")))
    clock(0)
    said: list[str] = []

    assert times.measure(["up"], [], said.append) == 0
    have(Fake(done, "docker", EngineTrouble("no room")), Fake(done, "trino", NotHere("no JDK")))
    assert times.measure(["up"], [], said.append) == 1

    more = "(all of them up already; load 0.3 on 2 cores before)"
    assert said == [
        "trino: no JDK", f"up          0.0 s, at most 5 s: holds; left out: trino {more}",
        "docker: no room", "trino: no JDK",
        f"up          0.0 s, at most 5 s: does not hold; left out: trino; not up: docker {more}",
    ]  # fmt: skip


def test_of_engines_that_are_named_no_bar_is_said_to_hold(machine, clock):
    done, have = machine
    have(Fake(done, "docker"), Fake(done, "kubernetes"))
    clock(100)
    said: list[str] = []

    assert times.measure(["warm"], ["docker"], said.append) == 0

    assert said == ["warm      300.0 s (ended before, from the cache; load 0.3 on 2 cores before)"]
    assert done == ["down docker", "restore", "up docker"]
    assert not times.KEPT.exists()


def test_a_cold_start_has_caches_of_its_own_and_leaves_the_user_s_alone(machine, monkeypatch):
    done, have = machine
    engine = Fake(done, "docker")
    have(engine)
    monkeypatch.setenv("COURSE_ENGINES_CACHE", "mine")

    times.measure(["cold"], [], lambda line: None)

    assert engine.cache.endswith("/gomodcache") and not Path(engine.cache).parent.exists()
    assert "GOMODCACHE" not in os.environ and os.environ["COURSE_ENGINES_CACHE"] == "mine"


def test_a_cold_start_that_is_broken_off_leaves_no_engine_and_no_cache(machine):
    done, have = machine
    engine = Fake(done, "docker", KeyboardInterrupt())
    have(engine)

    with pytest.raises(KeyboardInterrupt):
        times.measure(["cold"], [], lambda line: None)

    assert done == ["down docker", "restore", "up docker", "down docker", "restore"]
    assert not Path(engine.cache).parent.exists()


def test_a_busy_machine_is_named_where_the_bar_does_not_hold(machine, clock, monkeypatch):
    done, have = machine
    have(Fake(done, "docker"))
    monkeypatch.setattr(times.os, "getloadavg", lambda: (7.94, 0.0, 0.0))
    clock(20)
    said: list[str] = []

    assert times.measure(["up"], [], said.append) == 1

    more = "load 7.9 on 2 cores before, and the bar is for none"
    assert said == [f"up         60.0 s, at most 5 s: does not hold (all of them up already; {more})"]


def test_the_command_measures_every_kind_unless_one_is_named(machine, monkeypatch):
    asked: list[object] = []
    _, have = machine
    have(Fake([], "docker"))
    monkeypatch.setattr(times, "measure", lambda kinds, names, say: asked.append((kinds, names)) or 0)

    command.main(["times"])
    command.main(["times", "warm", "docker"])

    assert asked == [(["cold", "warm", "cluster", "up"], []), (["warm"], ["docker"])]


def test_what_is_missing_is_made_before_anything_starts_and_two_at_a_time(machine, tmp_path):
    done, have = machine
    both = threading.Barrier(2, timeout=60)

    def part(name, *, compiled, wrong=None):
        def make(say):
            both.wait()
            done.append(f"made {name}")
            if wrong:
                raise wrong

        return Part(tmp_path / name, make, compiled)

    (tmp_path / "there").mkdir()
    have(
        Fake(done, "a", made=[part("go", compiled=True), part("there", compiled=True)]),
        Fake(done, "b", made=[part("image", compiled=False, wrong=EngineTrouble("no network"))]),
        Fake(done, "c", made=[part("another's", compiled=False)], there=True),
    )

    brought = bring.bring_up(["a", "b", "c"], print, lambda name, trouble: done.append(f"{name}: {trouble}"))

    # One that could not be made is tried again by `up`, which says what is wrong.
    assert sorted(done[:2]) == ["made go", "made image"]
    assert done[2:] == ["up a", "up b", "up c"]
    assert (list(brought.seconds), brought.failed) == (["a", "b", "c"], {})


def test_what_was_broken_off_begins_nothing_more(machine, monkeypatch, tmp_path):
    done, have = machine
    compiling, stopped = threading.Event(), threading.Event()
    monkeypatch.setattr(bring, "threading", SimpleNamespace(Event=lambda: stopped))

    def compile_long(say):
        compiling.set()
        assert stopped.wait(timeout=60)

    def break_off(say):
        assert compiling.wait(timeout=60)
        raise KeyboardInterrupt

    have(
        Fake(done, "a", made=[
            Part(tmp_path / "go", compile_long, True),
            Part(tmp_path / "more", lambda say: done.append("made more"), True),
            Part(tmp_path / "image", break_off),
        ])
    )  # fmt: skip

    with pytest.raises(KeyboardInterrupt):
        bring.make_ahead(["a"], print)

    assert done == []


def test_one_that_fails_is_told_at_once_and_stops_no_other(machine):
    done, have = machine
    have(Fake(done, "a", EngineTrouble("no room")), Fake(done, "b"))

    brought = bring.bring_up(["a", "b"], print, lambda name, trouble: done.append(f"{name}: {trouble}"))

    assert done == ["up a", "a: no room", "up b"]
    assert (list(brought.seconds), list(brought.failed)) == (["b"], ["a"])
