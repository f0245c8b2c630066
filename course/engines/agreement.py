"""Agreement: what a real engine says of every right and wrong variant, beside what the offline checks say.

An exercise uses it by one line in its live tests: `agree("05", "kubernetes", dry_run, refuses={...})` where the engine
takes or refuses, `rows_agree("04", "docker", look, ...)` where it shows row by row. Where the two differ, the offline
verdict is wrong, unless the difference stands in `allowed` with its reason and a source.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker import Grader
from checker.collect import STATE_FILE
from checker.course import find_course
from checker.law import matrix
from checker.law.case import Case, read_case
from checker.law.today import PARTS
from checker.live import with_local_base
from course.build.sync import ROOT
from course.engines.found import Found
from course.engines.testing import Live, need

SECONDS = 900.0


@dataclass(frozen=True)
class Verdict:
    """What an engine says of one target: it takes it or not, and its last words."""

    takes: bool
    said: str


# Asks an engine about the files in a folder.
Ask = Callable[[Found, Path], Verdict]


def command(*argv: str, shown: int = 4) -> Ask:
    """The verdict is the exit code of one command in the folder of the files."""

    def ask(found: Found, folder: Path) -> Verdict:
        env = os.environ | dict(found.env) | {"PATH": os.pathsep.join([*found.path, os.environ["PATH"]])}
        done = subprocess.run(
            argv, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-shown:])
        return Verdict(done.returncode == 0, said)

    return ask


DRY_RUN = command("kubectl", "apply", "--dry-run=server", "-f", ".")


def agree(
    exercise: str, engine: str, ask: Ask, *, refused: Mapping[str, str], allowed: Mapping[str, str] | None = None,
    resources: Mapping[str, Path] | None = None, only: Collection[str] = (), part: int | None = None,
) -> list[str]:  # fmt: skip
    """Ask the engine about starter, solution and every variant; a sentence for each difference.

    `refused` names the wrong variants (and perhaps the starter) that the engine must refuse, with a part of what it
    says; all others it must take: a mistake that an engine takes is one that shows later, and offline checks find now.
    `resources` are the trusted folders of exercise.toml; `only` narrows the targets to some, where each takes long, and
    `part` to every seventh, from this one on (checker/law/today.py).
    `allowed` names targets where the two may differ, each with reason and source.
    """
    case = read_case(find_course(ROOT).exercise(exercise))
    found = need(engine)
    said = []
    for target in targets(case) if part is None else targets(case)[part::PARTS]:
        if only and target.name not in only:
            continue
        verdict = verdict_of(case, target, found, ask, resources or {})
        difference = _difference(target.name, verdict, refused)
        if difference and target.name not in (allowed or {}):
            said.append(f"{case.slug}/{target.name}: {difference}")
    return said + _strangers(case, (*refused, *(allowed or {})))


# What an engine shows of the files in a folder, by the name of the row that says the same offline.
Look = Callable[[Live, Path], Mapping[str, bool]]


def rows_agree(
    exercise: str, engine: str, look: Look, *, part: slice, needs: Collection[str] = (),
    allowed: Mapping[str, Mapping[str, str]] | None = None, resources: Mapping[str, Path] | None = None,
) -> tuple[int, list[str]]:  # fmt: skip
    """Grade starter, solution and every variant, and look at each on the engine; how many rows both know, and a
    sentence for each in which they differ.

    `part` takes some of the targets. One that loses a row of `needs` is left out: there is nothing to look at.
    `allowed` names rows of targets in which the two may differ, each with reason and source.
    """
    course, found = find_course(ROOT), need(engine)
    case, both, said = read_case(course.exercise(exercise)), 0, []
    with Grader(course, dict(resources or {})) as grader:
        for target in targets(case)[part]:
            with laid_out(case, target, found, resources or {}) as folder:
                result = grader.grade(exercise, folder, seed=1)
                if not all(result.row(name).good for name in needs):
                    continue
                # A row that waits for another says nothing.
                shown = look(Live(engine, folder), folder).items()
                known = [(result.row(name), holds) for name, holds in shown if not result.row(name).waits_for]
            both += len(known)
            said += [
                f"{case.slug}/{target.name}: the row {row.id!r} says {row.verdict}, and {engine} shows the contrary."
                for row, holds in known
                if row.good != holds and row.id not in (allowed or {}).get(target.name, {})
            ]
    return both, said + _strangers(case, allowed or {})


def _strangers(case: Case, names: Iterable[str]) -> list[str]:
    return [f"{case.slug}: {name!r} is named and is no target." for name in names if name not in matrix.names(case)]


def targets(case: Case) -> list[matrix.Target]:
    """Starter, solution, right and wrong variants; answers of observe tasks play no part."""
    made = [matrix.starter(case), matrix.solution(case, {})]
    made += [matrix.variant(case, "right", one.name, {}) for one in case.variants.right]
    return made + [matrix.variant(case, "wrong", one.name, {}) for one in case.variants.wrong]


def lay_out(case: Case, target: matrix.Target, folder: Path) -> None:
    """Write a target as a trainee has it, but for the checker's own file, which `kubectl apply -f .` would take."""
    target.write(folder)
    (folder / STATE_FILE).unlink()
    matrix.given(case.exercise, folder)


def verdict_of(case: Case, target: matrix.Target, found: Found, ask: Ask, resources: Mapping[str, Path]) -> Verdict:
    """Lay the target out, and ask."""
    with laid_out(case, target, found, resources) as folder:
        return ask(found, folder)


@contextlib.contextmanager
def laid_out(case: Case, target: matrix.Target, found: Found, resources: Mapping[str, Path]) -> Iterator[Path]:
    """A folder with the target as a trainee has it, and with the local base where nothing can be pulled."""
    folder = Path(tempfile.mkdtemp(prefix="agree-")) / case.slug
    folder.mkdir()
    try:
        lay_out(case, target, folder)
        for name in case.exercise.resources:
            shutil.copytree(resources[name], folder / name, dirs_exist_ok=True)
        for path in folder.glob("*Dockerfile*"):
            path.write_text(with_local_base(path.read_text(encoding="utf-8"), found.facts)[0])
        yield folder
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def _difference(name: str, verdict: Verdict, refused: Mapping[str, str]) -> str:
    part = refused.get(name)
    if part is None:
        return "" if verdict.takes else f"the engine refuses it: {verdict.said}"
    if verdict.takes:
        return f"the engine takes it, and should refuse it with {part!r}."
    return "" if part in verdict.said else f"the engine refuses it with other words than {part!r}: {verdict.said}"
