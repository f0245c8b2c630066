"""The rows "grade: …": a class of thirty judged by `checker grade`, against nbgrader and plain pytest, in turn."""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from checker.course import Course, find_course
from checker.exercise import Exercise
from checker.nbgrader.room import Room, room, task_points
from checker.nbgrader.stage import EMPTY, graded_cells, stage
from checker.verbs.nbgrader import surroundings as nbgrader_surroundings
from course.benchmarks.cpu import tree_seconds
from course.benchmarks.endpoints import in_turn
from course.benchmarks.made_class import Person, make_class
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.benchmarks.servers import surroundings
from course.start.console import Step
from course.start.places import Places

# A service that runs, an image and a stack that are read: what a class hands in after its first day.
EXERCISES, CHEAP = ("01", "03", "04"), "04"
ROUNDS, QUICK_ROUNDS = 5, 3
PEOPLE = 30
SIZES, QUICK_SIZES = (10, 100, 1000), (10, 60, 210)
AGAINST = {
    "grade: nbgrader autograde": "nbgrader autograde --student, a new process",
    "grade: nbgrader API": "NbGraderAPI.autograde, warm",
    "grade: pytest": "plain pytest, a new process",
}


def measure(places: Places, step: Step, names: Sequence[str], *, quick: bool) -> list[Measured]:
    found = []
    if asked := [name for name in AGAINST if name in names]:
        found += _against(places, step, asked, quick=quick)
    if "grade: flat" in names:
        found.append(_flat(places, step, QUICK_SIZES if quick else SIZES))
    return found


@dataclass
class Made:
    """A made class, below `folder/class`, and who of it comes next."""

    places: Places
    course: Course
    folder: Path
    people: list[Person]
    count: int = 0
    isolation: str = ""

    def next(self) -> Person:
        self.count += 1
        return self.people[self.count % len(self.people)]

    def hand_in(self, person: Person, exercise: Exercise) -> Path:
        """The folder of the exercise, of whoever handed in a plain folder."""
        return self.folder / "class" / person.name / exercise.slug

    @property
    def exercises(self) -> list[Exercise]:
        return [self.course.exercise(name) for name in EXERCISES]


@contextlib.contextmanager
def _made(places: Places, exercises: Sequence[str], count: int) -> Iterator[Made]:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    course = find_course(places.root)
    try:
        yield Made(places, course, folder, make_class(course, exercises, folder / "class", people=count))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _against(places: Places, step: Step, names: Sequence[str], *, quick: bool) -> list[Measured]:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with _made(places, EXERCISES, PEOPLE) as made, contextlib.ExitStack() as stack:
        subjects: dict[str, Callable[[], float]] = {"ours": lambda: _class(made, EXERCISES)}
        # nbgrader and pytest know no zips and no folders too deep.
        plain = replace(made, people=[one for one in made.people if one.kind != "odd"])
        if "grade: pytest" in names:
            subjects["grade: pytest"] = lambda: _pytest(plain)
        if {"grade: nbgrader autograde", "grade: nbgrader API"} & set(names):
            step.doing("nbgrader: generating the assignment")
            where, slugs = _room(plain, rounds), [exercise.slug for exercise in made.exercises]
            if "grade: nbgrader autograde" in names:
                subjects["grade: nbgrader autograde"] = _autograde(where, slugs)
            if "grade: nbgrader API" in names:
                subjects["grade: nbgrader API"] = stack.enter_context(_api(where, places, slugs))
        clocks = {name: Clock(ask, PEOPLE if name == "ours" else 1) for name, ask in subjects.items()}
        found = in_turn({name: clock.once for name, clock in clocks.items()}, rounds, step)
    ours = Line("checker grade, a class of thirty", found["ours"], "s")
    how = (
        f"time per trainee, exercises {', '.join(EXERCISES)}, medians of {rounds} rounds in turn; the class is one "
        f"command on all cores, collected, judged and written, isolation {made.isolation}"
    )
    return [_measured(name, Line(AGAINST[name], found[name], "s"), ours, how, clocks) for name in names]


def _measured(name: str, theirs: Line, ours: Line, how: str, clocks: Mapping[str, Clock]) -> Measured:
    cpu = [Line(line.what, tuple(clocks[key].cpu[1:]), "s CPU") for line, key in ((theirs, name), (ours, "ours"))]
    method = f"time({theirs.what}) / time({ours.what}): {how}"
    return Measured(name, theirs.median / ours.median, method, (theirs, ours, *cpu))


@dataclass
class Clock:
    """Times what gives its CPU, per trainee of so many; the CPU of each round is kept beside."""

    ask: Callable[[], float]
    people: int
    cpu: list[float] = field(default_factory=list)

    def once(self) -> float:
        began = time.monotonic()
        self.cpu.append(self.ask() / self.people)
        return (time.monotonic() - began) / self.people


