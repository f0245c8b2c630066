"""`make record`: run what exercise.toml's `[record.CASE]` asks for on a real engine, and keep the cleaned outputs.

A second recording of the same files differs in nothing but its date and its seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from checker.cleaning import buildkit, plain, stable
from checker.collect import STATE_FILE
from checker.course import Course, find_course
from checker.errors import CheckerError
from checker.law import matrix
from checker.law.case import Case, read_case
from checker.law.recordings import recorded_files, wanted
from checker.live import Engines, Found, with_local_base
from checker.recorded import Plan, RecordedRun, Recording, Step, folder, plans, read
from checker.release.proof import secret_lines
from course.build.sync import ROOT
from course.engines.found import EngineTrouble

SECONDS = 1200.0
MASK = "‹a line of the answer›"


def main(argv: Sequence[str]) -> int:
    """0 recorded, 1 an engine is missing, 2 misuse."""
    given = _parser().parse_args(argv)
    course = find_course(ROOT)
    try:
        chosen = [course.exercise(given.exercise)] if given.exercise else list(course.exercises)
    except CheckerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    wanted_plans = [(exercise, plan) for exercise in chosen for plan in plans(exercise).values()]
    try:
        missing = [
            _record(course, read_case(exercise), plan)
            for exercise, plan in wanted_plans
            if given.case in (None, plan.case)
        ]
    except EngineTrouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    return 1 if any(missing) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m course record", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("exercise", nargs="?", help="number or name; default: all")
    parser.add_argument("case", nargs="?", help="only this case; default: all")
    return parser


def _record(course: Course, case: Case, plan: Plan) -> int:
    found = Engines(course).find(plan.engine)
    if not found.found:
        print(f"{case.slug} {plan.case}: not recorded. {found.needed}", file=sys.stderr)
        return 1
    runs = []
    for target in wanted(case, plan):
        print(f"{case.slug} {plan.case}: {target.name}", flush=True)
        runs.append(run_target(course, case, plan, target, found))
    engine = f"{plan.engine} {found.version}"
    recording = Recording(case.slug, plan.case, plan.says, engine, f"{datetime.now(UTC):%Y-%m-%d}", tuple(runs))
    path = folder(course, case.exercise) / f"{plan.case}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kept_where_equal(path, recording).to_json(), encoding="utf-8")
    print(f"wrote {path.relative_to(course.root).as_posix()}")
    return 0


def kept_where_equal(path: Path, new: Recording) -> Recording:
    """The old recording when the new one says the same: a change of date and seconds alone is no change."""
    if not path.is_file():
        return new
    old = read(path)
    return old if without_times(old) == without_times(new) else new


def without_times(recording: Recording) -> Recording:
    runs = tuple(replace(run, steps=tuple(replace(step, seconds=0.0) for step in run.steps)) for run in recording.runs)
    return replace(recording, recorded="", runs=runs)


def run_target(course: Course, case: Case, plan: Plan, target: matrix.Target, found: Found) -> RecordedRun:
    """Lay the target out as a trainee has it, and run the commands of the plan in that folder."""
    wrong = next((one for one in case.variants.wrong if f"wrong/{one.name}" == target.name), None)
    place = Path(tempfile.mkdtemp(prefix="record-")).resolve() / case.slug
    place.mkdir()
    surroundings = _surroundings(case, found)
    try:
        notes = _lay_out(course, case, target, place, found)
        for command in plan.before:
            code, text = _run(command, place, surroundings)
            if code != 0:
                raise EngineTrouble(f"{case.slug} {plan.case}: {command!r} ended with {code}:\n{text.strip()}")
        secrets = tuple(secret_lines(case.exercise))
        steps = tuple(_step(command, place, surroundings, secrets) for command in plan.run)
    finally:
        for command in plan.after:
            _run(command, place, surroundings)
        shutil.rmtree(place.parent, ignore_errors=True)
    says, loses = (wrong.says, wrong.loses) if wrong else ("", "")
    return RecordedRun(target.name, says, loses, plan.digest(recorded_files(target)), notes, steps)


def _lay_out(course: Course, case: Case, target: matrix.Target, place: Path, found: Found) -> tuple[str, ...]:
    target.write(place)
    (place / STATE_FILE).unlink()
    matrix.given(case.exercise, place)
    for name in case.exercise.resources:
        shutil.copytree(course.resource(name), place / name, dirs_exist_ok=True)
    notes: list[str] = []
    for path in place.glob("*Dockerfile*"):
        text, said = with_local_base(path.read_text(encoding="utf-8"), found.facts)
        path.write_text(text, encoding="utf-8")
        notes += said
    return tuple(dict.fromkeys(notes))


def _surroundings(case: Case, found: Found) -> dict[str, str]:
    """What the commands of a plan know: the engine's own environment, its facts by name, the exercise's folder."""
    path = os.pathsep.join([*found.path, os.environ["PATH"]])
    facts = {f"ENGINE_{name.upper()}": value for name, value in found.facts.items()}
    return os.environ | dict(found.env) | facts | {"PATH": path, "EXERCISE": str(case.folder)}


def _step(command: str, place: Path, env: Mapping[str, str], secrets: Sequence[str]) -> Step:
    began = time.monotonic()
    code, text = _run(command, place, env)
    return Step(command, cleaned(text, place, secrets), code, round(time.monotonic() - began, 1))


def _run(command: str, place: Path, env: Mapping[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", "-c", command], cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8", errors="replace")


def cleaned(text: str, place: Path, secrets: Sequence[str]) -> str:
    """Without terminal codes, folders, ids, ages and times, and without a line that is an answer."""
    shown = plain(text, {str(place): "."})
    if "#1 [internal]" in shown:
        shown = buildkit(shown)
    # The longest first: a line may be part of another.
    for line in sorted(secrets, key=len, reverse=True):
        shown = shown.replace(line, MASK)
    return stable(shown).strip("\n")
