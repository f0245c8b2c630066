"""A process that judges jobs, with a warm Grader: a job per line on stdin, a result per line on stdout.

It ends when its stdin does, with its fork servers; whoever kills the grader leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from checker.errors import CheckerError
from checker.grade import Grader
from checker.sandbox import grading


def main() -> None:
    """With the folder of its temporary files named, that goes too: the grader may be gone by then."""
    try:
        _answer()
    finally:
        if len(sys.argv) > 2:
            shutil.rmtree(sys.argv[2], ignore_errors=True)
            with contextlib.suppress(OSError):
                # The last one of a grader that was killed takes the folder of all of them.
                Path(sys.argv[2]).parent.rmdir()


def _answer() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever else prints must not come between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    last = ""
    # The verb has asked whether that is enough.
    with Grader(Path(sys.argv[1]), isolation=grading()) as grader:
        for line in sys.stdin:
            job = json.loads(line)
            if last not in ("", job["exercise"]):
                # Jobs come by exercise: what the one before kept warm would only hold memory.
                grader.close()
            last = job["exercise"]
            try:
                answers.write(json.dumps(judged(grader, job)) + "\n")
                answers.flush()
            except BrokenPipeError:
                # The grader was killed: nobody waits for this result.
                os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
                return


def judged(grader: Grader, job: dict[str, Any]) -> dict[str, Any]:
    """The result, or one sentence on why there is none."""
    try:
        result = grader.grade(job["exercise"], job["folder"], seed=job["seed"], profile=job["profile"] or None)
    except CheckerError as error:
        return {"error": str(error)}
    except Exception as error:
        # Ours, not the trainee's: one job less, and the class goes on.
        return {"error": f"The checker failed on it ({type(error).__name__}: {error})."}
    return {"result": result.to_dict()}


if __name__ == "__main__":
    main()
