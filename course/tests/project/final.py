"""Hand-ins of the final project: the reference of every file, and what a variant changes in it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from checker.collect import STATE_FILE
from checker.course import Course, find_course
from checker.markers import derive
from checker.observed import fill_in, observed_answers
from checker.release.answers import whole_answer

HERE = Path(__file__).parent
COURSE = find_course(HERE)
# Draws two incidents whose drills start no release: a full disk, and a client with another schema.
SEED = 197
# Rows whose checks start processes that load the model, or Locust: judged in `make test-full`.
SLOW = {"reachable", "scores", "killed", "update", "signals", "model-metric", "alert", "open-loop", "log"}


@dataclass(frozen=True)
class Variant:
    """A change of the reference, and for a wrong one the check that it loses and the file that its message names."""

    name: str
    says: str
    task: int
    edits: tuple[tuple[str, str, str], ...] = ()
    text: tuple[str, str] | None = None
    loses: str = ""
    where: str = ""


def variants(kind: str) -> list[Variant]:
    table = tomllib.loads((HERE / "variants.toml").read_text(encoding="utf-8"))
    return [
        Variant(**{key: tuple(map(tuple, value)) if key == "edits" else value for key, value in one.items()})
        for one in table[kind]
    ]


def reference(course: Course = COURSE) -> dict[str, str]:
    """Every file of a whole hand-in, by name."""
    project = course.project
    files = {one.name: whole_answer(project, one, course.exercises) for one in project.whole}
    for name in project.hand_in:
        if name not in files:
            files[name] = derive((project.folder / "solution" / name).read_text(encoding="utf-8"))[1]
    files["runbook.md"] = (HERE / "data" / "runbook.md").read_text(encoding="utf-8")
    files["answers.toml"] = fill_in(files["answers.toml"], observed_answers(course, project, SEED, {"model": HERE}))
    return files


def recorded(record: str, locustfile: str) -> str:
    """The record of a run, as if it had been made with this locustfile."""
    table = json.loads(record)
    return json.dumps(table | {"locustfile": hashlib.sha256(locustfile.encode()).hexdigest()})


def lay(folder: Path, variant: Variant | None = None) -> Path:
    """Write a hand-in: the reference, with the changes of a variant."""
    # The figures are those of a run that was made once.
    files = reference() | {"load.json": (HERE / "data" / "load.json").read_text(encoding="utf-8")}
    for name, old, new in variant.edits if variant else ():
        assert old in files[name], f"{variant.name}: {name} has no {old!r}"
        files[name] = files[name].replace(old, new)
    if variant and variant.text:
        files[variant.text[0]] = variant.text[1]
    files["load.json"] = recorded(files["load.json"], files["locustfile.py"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / STATE_FILE).write_text(json.dumps({"seed": SEED}), encoding="utf-8")
    return folder
