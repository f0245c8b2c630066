"""Records what each wrong answer is told, in the checker's own words, with the digest of what they came from."""

from __future__ import annotations

import hashlib
import json
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from checker import Grader, Result
from checker.errors import CheckerError
from checker.exercise import Exercise
from checker.law.case import read_case
from checker.law.matrix import variant
from checker.observed import observed_answers
from course.build.sources import SourceError, files_below, where

# One seed for all: the words must be the same when nothing changed. A hand-in without a state has this one too.
SEED = 1
MAKE = "Run `make start` once, which makes data and model, then `make sync`."


@dataclass(frozen=True)
class Feedback:
    """What one wrong answer is told; the row's fields as a trainee reads them."""

    variant: str
    digest: str
    title: str
    tried: str
    seen: str
    expected: str
    where: str
    next: str


@dataclass(frozen=True)
class Wrong:
    """A wrong answer as variants.toml describes it."""

    exercise: Exercise
    name: str
    says: str
    loses: str

    @property
    def folder(self) -> Path:
        return self.exercise.folder / "wrong" / self.name

    @property
    def where(self) -> str:
        return where(self.exercise, f"wrong/{self.name}")

    def digest(self) -> str:
        """sha256 over all that the feedback depends on in this repository."""
        digest = hashlib.sha256(self.loses.encode())
        for path in self._sources():
            name = path.relative_to(self.exercise.folder).as_posix().encode()
            digest.update(name + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def _sources(self) -> Iterable[Path]:
        folder = self.exercise.folder
        yield folder / "exercise.toml"
        for part in (folder / "checks", folder / "solution", self.folder):
            yield from (part / path for path in files_below(part))


def wrong_answers(exercise: Exercise) -> list[Wrong]:
    """Return the wrong answers of an exercise, in the order of variants.toml."""
    path = exercise.folder / "variants.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("wrong", {}) if path.is_file() else {}
    found = [Wrong(exercise, name, one.get("says", ""), one.get("loses", "")) for name, one in table.items()]
    for one in found:
        if not one.says or not one.loses or not (one.folder.is_dir() or table[one.name].get("without")):
            raise SourceError(
                f"{where(exercise, 'variants.toml')}: wrong answer {one.name!r} needs `says`, `loses` and a folder "
                f"wrong/{one.name}. Add what is missing."
            )
    return found


def recorded(folder: Path, exercise: Exercise) -> dict[str, Feedback]:
    """Return the recorded feedback of an exercise by variant, whether it is still true or not."""
    path = folder / f"{exercise.slug}.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return {row["variant"]: Feedback(**row) for row in rows}


def outdated(folder: Path, exercise: Exercise) -> list[Wrong]:
    """Return the wrong answers whose feedback is missing, or was made from other files."""
    kept = recorded(folder, exercise)
    return [one for one in wrong_answers(exercise) if one.name not in kept or kept[one.name].digest != one.digest()]


def record(folder: Path, exercise: Exercise, grader: Grader) -> list[str]:
    """Ask the checker about every outdated wrong answer, write what it said, and return what it would not say."""
    kept, refusals = recorded(folder, exercise), []
    for one in outdated(folder, exercise):
        try:
            kept[one.name] = _ask(one, grader)
        except (SourceError, CheckerError) as error:
            refusals.append(str(error))
    rows = [asdict(kept[one.name]) for one in wrong_answers(exercise) if one.name in kept]
    if rows:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{exercise.slug}.json").write_text(text, encoding="utf-8")
    return refusals


def _ask(wrong: Wrong, grader: Grader) -> Feedback:
    exercise = grader.course.exercise(wrong.exercise.slug)
    try:
        answers = observed_answers(grader.course, exercise, SEED, grader.resources)
    except OSError as error:
        # The trained model, most likely: it is made on each machine and is in no clone.
        raise SourceError(f"{wrong.where}: {Path(error.filename or '').name!r} could not be read. {MAKE}") from error
    with tempfile.TemporaryDirectory() as name:
        # The law's own target: what is recorded is what the law proves.
        variant(read_case(exercise), "wrong", wrong.name, answers).write(Path(name), SEED)
        # A wrong answer loses one check; the rows after it would not be read.
        result = grader.grade(exercise, name, seed=SEED, until_lost=True)
    return _row(wrong, result)


def _row(wrong: Wrong, result: Result) -> Feedback:
    lost = [row for row in result.rows if not row.good]
    if not lost or lost[0].id != wrong.loses:
        met = f"loses {lost[0].id!r} first" if lost else "loses nothing"
        raise SourceError(f"{wrong.where}: it should lose {wrong.loses!r} but {met}. Mend it or variants.toml.")
    row = lost[0]
    if row.verdict == "could_not_check":
        raise SourceError(f"{wrong.where}: the check {wrong.loses!r} could not be run here: {row.seen} {MAKE}")
    return Feedback(wrong.name, wrong.digest(), row.title, row.tried, row.seen, row.expected, row.where, row.next)