def _class(made: Made, exercises: Sequence[str]) -> float:
    """CPU of one whole `checker grade` in a new folder."""
    out = Path(tempfile.mkdtemp(dir=made.folder, prefix="out-"))
    words: list[str | Path] = ["-m", "checker", "grade", made.folder / "class", "--out", out, "--json"]
    words += [word for name in exercises for word in ("--exercise", name)]
    seconds, done = _cpu([made.places.python, *words], made.places.root, surroundings(made.places))
    try:
        record = json.loads(done.stdout)
    except ValueError:
        raise BenchTrouble(f"checker grade ended with code {done.returncode}: {done.stderr[-300:]}") from None
    whole = sum(one["status"] == "graded" for one in record["submissions"])
    if whole != len(made.people):
        raise BenchTrouble(f"checker grade judged {whole} of {len(made.people)} hand-ins.")
    made.isolation = record["isolation"]
    shutil.rmtree(out)
    return seconds


def _pytest(made: Made) -> float:
    """A process per exercise, as anybody would run it."""
    person, spent = made.next(), 0.0
    for exercise in made.exercises:
        words: list[str | Path] = ["-m", "pytest", exercise.checks, "--submission", made.hand_in(person, exercise)]
        seconds, done = _cpu([made.places.python, *words], made.places.root, surroundings(made.places))
        if done.returncode not in (0, 1):
            raise BenchTrouble(f"Plain pytest ended with code {done.returncode}: {done.stdout[-300:]}")
        spent += seconds
    return spent


def _cpu(
    words: Sequence[str | Path], cwd: Path, env: Mapping[str, str]
) -> tuple[float, subprocess.CompletedProcess[str]]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


# -- nbgrader -------------------------------------------------------------------------------------------------------
def _room(made: Made, rounds: int) -> Room:
    """A room with hand-ins for all rounds. The notebooks have the graded cells alone: no lab to run before them."""
    where = room(made.course, made.folder / "nbgrader")
    stage(where)
    people = [(f"{kind}{number}", made.next()) for number in range(rounds + 1) for kind in ("cli", "api")]
    for exercise in made.exercises:
        cells = graded_cells(exercise, task_points(made.course, exercise))
        (where.source(exercise) / exercise.notebook).write_text(json.dumps({**EMPTY, "cells": cells}))
        _nbgrader(where, "generate_assignment", exercise.slug)
        for student, person in people:
            folder = where.root / "submitted" / student / exercise.slug
            shutil.copytree(where.root / "release" / exercise.slug, folder)
            shutil.copytree(made.hand_in(person, exercise), folder, dirs_exist_ok=True)
    return where


def _nbgrader(where: Room, *words: str) -> float:
    argv = [sys.executable, "-m", "nbgrader", *words]
    seconds, done = _cpu(argv, where.root, nbgrader_surroundings(where))
    if done.returncode:
        raise BenchTrouble(f"nbgrader {words[0]} ended with code {done.returncode}: {done.stderr.strip()[-300:]}")
    return seconds


def _autograde(where: Room, slugs: Sequence[str]) -> Callable[[], float]:
    numbers = iter(range(1000))

    def once() -> float:
        student = f"cli{next(numbers)}"
        return sum(_nbgrader(where, "autograde", slug, "--student", student) for slug in slugs)

    return once


# Answers each line with the next student's result; nbgrader is imported and configured once.
WARM = """
import os, sys
from traitlets.config import Config
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
app = NbGrader()
app.load_config_file()
api = NbGraderAPI(config=app.config)
for line in sys.stdin:
    result = api.autograde(*line.split())
    said = str(result.get("error") or result.get("log"))[-300:].replace("\\n", " ")
    answers.write(("ok" if result["success"] else said) + "\\n")
    answers.flush()
"""


@contextlib.contextmanager
def _api(where: Room, places: Places, slugs: Sequence[str]) -> Iterator[Callable[[], float]]:
    process = subprocess.Popen(
        [places.python, "-c", WARM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, cwd=where.root, env=nbgrader_surroundings(where),
    )  # fmt: skip
    assert process.stdin and process.stdout
    numbers = iter(range(1000))

    def once() -> float:
        assert process.stdin and process.stdout
        before, student = tree_seconds(process.pid), f"api{next(numbers)}"
        for slug in slugs:
            process.stdin.write(f"{slug} {student}\n")
            process.stdin.flush()
            said = process.stdout.readline().strip()
            if said != "ok":
                raise BenchTrouble(f"nbgrader's API could not grade {slug}: {said or 'it ended'}")
        return tree_seconds(process.pid) - before

    try:
        yield once
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


# -- flat -----------------------------------------------------------------------------------------------------------
def _flat(places: Places, step: Step, sizes: tuple[int, int, int]) -> Measured:
    """What one hand-in more costs in a large class, against a small one; what a command costs by itself falls out."""
    spent = []
    for size in sizes:
        step.doing(f"a class of {size}")
        with _made(places, [CHEAP], size) as made:
            spent.append(_class(made, [CHEAP]))
    small, large = ((spent[n + 1] - spent[n]) / (sizes[n + 1] - sizes[n]) for n in (0, 1))
    method = f"CPU of a hand-in more, from {sizes[1]} to {sizes[2]} people / from {sizes[0]} to {sizes[1]}; exercise 4"
    lines = (
        Line(f"a hand-in more, up to {sizes[2]}", (large * 1000,), "ms CPU"),
        Line(f"a hand-in more, up to {sizes[1]}", (small * 1000,), "ms CPU"),
    )
    return Measured("grade: flat", large / small, method, lines)
