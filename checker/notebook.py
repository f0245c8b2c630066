"""What a notebook of the course calls. Nothing of a trainee's runs in the kernel; nothing is written to stderr.

Every helper prints the command that does the same in a terminal. A helper reports what is wrong instead of raising,
so that a notebook runs from top to bottom on any state of the work.
"""

from __future__ import annotations

import atexit
import html
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from checker import recorded
from checker.course import Course, find_course
from checker.errors import CheckerError
from checker.kube.table import rollout
from checker.markup import framed
from checker.recorded import RecordedRun, Recording
from checker.report import as_html, as_text
from checker.result import Result
from checker.service_process import Service, request, start, stop_everything, traffic
from checker.shell import sh
from checker.shown import shown
from checker.ticket import entry, predict

__all__ = [
    "Service", "check", "entry", "predict", "progress", "quiz", "replay", "request", "rollout", "score", "sh", "start",
    "stop_everything", "traffic",
]  # fmt: skip


class Report:
    """A result that shows itself: HTML in a notebook, text elsewhere."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def __repr__(self) -> str:
        return as_text(self.result)

    def _repr_html_(self) -> str:
        return as_html(self.result)


@shown
def check(exercise: str | int, task: int | None = None, *, live: bool = False) -> Report:
    """Judge the files of an exercise, or of one task, as `checker check` does; `live` asks real engines too."""
    return _asked({"exercise": str(exercise), "task": task, "folder": str(_folder(exercise)), "live": live})


def score(exercise: str | int, task: int) -> float:
    """The points of one task: what the graded cell of nbgrader's copy ends with. Prints the rows to stdout."""
    try:
        report = _asked({"exercise": str(exercise), "task": task, "folder": str(Path.cwd()), "seed": 1})
    except CheckerError as error:
        print(f"error: {error}")
        return 0.0
    print(repr(report))
    return float(sum(row.earned for row in report.result.rows if row.task == task))


def progress() -> Any:
    """A table of all exercises and the final project: points so far and what is next."""
    from checker.verbs.status import progress as rows

    return _Table(rows(find_course()))


@shown
def replay(exercise: str | int, case: str | None = None, of: str | None = None) -> Any:
    """A recorded run, as `checker replay` shows it: for machines without the engine."""
    from checker.verbs.replay import replayed

    course = find_course()
    return _Replay(*replayed(course, course.exercise(exercise), case, of))


class _Replay:
    def __init__(self, recording: Recording, run: RecordedRun) -> None:
        self.recording, self.run = recording, run

    def __repr__(self) -> str:
        return recorded.as_text(self.recording, self.run)

    def _repr_html_(self) -> str:
        return recorded.as_html(self.recording, self.run)


class _Table:
    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return "\n".join(f"{row['number']}  {row['title']:<28}{row['state']}" for row in self.rows)

    def _repr_html_(self) -> str:
        head = '<thead><tr><th scope="col">Exercise</th><th scope="col">So far</th></tr></thead>'
        return framed(f'<table class="narrow">{head}<tbody>{"".join(map(_cells, self.rows))}</tbody></table>')


def _cells(row: dict[str, Any]) -> str:
    title = f"{int(row['number'])} {html.escape(row['title'])}"
    # What was not started has no folder to lead to.
    link = f'<a href="{row["slug"]}/{row["page"]}">{title}</a>' if row["started"] else title
    bar = f'<progress value="{row["score"]}" max="{row["max"] or 1}" aria-hidden="true"></progress>'
    return f"<tr><td>{link}</td><td>{bar}{html.escape(row['state'])}</td></tr>"


def _folder(exercise: str | int) -> Path:
    """The current folder when it is this exercise's, else the one in work/."""
    course = find_course()
    slug = course.exercise(exercise).slug
    return Path.cwd() if Path.cwd().name == slug else course.work / slug


def _asked(question: dict[str, Any]) -> Report:
    answer = _judge().ask(question)
    if "error" in answer:
        raise CheckerError(answer["error"], answer["try"])
    return Report(Result.from_dict(answer["result"]))


class _Judge:
    """A checking process that stays warm between cells and never shares a process with the kernel."""

    def __init__(self, course: Course) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "checker.judge"],
            cwd=course.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        atexit.register(self.close)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise CheckerError("The checking process ended.", "checker doctor")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        if self.process.poll() is None:
            assert self.process.stdin
            self.process.stdin.close()
            self.process.wait(10)


_JUDGES: list[_Judge] = []


def _judge() -> _Judge:
    if not _JUDGES or _JUDGES[0].process.poll() is not None:
        _JUDGES[:] = [_Judge(find_course())]
    return _JUDGES[0]


@shown
def quiz(what: str | float, choice: str = "", *, answer: bool = False) -> Any:
    """A topic's questions, or one with your choice: `quiz("4.3", "b")`, as `checker quiz` does."""
    from checker.quiz import Quiz
    from checker.quiz_cell import QuizCell

    course_quiz = Quiz(find_course())
    series = course_quiz.series(str(what))
    if choice and len(series.items) == 1:
        course_quiz.choose(series, series.items[0], choice)
    return QuizCell(course_quiz, series, answer=answer)
