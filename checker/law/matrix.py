"""Makes the targets of an exercise: starter, solution, every right and wrong variant, the service's adapter."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect import STATE_FILE
from checker.errors import ExerciseFault
from checker.exercise import Exercise
from checker.law.case import ANSWERS, Case, files_below

# The trainee's seed of every target: not 1, which is what a folder without a state file gets.
TRAINEE_SEED = 70_523
SERVICE_IMPORTS = ("movie_service",)


@dataclass(frozen=True)
class Target:
    """A hand-in that the law makes: its name, its files, and what it may import instead of exercise.toml's list."""

    name: str
    files: Mapping[str, bytes]
    imports: tuple[str, ...] | None = None
    # What else stands in the trainee's state file, beside the seed.
    state: Mapping[str, Any] = field(default_factory=dict)

    def write(self, folder: Path, seed: int = TRAINEE_SEED) -> Path:
        """Write the files and the trainee's state into `folder`, and return it."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (folder / STATE_FILE).write_text(json.dumps({"seed": seed, **self.state}), encoding="utf-8")
        return folder


def starter(case: Case) -> Target:
    """What a trainee gets, untouched."""
    folder = case.exercise.starter
    if not folder.is_dir():
        raise ExerciseFault(f"{case.slug}/starter is not there. Run `make sync`.")
    return Target("starter", {name: (folder / name).read_bytes() for name in files_below(folder)})


def solution(case: Case, answers: Mapping[str, Any]) -> Target:
    """The hand-in files of the solution without markers; `answers` are those of the observe tasks."""
    files = {name: text.encode() for name, text in case.answer.items()}
    if answers:
        files[ANSWERS] = toml_of(answers).encode()
    return Target("solution", files)


def variant(case: Case, kind: str, name: str, answers: Mapping[str, Any]) -> Target:
    """`right` or `wrong` variant `name`: its files laid over the solution.

    An answers.toml of a variant replaces only the keys that it names: the other answers depend on the seed.
    """
    entries = case.variants.right if kind == "right" else case.variants.wrong
    left_out = next((one.without for one in entries if one.name == name), ())
    return _laid_over(case, f"{kind}/{name}", solution(case, answers), left_out)


def service(case: Case, answers: Mapping[str, Any]) -> Target | None:
    """The sample service behind the exercise's own contract: folder service/, where an exercise has one."""
    if not files_below(case.folder / "service"):
        return None
    return Target("service", _laid_over(case, "service", solution(case, answers)).files, SERVICE_IMPORTS)


def all_targets(case: Case, answers: Mapping[str, Any]) -> dict[str, Target]:
    """Every target of the matrix by name, in the order of variants.toml."""
    made = [starter(case), solution(case, answers)]
    made += [variant(case, "right", one.name, answers) for one in case.variants.right]
    made += [variant(case, "wrong", one.name, answers) for one in case.variants.wrong]
    adapter = service(case, answers)
    return {target.name: target for target in (*made, *([adapter] if adapter else []))}


def names(case: Case) -> list[str]:
    """The names of all targets without making them: what a test is parametrised with."""
    listed = ["starter", "solution", *(f"right/{one.name}" for one in case.variants.right)]
    listed += [f"wrong/{one.name}" for one in case.variants.wrong]
    return listed + (["service"] if files_below(case.folder / "service") else [])


def toml_of(table: Mapping[str, Any]) -> str:
    """A flat TOML table. JSON's texts, numbers, booleans and lists are TOML's too."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


def given(exercise: Exercise, folder: Path) -> None:
    """Put the starter's given files into `folder`, where it has none of that name: for running it like a trainee."""
    for name in files_below(exercise.starter):
        if not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((exercise.starter / name).read_bytes())


def _laid_over(case: Case, name: str, base: Target, left_out: tuple[str, ...] = ()) -> Target:
    folder = case.folder / name
    if not folder.is_dir() and not left_out:
        raise ExerciseFault(f"{case.slug}/{name} is not there. Add the folder, or take it out of variants.toml.")
    for one in left_out:
        if one not in base.files:
            raise ExerciseFault(f"{case.slug}/variants.toml: {name} is without {one!r}, which solution/ does not have.")
    files = {one: content for one, content in base.files.items() if one not in left_out}
    for one in files_below(folder):
        content = (folder / one).read_bytes()
        if one == ANSWERS:
            merged = tomllib.loads(base.files[ANSWERS].decode()) | tomllib.loads(content.decode())
            content = toml_of(merged).encode()
        files[one] = content
    return Target(name, files)
