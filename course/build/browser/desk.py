"""The Python side of the page of exercise 1. It runs in the reader's browser, beside the checker and an exercise.

Questions and answers are JSON, for the page speaks JavaScript.
"""

from __future__ import annotations

import contextlib
import html
import importlib.util
import io
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from checker.at_once import threads_at_once
from checker.catalog import declared_checks
from checker.collect import STATE_FILE, collect
from checker.course import find_course
from checker.errors import CheckerError, Finding, Verdict
from checker.in_process import InProcessGrader
from checker.reply import Reply
from checker.report import table_html
from checker.result import FINDING, Result
from checker.submission import Submission

# In the order in which `checker hint` shows them.
LAYERS = ("A nudge", "Where to look", "The same, in another service")
LOST = ("not_yet", "partial", "too_slow")
MOST = 4000
ASKED = 100


class Desk:
    """One exercise on the desk: its starter's files, and over them what stands in the page's editor."""

    def __init__(self, root: str, number: str, seed: int) -> None:
        course = find_course(Path(root))
        self.exercise, self.seed = course.exercise(number), seed
        self.grader = InProcessGrader(course)
        self.folder = course.work / self.exercise.slug
        shutil.copytree(self.exercise.starter, self.folder, dirs_exist_ok=True)
        (self.folder / STATE_FILE).write_text(json.dumps({"seed": seed}), encoding="utf-8")

    def ask(self, question: str) -> str:
        """Do what the page asks for, with the files that it sends along."""
        asked: dict[str, Any] = json.loads(question)
        for name, text in asked.pop("files").items():
            (self.folder / name).write_text(text, encoding="utf-8")
        known: dict[str, Callable[..., dict[str, str]]] = {
            "check": self.check, "send": self.send, "traffic": self.traffic,
        }  # fmt: skip
        does = known[asked.pop("do")]
        try:
            return json.dumps(does(**asked))
        except Verdict as lost:
            return json.dumps({"text": _told(lost.finding)})
        except CheckerError as error:
            return json.dumps({"text": f"error: {error}"})

    def check(self, task: int | None = None) -> dict[str, str]:
        """The report of `checker check`, as the table of a notebook."""
        result = self.grader.grade(self.exercise, self.folder, task=task)
        return {"html": table_html(result) + self._hints(result), "said": _summary(result)}

    def _hints(self, result: Result) -> str:
        """What `checker hint` gives, layer by layer, for the first row that is lost: each opens by itself."""
        lost = next((row for row in result.rows if row.verdict in LOST), None)
        if lost is None or not (hints := declared_checks(self.exercise)[lost.id].hints):
            return ""
        layers = zip(LAYERS, hints, strict=True)
        folded = "".join(
            f"<details><summary>{name}</summary><div class='hint'>{html.escape(text.strip())}</div></details>"
            for name, text in layers
        )
        return f"<p><strong>Stuck? Three hints for:</strong> {html.escape(lost.title)}</p>{folded}"

    def send(self, method: str, path: str, body: str = "") -> dict[str, str]:
        """One request to the app as it stands in the editor, its answer, and what the app printed."""
        with self._submission() as submission:
            headers = {"content-type": "application/json"} if body else {}
            reply = submission.http(method, path, body=body.encode(), headers=headers, timeout=60)
            printed = submission.logs().strip()
        return {"text": f"{_shown(reply)}\n\nprinted:\n{printed[-MOST:]}" if printed else _shown(reply)}

    def traffic(self) -> dict[str, str]:
        """What `python traffic.py` shows: the same requests of the same seed, sent to the app within this process."""
        given, said = _module(self.exercise.starter / "traffic.py"), io.StringIO()
        with self._submission() as submission, contextlib.redirect_stdout(said), threads_at_once():
            vars(given)["Service"] = lambda blocks_ms: _Asked(submission)
            given.send_all(self.seed)
        return {"text": said.getvalue()}

    @contextlib.contextmanager
    def _submission(self) -> Iterator[Submission]:
        hand_in = collect(self.exercise, self.folder)
        allowed = self.exercise.service_imports
        submission = Submission(
            self.exercise, hand_in, self.grader.workers, rng=random.Random(), allowed=allowed, resources={}
        )
        try:
            yield submission
        finally:
            submission.close()


class _Asked:
    """Stands for the service that traffic.py would start: the same questions, asked within this process."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission

    def __enter__(self) -> _Asked:
        for _ in range(ASKED):
            if self.ask("GET", "/health/ready")[0] != 503:
                break
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was started."""

    def ask(self, method: str, path: str, body: Any = None, timeout: float = 30.0) -> tuple[int, str]:
        reply = self.submission.http(method, path, json=... if body is None else body, timeout=timeout)
        return reply.status, reply.body.decode("utf-8", "replace")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.stem}_of_the_exercise", path)
    assert spec and spec.loader
    # Its dataclasses look themselves up there.
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _summary(result: Result) -> str:
    """One sentence for who does not see the table: a screen reader speaks it."""
    lost = sum(row.verdict in ("not_yet", "partial", "too_slow", "broken") for row in result.rows)
    open_ones = f"{lost} {'row is' if lost == 1 else 'rows are'} not passed yet" if lost else "no row is lost"
    elsewhere = sum(row.verdict == "could_not_check" for row in result.rows)
    left = f", {elsewhere} could not be checked here" if elsewhere else ""
    return f"{result.score} of {result.max} points, {open_ones}{left}."


def _shown(reply: Reply) -> str:
    """An answer as curl would show it; of a crash the line that it came from."""
    text = reply.body.decode("utf-8", errors="replace")
    if reply.content_type.endswith("json"):
        with contextlib.suppress(ValueError):
            text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    cut = f"{text[:MOST]}\n… {len(text) - MOST} characters more" if len(text) > MOST else text
    head = f"status {reply.status}, {reply.content_type or 'no content type'}"
    return f"{head}\n{reply.error}\n{cut}" if reply.error else f"{head}\n{cut}"


def _told(finding: Finding) -> str:
    """The five parts of a message, one a line."""
    return "\n".join(f"{name:<10}{text}" for name in FINDING if (text := getattr(finding, name)))
