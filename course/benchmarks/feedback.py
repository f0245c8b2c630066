"""The row "feedback": what a trainee waits for after saving a file, against plain pytest in a new process."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from checker.course import find_course
from course.benchmarks.cpu import tree_seconds
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.benchmarks.servers import surroundings
from course.start.console import Step
from course.start.places import Places

EXERCISE = 1
ROUNDS, QUICK_ROUNDS = 7, 4
OUTCOMES = re.compile(r"(\d+) (?:passed|failed|error|errors)\b")


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    exercise = find_course(places.root).exercise(EXERCISE)
    with tempfile.TemporaryDirectory(prefix="bench-") as made, _judge(places) as judge:
        folder = Path(made)
        for name in exercise.hand_in:
            (folder / name).write_bytes((exercise.folder / "solution" / name).read_bytes())
        saved = Saved(folder / exercise.hand_in[0])
        warm, cold = [], []
        for number in range(rounds + 1):
            step.doing(f"round {number} of {rounds}")
            warm.append(_warm(judge, saved))
            cold.append(_plain(places, exercise.checks, saved))
            if warm[-1].rows != cold[-1].rows:
                raise BenchTrouble(f"The checker judged {warm[-1].rows} rows, plain pytest {cold[-1].rows} checks.")
    return _measured(warm[1:], cold[1:], rounds)


@dataclass(frozen=True)
class Feedback:
    """One judging of all rows."""

    seconds: float
    cpu: float
    rows: int


def _measured(warm: list[Feedback], plain: list[Feedback], rounds: int) -> Measured:
    lines = (
        Line("plain pytest, a new process", tuple(one.cpu for one in plain), "s CPU"),
        Line("the checker, warm", tuple(one.cpu for one in warm), "s CPU"),
        Line("plain pytest, a new process", tuple(one.seconds for one in plain), "s waited"),
        Line("the checker, warm", tuple(one.seconds for one in warm), "s waited"),
    )
    method = (
        f"CPU of pytest exercises/NN/checks --submission FOLDER in a new process / of the judge that notebooks and "
        f"--watch keep warm, each with all its workers; exercise {EXERCISE}, all {warm[0].rows} rows, a file saved "
        f"before each, medians of {rounds} rounds in turn; from the question to the answer, without the spare workers "
        f"that the judge forks between two saves"
    )
    return Measured("feedback", lines[0].median / lines[1].median, method, lines)


@dataclass
class Saved:
    """A hand-in file that is saved again before each judging, with other content."""

    path: Path
    times: int = 0
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.path.read_text(encoding="utf-8")

    def again(self) -> Path:
        self.times += 1
        self.path.write_text(f"{self.text}# saved {self.times} times\n", encoding="utf-8")
        return self.path.parent


@contextmanager
def _judge(places: Places) -> Iterator[subprocess.Popen[str]]:
    """The process behind a notebook's check cell; it ends when its stdin does, with its fork server."""
    process = subprocess.Popen(
        [places.python, "-m", "checker.judge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=places.root, env=surroundings(places),
    )  # fmt: skip
    assert process.stdin and process.stdout
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def _warm(judge: subprocess.Popen[str], saved: Saved) -> Feedback:
    assert judge.stdin and judge.stdout
    before, began = tree_seconds(judge.pid), time.monotonic()
    judge.stdin.write(json.dumps({"exercise": EXERCISE, "folder": str(saved.again()), "task": None}) + "\n")
    judge.stdin.flush()
    answer = json.loads(judge.stdout.readline() or '{"error": "It ended."}')
    seconds = time.monotonic() - began
    if "error" in answer:
        raise BenchTrouble(f"The checker could not judge exercise {EXERCISE}: {answer['error']}")
    return Feedback(seconds, tree_seconds(judge.pid) - before, len(answer["result"]["rows"]))


def _plain(places: Places, checks: Path, saved: Saved) -> Feedback:
    import resource

    words: list[str | Path] = [places.python, "-m", "pytest", checks, "--submission", saved.again()]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(words, cwd=places.root, env=surroundings(places), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    last = done.stdout.strip().splitlines()[-1:]
    rows = sum(map(int, OUTCOMES.findall(last[0] if last else "")))
    if done.returncode not in (0, 1) or not rows:
        raise BenchTrouble(f"Plain pytest ended with code {done.returncode}: {(last or [done.stderr])[0]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Feedback(seconds, cpu, rows)
