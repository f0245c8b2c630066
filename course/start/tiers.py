"""The tiers of tests, and the linters: each tool's output as it comes, then one line that sums up."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
# What goes in parts, another each day (checker/law/today.py). WHOLE=1 asks every part.
TODAY = " and not another_day"
# Its name, the folder it is run in, the command.
Tool = tuple[str, str, tuple[str, ...]]
# The service is a package of its own with settings of its own, so mypy is run from its folder.
LINTERS: tuple[Tool, ...] = (
    ("ruff check", ".", ("ruff", "check", "--quiet", ".")),
    ("ruff format", ".", ("ruff", "format", "--check", "--quiet", ".")),
    ("mypy", ".", ("mypy",)),
    ("mypy of the service", "course/service", ("mypy",)),
)
GENERATED: Tool = ("sync --check", ".", ("python", "-m", "course", "sync", "--check"))

# Processes that run tests, beyond one per core: many tests wait for a server, a kernel or an engine. With two more,
# pods of the cluster miss their probes. A worker out of tests takes from another's queue, since one
# module (the law of the exercises) is much longer than the rest.
MORE = {"test": 1, "test-fast": 0, "test-full": 1, "test-live": 1}
MOST_CORES = 8
# What has become slow is named, so that somebody marks it.
NAMED = {"test-fast": ("--durations=5", "--durations-min=0.5")}
# Where the shell forbids bytecode, each worker would rewrite all tests anew, and each program compile the course.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
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
    began = time.monotonic()
    return _sum_up("lint", _tools(places, console, LINTERS), console, time.monotonic() - began)


def tier(name: str, places: Places, console: Console, arguments: Sequence[str]) -> int:
    """Run a tier to its end, also when a tool fails on the way, so that one run tells everything."""
    made = environment.ensure(places, console)
    if made.seconds:
        console.line(f"The environment took {made.seconds:.0f} s; what follows is counted apart.")
    tools = () if name in ("test-full", "test-live") else (*LINTERS, GENERATED)
    began = time.monotonic()
    # Side by side: the longest of the linters alone would leave a core idle.
    with ThreadPoolExecutor(1) as beside:
        linted = beside.submit(_tools, places, console, tools)
        tested = _pytest(places, console, name, arguments)
        outcomes = [*linted.result(), tested]
    return _sum_up(name, outcomes, console, time.monotonic() - began)


def marked(name: str) -> str:
    """The expression for pytest's `-m`; those of `test-full` and `test-live` leave out the parts of other days."""
    live = name in {"test-full", "test-live"}
    return f"({MARKERS[name]}){TODAY}" if live and not os.environ.get("WHOLE") else MARKERS[name]


def workers(name: str) -> int:
    return min(os.cpu_count() or 2, MOST_CORES) + MORE[name]


def _tools(places: Places, console: Console, tools: Sequence[Tool]) -> list[Outcome]:
    """All of them, two at a time; what each says stands below its command, in one piece when it has ended."""
    with ThreadPoolExecutor(2) as pool:
        ended = [(tool, pool.submit(_tool, places, tool)) for tool in tools]
        outcomes = []
        for (_, folder, argv), running in ended:
            outcome, said = running.result()
            command = f"$ {'' if folder == '.' else f'cd {folder} && '}{' '.join(argv)}"
            console.line(f"{command}\n{said}" if said else command)
            outcomes.append(outcome)
    return outcomes


def _tool(places: Places, tool: Tool) -> tuple[Outcome, str]:
    name, folder, (program, *rest) = tool
    began = time.monotonic()
    done = subprocess.run(
        [places.program(program), *rest],
        cwd=places.root / folder,
        env=places.surroundings(**COMPILED),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - began), done.stdout.rstrip()


def _pytest(places: Places, console: Console, name: str, arguments: Sequence[str]) -> Outcome:
    argv = [
        "pytest",
        "-m",
        marked(name),
        "-n",
        str(workers(name)),
        "--dist",
        "worksteal",
        *NAMED.get(name, ()),
        *arguments,
    ]
    console.line(f"$ {' '.join(repr(word) if ' ' in word else word for word in argv)}")
    began = time.monotonic()
    last = ""
    with subprocess.Popen(
        [places.python, "-m", *argv],
        cwd=places.root,
        env=places.surroundings(**COMPILED, PYTHONUNBUFFERED="1", PY_COLORS="1" if console.coloured else "0"),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            console.line(line.rstrip("\n"))
            last = line if line.strip() else last
    code = process.returncode
    return Outcome("pytest", code in {0, NOTHING_COLLECTED}, time.monotonic() - began, counts(last))


def counts(line: str) -> str:
    """The numbers of pytest's closing line: `212 passed, 3 skipped`."""
    plain = re.sub(r"\033\[[0-9;]*m", "", line)
    found = re.findall(r"\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed)", plain)
    return ", ".join(found)


def _sum_up(name: str, outcomes: Sequence[Outcome], console: Console, seconds: float) -> int:
    held = all(outcome.ok for outcome in outcomes)
    verdict = "passed" if held else "FAILED"
    console.line(f"make {name}: {verdict} in {seconds:.0f} s: {' · '.join(map(str, outcomes))}")
    return 0 if held else 1
