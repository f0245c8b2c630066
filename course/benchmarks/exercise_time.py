"""The row "exercises": what a trainee waits for the grade of a whole right answer, against the seconds promised."""

from __future__ import annotations

import tempfile
from pathlib import Path

from checker.course import find_course
from checker.grade import Grader
from checker.law.bench import Bench
from checker.law.case import read_case
from checker.law.matrix import solution
from course.benchmarks.report import BenchTrouble, Line, Measured
from course.start.console import Step
from course.start.places import Places

# In seconds, by the exercise's number.
PROMISED = dict.fromkeys(range(3, 9), 2.0) | dict.fromkeys(range(9, 12), 3.0)
ROUNDS, QUICK_ROUNDS = 5, 3


def measure(places: Places, step: Step, *, quick: bool) -> Measured:
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with Grader(places.root) as grader, tempfile.TemporaryDirectory(prefix="bench-") as made:
        bench = Bench(grader, Path(made))
        return measured({number: _seconds(bench, places.root, number, rounds, step) for number in PROMISED})


def measured(seconds: dict[int, list[float]]) -> Measured:
    """The slowest exercise decides: its median in parts of its own promise."""
    lines = {number: Line(f"exercise {number}", tuple(found), "s") for number, found in seconds.items()}
    worst = max(lines[number].median / PROMISED[number] for number in lines)
    rounds = min(map(len, seconds.values()))
    method = (
        f"seconds by the clock to grade the solution, all offline rows / the 2 s promised for exercises 3 to 8, the "
        f"3 s for 9 to 11, of the exercise that comes closest; medians of {rounds} rounds with a warm fork server"
    )
    return Measured("exercises", worst, method, tuple(lines.values()))


def _seconds(bench: Bench, root: Path, number: int, rounds: int, step: Step) -> list[float]:
    """One round more than is counted: the first starts the fork server."""
    case = read_case(find_course(root).exercise(number))
    target = solution(case, bench.answers(case))
    seconds = []
    for turn in range(rounds + 1):
        step.doing(f"exercise {number}, round {turn} of {rounds}")
        result = bench.grade(case, target)
        if result.score != result.max:
            raise BenchTrouble(f"The solution of exercise {number} has {result.score} of {result.max} points.")
        seconds.append(result.duration_s)
    return seconds[1:]
