"""A made class: hand-ins of exercises as thirty people leave them, from solutions, variants and starters.

    made = make_class(course, ["03", "07"], folder, people=30, seed=1)
    made = make_class(course, ["04"], folder, kinds=(*KINDS, "hostile"))

Every person has a seed of their own, as in a real class, and so other answers. Names are made up.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.course import Course
from checker.law.case import ANSWERS, Case, read_case
from checker.law.matrix import Target, solution, starter, variant
from checker.observed import observed_answers
from course.benchmarks.hostile_work import HOSTILE

KINDS = ("right", "other right", "partial", "wrong", "empty", "odd")
NAMES = (
    "Amal", "Bela", "Chidi", "Dunja", "Emre", "Farid", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena", "Mara", "Nils",
    "Oana", "Priya", "Quirin", "Rosa", "Sami", "Tove", "Umar", "Vera", "Wanja", "Xenia", "Yara", "Zeno",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One made trainee; `kind` says how their work was made, `full` whether it earns all points."""

    name: str
    kind: str
    seed: int

    @property
    def full(self) -> bool:
        return self.kind in ("right", "other right", "odd")


def make_class(
    course: Course, names: Sequence[str], folder: Path, *, people: int = 30, seed: int = 1,
    kinds: Sequence[str] = KINDS,
) -> list[Person]:  # fmt: skip
    """Write a folder or zip per person into `folder`. Same seed, same class."""
    cases = [read_case(course.exercise(name)) for name in names]
    rng = random.Random(seed)
    made = []
    for number in range(people):
        kind = kinds[number % len(kinds)]
        name = f"{NAMES[number % len(NAMES)]} {number:04d}"
        person = Person(name, kind, rng.randrange(1, 100_000))
        _write(course, cases, folder, person, random.Random(f"{seed}:{number}"))
        made.append(person)
    # Last, since each of them goes for the others.
    for number, person in enumerate([one for one in made if one.kind == "hostile"]):
        HOSTILE[(seed + number) % len(HOSTILE)](folder / person.name)
    return made


def _write(course: Course, cases: Sequence[Case], folder: Path, person: Person, rng: random.Random) -> None:
    place = folder / person.name
    for case in cases:
        answers = observed_answers(course, case.exercise, person.seed, {})
        target = _target(case, person.kind, answers, rng)
        (place / case.slug).mkdir(parents=True, exist_ok=True)
        target.write(place / case.slug, person.seed)
    if person.kind == "odd":
        rng.choice(ODD)(place)


def _target(case: Case, kind: str, answers: dict[str, object], rng: random.Random) -> Target:
    if kind == "other right" and case.variants.right:
        return variant(case, "right", rng.choice(case.variants.right).name, answers)
    if kind == "wrong" and case.variants.wrong:
        return variant(case, "wrong", rng.choice(case.variants.wrong).name, answers)
    if kind in ("empty", "hostile"):
        return starter(case)
    whole = solution(case, answers)
    if kind != "partial":
        return whole
    # Who ran out of time: one file is still the starter's, the answers are not filled in.
    begun = dict(starter(case).files)
    kept = {name: text for name, text in whole.files.items() if name not in (ANSWERS, case.exercise.hand_in[-2])}
    return Target("partial", begun | kept)


# -- odd ways to hand in right work, each of which gets its full grade -----------------------------------------------
def _too_deep(place: Path) -> None:
    inner = place.with_name(f"{place.name}.moved")
    place.rename(inner)
    (place / "pack-main").mkdir(parents=True)
    inner.rename(place / "pack-main" / "work")


def _zipped_on_a_mac(place: Path) -> None:
    (place / "__MACOSX").mkdir()
    (place / "__MACOSX" / "._work").write_bytes(b"\0\5\x16\7")
    (place / ".DS_Store").write_bytes(b"Bud1")
    shutil.make_archive(str(place), "zip", place.parent, place.name)
    shutil.rmtree(place)


def _marked_and_crlf(place: Path) -> None:
    for path in place.rglob("*.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))


def _with_an_environment(place: Path) -> None:
    for number in range(40):
        package = place / ".venv" / "lib" / f"package{number}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("x = 1\n")


def _notebook_renamed(place: Path) -> None:
    for folder in place.iterdir():
        (folder / f"{folder.name} (1).ipynb").write_text(json.dumps({"cells": []}))


ODD: tuple[Callable[[Path], None], ...] = (
    _too_deep, _zipped_on_a_mac, _marked_and_crlf, _with_an_environment, _notebook_renamed,
)  # fmt: skip
