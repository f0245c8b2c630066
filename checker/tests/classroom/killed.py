"""Kills graders at random moments: `python -m checker.tests.classroom.killed COURSE GIVEN REFERENCE OUT KILLS SEED`.

A process of its own, without threads, that forks a grader, waits a random while, sends it SIGKILL, and lets the next
one go on in the same folder. Results come from the REFERENCE run by their jobs' digests: what is tried here is what is
kept, not what is judged. Each time a grader comes to its end, the folder must be the reference's, and a new one begins.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.classroom.exports import export
from checker.classroom.jobs import Job
from checker.classroom.processes import Event
from checker.classroom.record import read_class
from checker.classroom.run import Options, grade_class
from checker.classroom.store import Store
from checker.course import Course, find_course


def picture(out: Path) -> dict[str, object]:
    """All that a graded class is, without times: the gradebook's bytes, every result, the record."""
    results = {}
    for path in sorted((out / "results").rglob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        results[path.relative_to(out).as_posix()] = table | {"started": "", "duration_s": 0}
    record = read_class(out).without_times().to_dict()
    return {"gradebook": (out / "gradebook.csv").read_text(encoding="utf-8"), "results": results, "record": record}


def grade(course: Course, given: Path, reference: Path, out: Path) -> None:
    known = Store(reference)

    def replayed(root: Path, jobs: Sequence[Job], count: int) -> Iterator[Event]:
        for job in jobs:
            yield Event(job, done=False)
            result = known.kept(job.digest)
            assert result is not None
            yield Event(job, True, result.to_dict())

    export(grade_class(course, Options(given, out, seed=7), execute=replayed), out, ["csv"])


def main(course: Course, given: Path, reference: Path, out: Path, *, kills: int, seed: int) -> dict[str, int]:
    rng, wanted = random.Random(seed), picture(reference)
    began = time.monotonic()
    grade(course, given, reference, out / "0")
    whole = time.monotonic() - began
    found = {"killed": 0, "unfinished": 0, "ended": 0, "different": 0}
    folder = 1
    while found["killed"] < kills:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                grade(course, given, reference, out / str(folder))
                code = 0
            finally:
                os._exit(code)
        time.sleep(rng.uniform(0, whole))
        os.kill(pid, signal.SIGKILL)
        if os.waitpid(pid, 0)[1] == signal.SIGKILL:
            found["killed"] += 1
            found["unfinished"] += _unfinished(out / str(folder))
        else:
            found["ended"] += 1
            found["different"] += picture(out / str(folder)) != wanted
            folder += 1
    grade(course, given, reference, out / str(folder))
    found["different"] += picture(out / str(folder)) != wanted
    return found


def _unfinished(out: Path) -> int:
    """1 when the record says that something is not graded; whatever moment it was, the record can be read."""
    if not (out / "class.json").exists():
        return 0
    cells = [cell for one in read_class(out).submissions for cell in one.cells]
    assert all(cell.says for cell in cells if cell.status == "not_graded")
    return int(any(cell.status == "not_graded" for cell in cells))


if __name__ == "__main__":
    given, reference, out = map(Path, sys.argv[2:5])
    course = find_course(Path(sys.argv[1]))
    print(json.dumps(main(course, given, reference, out, kills=int(sys.argv[5]), seed=int(sys.argv[6]))))
