"""The checking process behind a notebook: questions as JSON lines on stdin, results on stdout, warm in between."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from checker.catalog import stood_on
from checker.collect import STATE_FILE
from checker.errors import CheckerError
from checker.grade import Grader
from checker.room import tell
from checker.state import load_state


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever else prints must not come between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with Grader() as grader:
        for line in sys.stdin:
            answers.write(json.dumps(answer(grader, json.loads(line))) + "\n")
            answers.flush()


def answer(grader: Grader, question: dict[str, Any]) -> dict[str, Any]:
    folder = Path(question["folder"])
    try:
        result = grader.grade(
            question["exercise"], folder, task=question["task"], seed=question.get("seed"),
            live=question.get("live", False),
        )  # fmt: skip
    except CheckerError as error:
        return {"error": str(error), "try": error.next_step}
    if (folder / STATE_FILE).exists():
        state = load_state(folder)
        state.remember(result, stood_on(grader.course.exercise(question["exercise"]), result.rows))
        tell(grader.course, state)
    return {"result": result.to_dict()}


if __name__ == "__main__":
    main()
