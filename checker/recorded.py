"""Recorded runs: what a real engine said of an exercise's files, kept for rooms without one.

`[record.CASE]` in exercise.toml says what is run; `make record` writes CASE.json into the folder that
`[tool.checker] recorded` names; `checker replay` shows it, headed with its date.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.course import Course
from checker.errors import ExerciseFault, Misuse
from checker.exercise import Exercise
from checker.markup import framed, inline, terminal

PLAN_KEYS = {"engine", "of", "before", "run", "after", "says"}


@dataclass(frozen=True)
class Plan:
    """What `[record.CASE]` asks for: commands, run for each target whose name fits one of the patterns `of`.

    `before` commands prepare and `after` commands clean up; neither is recorded.
    """

    case: str
    engine: str
    says: str
    of: tuple[str, ...]
    run: tuple[str, ...]
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    def wants(self, target: str) -> bool:
        return any(fnmatchcase(target, pattern) for pattern in self.of)

    def digest(self, files: Mapping[str, bytes]) -> str:
        """What a run was made from: the commands and every file that was handed in."""
        digest = hashlib.sha256("\0".join((self.engine, *self.before, *self.run)).encode())
        for name, content in sorted(files.items()):
            digest.update(b"\0" + name.encode() + b"\0" + content)
        return digest.hexdigest()


@dataclass(frozen=True)
class Step:
    """One command of a run, with its output cleaned of what differs from run to run."""

    command: str
    output: str
    exit_code: int
    seconds: float


@dataclass(frozen=True)
class RecordedRun:
    """The commands over one target. `loses` is the check that the target loses offline."""

    of: str
    says: str
    loses: str
    inputs: str
    notes: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Recording:
    """One case of one exercise, on one engine, on one day."""

    exercise: str
    case: str
    says: str
    engine: str
    recorded: str
    runs: tuple[RecordedRun, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def plans(exercise: Exercise) -> dict[str, Plan]:
    """The `[record.CASE]` tables of exercise.toml. Raises ExerciseFault for one that lacks something."""
    table = tomllib.loads((exercise.folder / "exercise.toml").read_text(encoding="utf-8")).get("record", {})
    found = {}
    for case, one in table.items():
        if not (set(one) <= PLAN_KEYS and {"engine", "of", "run", "says"} <= set(one)):
            raise ExerciseFault(
                f"{exercise.slug}/exercise.toml: [record.{case}] needs engine, says, of and run, and may have "
                "before and after."
            )
        found[case] = Plan(
            case, one["engine"], one["says"], tuple(one["of"]), tuple(one["run"]), tuple(one.get("after", ())),
            tuple(one.get("before", ())),
        )  # fmt: skip
    return found


def folder(course: Course, exercise: Exercise) -> Path:
    return course.root / str(course.table.get("recorded", "recorded")) / exercise.slug


def recordings(course: Course, exercise: Exercise) -> dict[str, Recording]:
    """Every recorded case of an exercise, by name."""
    return {path.stem: read(path) for path in sorted(folder(course, exercise).glob("*.json"))}


def read(path: Path) -> Recording:
    table = json.loads(path.read_text(encoding="utf-8"))
    runs = [
        RecordedRun(**run | {"steps": tuple(Step(**step) for step in run["steps"]), "notes": tuple(run["notes"])})
        for run in table.pop("runs")
    ]
    return Recording(**table, runs=tuple(runs))


def find(course: Course, exercise: Exercise, case: str | None) -> Recording:
    """The recording of a case; without a name the first. Raises Misuse naming those that there are."""
    found = recordings(course, exercise)
    number = int(exercise.number)
    if not found:
        raise Misuse(m.NOTHING_RECORDED.format(number=number), f"checker check {number}")
    if case and case not in found:
        raise Misuse(
            m.NO_RECORDING.format(number=number, case=case, known=", ".join(found)),
            f"checker replay {number} {next(iter(found))}",
        )
    return found[case] if case else next(iter(found.values()))


def choose(recording: Recording, of: str | None, rows: Sequence[Mapping[str, Any]]) -> RecordedRun:
    """The run that is named, else the one nearest to the trainee's work.

    Nearest is the one that lost the first check that the last `checker check` lost; with none lost the solution; with
    nothing checked yet the starter.
    """
    runs = {run.of: run for run in recording.runs}
    if of:
        wanted = [one for one in runs.values() if of in (one.of, one.of.partition("/")[2])]
        if not wanted:
            number = int(recording.exercise[:2])
            raise Misuse(
                m.NO_RECORDED_RUN.format(of=of, known=", ".join(runs)), f"checker replay {number} {recording.case}"
            )
        return wanted[0]
    lost = [row["id"] for row in rows if row["verdict"] in ("not_yet", "partial", "too_slow", "broken")]
    near = next((run for name in lost for run in runs.values() if run.loses == name), None)
    fallback = "solution" if rows and not lost else "starter"
    return near or runs.get(fallback) or recording.runs[0]


def as_text(recording: Recording, run: RecordedRun) -> str:
    """The run as a terminal would have shown it, below a line that says when and where."""
    lines = _head(recording, run)
    for step in run.steps:
        lines += ["", *_step(step)]
    return "\n".join(lines)


def as_html(recording: Recording, run: RecordedRun) -> str:
    head, *notes = _head(recording, run)
    said = "".join(f"<p>{inline(line)}</p>" for line in notes)
    steps = "".join(terminal("\n".join(_step(step))) for step in run.steps)
    return framed(f"<p><strong>{inline(head)}</strong></p>{said}{steps}")


def _head(recording: Recording, run: RecordedRun) -> list[str]:
    head = m.RECORDED.format(date=recording.recorded, engine=recording.engine, of=run.of)
    return [head, *([run.says] if run.says else []), *run.notes]


def _step(step: Step) -> list[str]:
    output = [step.output] if step.output else []
    return [f"$ {step.command}", *output, f"exit code {step.exit_code}, {step.seconds:.1f} s"]
