"""The tiers of tests, and the linters: each tool's output as it comes, then one line that sums up."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from course.start import environment
from course.start.console import Console
from course.start.places import Places

MARKERS = {
    "test": "not full and not live",
    "test-fast": "not slow and not full and not live",
    "test-full": "full or live",
    "test-live": "live",
}
# The service is a package of its own with settings of its own, so mypy is run from its folder.
LINTERS = (
    ("ruff check", ".", ("ruff", "check", "--quiet", ".")),
    ("ruff format", ".", ("ruff", "format", "--check", "--quiet", ".")),
    ("mypy", ".", ("mypy",)),
    ("mypy of the service", "course/service", ("mypy",)),
)
GENERATED = ("sync --check", ".", ("python", "-m", "course", "sync", "--check"))

# The machines this must be quick on have two cores. A live test mostly waits for its engine, so there one more is
# at work. A worker out of tests takes from another's queue, since one module (the law of the exercises) is much
# longer than the rest.
WORKERS = {"test": "2", "test-fast": "2", "test-full": "3", "test-live": "3"}
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Outcome:
    """One tool's end, as a word of the closing line."""

    name: str
    ok: bool
    seconds: float
    note: str = ""

    def __str__(self) -> str:
        said = self.note or ("ok" if self.ok else "FAILED")
        return f"{self.name} {said} ({self.seconds:.0f} s)"


def lint(places: Places, console: Console) -> int:
    environment.ensure(places, console)
    return _sum_up("lint", [_tool(places, console, *tool) for tool in LINTERS], console)


def tier(name: str, places: Places, console: Console, arguments: Sequence[str]) -> int:
    """Run a tier to its end, also when a tool fails on the way, so that one run tells everything."""
    made = environment.ensure(places, console)
    if made.seconds:
        console.line(f"The environment took {made.seconds:.0f} s; what follows is counted apart.")
    tools = () if name in ("test-full", "test-live") else (*LINTERS, GENERATED)
    outcomes = [_tool(places, console, *tool) for tool in tools]
    outcomes.append(_pytest(places, console, name, arguments))
    return _sum_up(name, outcomes, console)


def _tool(places: Places, console: Console, name: str, folder: str, argv: Sequence[str]) -> Outcome:
    console.line(f"$ {'' if folder == '.' else f'cd {folder} && '}{' '.join(argv)}")
    began = time.monotonic()
    program, *rest = argv
    code = subprocess.run(
        [places.program(program), *rest], cwd=places.root / folder, env=places.surroundings(), check=False
    ).returncode
    return Outcome(name, code == 0, time.monotonic() - began)


def _pytest(places: Places, console: Console, name: str, arguments: Sequence[str]) -> Outcome:
    argv = ["pytest", "-m", MARKERS[name], "-n", WORKERS[name], "--dist", "worksteal", *arguments]
    console.line(f"$ {' '.join(repr(word) if ' ' in word else word for word in argv)}")
    began = time.monotonic()
    process = subprocess.Popen(
        [places.python, "-m", *argv],
        cwd=places.root,
        env=places.surroundings(PYTHONUNBUFFERED="1", PY_COLORS="1" if console.coloured else "0"),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    last = ""
    assert process.stdout is not None
    for line in process.stdout:
        console.line(line.rstrip("\n"))
        last = line if line.strip() else last
    code = process.wait()
    return Outcome("pytest", code in {0, NOTHING_COLLECTED}, time.monotonic() - began, counts(last))


def counts(line: str) -> str:
    """The numbers of pytest's closing line: `212 passed, 3 skipped`."""
    plain = re.sub(r"\033\[[0-9;]*m", "", line)
    found = re.findall(r"\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed)", plain)
    return ", ".join(found)


def _sum_up(name: str, outcomes: Sequence[Outcome], console: Console) -> int:
    held = all(outcome.ok for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    verdict = "passed" if held else "FAILED"
    console.line(f"make {name}: {verdict} in {seconds:.0f} s: {' · '.join(map(str, outcomes))}")
    return 0 if held else 1
