"""What is remembered of one exercise in work/, in one file there: seed, tries, hints, help, predictions, times."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from checker.collect import STATE_FILE
from checker.exercise import Exercise
from checker.result import FINDING, Result

HONEST_TRIES = 3
MENDED = {"verdict": "kept", **dict.fromkeys(FINDING, "")}


@dataclass
class State:
    """Kept in the trainee's folder and travels with the hand-in. `folder` is not part of the file."""

    folder: Path
    seed: int = 1
    tries: dict[str, list[str]] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    helped: dict[str, str] = field(default_factory=dict)
    predictions: dict[str, str] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)
    # Of each check the files that were judged: their names and digests.
    judged: dict[str, dict[str, str]] = field(default_factory=dict)
    last: dict[str, Any] = field(default_factory=dict)

    def save(self) -> None:
        table = {key: value for key, value in asdict(self).items() if key != "folder"}
        write_atomically(self.folder / STATE_FILE, json.dumps(table, indent=1, sort_keys=True) + "\n")

    def remember(self, result: Result, stood_on: Collection[str] = ()) -> None:
        """Record a run: an honest try is a new digest with which a check was lost.

        `stood_on` are the checks that were passed on the way to its rows, which a run of one task leaves out.
        """
        digest = result.submission["sha256"]
        self.recent = [row.id for row in result.rows if not row.good and row.verdict != "waits_for"]
        for row in result.rows:
            if row.good:
                self.hints.pop(row.id, None)
            elif row.verdict in ("not_yet", "too_slow", "partial", "broken"):
                digests = self.tries.setdefault(row.id, [])
                if digest not in digests:
                    digests.append(digest)
        self.last = self._merged(result, stood_on)
        self.judged |= {row.id: result.submission["files"] for row in result.rows}
        self._note_times()
        self.save()

    def _merged(self, result: Result, stood_on: Collection[str]) -> dict[str, Any]:
        """The last verdict of every check, also when this run judged one task alone."""
        table = result.to_dict()
        same_checks = self.last.get("checks_sha256") == result.checks_sha256
        earlier = self.last["rows"] if same_checks else []
        mended = {row["id"]: MENDED for row in earlier if row["id"] in stood_on and row["verdict"] == "broken"}
        rows = {row["id"]: row | mended.get(row["id"], {}) for row in earlier}
        rows |= {row["id"]: row for row in table["rows"]}
        earned = sum(row["earned"] for row in rows.values())
        return table | {"rows": list(rows.values()), "score": earned, "max": sum(row["max"] for row in rows.values())}

    def _note_times(self) -> None:
        """When the first check was, and when each task was first whole (seconds since the epoch)."""
        now = time.time()
        self.times.setdefault("first", now)
        for task in {row["task"] for row in self.last["rows"]}:
            if all(row["verdict"] in ("passed", "kept") for row in self.last["rows"] if row["task"] == task):
                self.times.setdefault(str(task), now)

    def minutes(self) -> dict[str, float]:
        """Minutes per task that is whole: since the task that was whole before it, or since the first check."""
        ended = sorted((when, name) for name, when in self.times.items())
        return {name: (when - before) / 60 for (before, _), (when, name) in pairwise(ended)}

    def changed_since(self, check_id: str, digests: dict[str, str]) -> list[str]:
        """The files that are others by now than when a check was last judged; none when it never was."""
        then = self.judged.get(check_id, digests)
        return sorted(name for name in then.keys() | digests.keys() if then.get(name) != digests.get(name))

    def honest_tries(self, check_ids: list[str]) -> int:
        """The most tries that any of these checks has had."""
        return max((len(self.tries.get(check_id, ())) for check_id in check_ids), default=0)


def load_state(folder: Path) -> State:
    """The state of a folder in work/; a new one when there is none or it cannot be read.

    A new one has seed 1, which is what a check and the given scripts take where no state is: whoever began in such a
    folder read numbers of this seed. `checker start` draws one where nobody has begun.
    """
    path = folder / STATE_FILE
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        known = {key: value for key, value in table.items() if key in State.__dataclass_fields__ and key != "folder"}
        return State(folder, **known)
    except (OSError, ValueError, TypeError, AttributeError):
        if path.exists():
            # Kept for the trainee: it may hold predictions that can be read by eye.
            path.replace(path.with_suffix(".unreadable"))
        return State(folder)


def draw_seed() -> int:
    """A seed of a trainee's own."""
    return 1 + secrets.randbelow(99_999)


def begun(exercise: Exercise, folder: Path, last: dict[str, Any]) -> bool:
    """Whether it was checked once, or a file that is handed in is another one than was given.

    Files of an earlier exercise do not count. `last` is the last result of the folder's state.
    """
    if last:
        return True
    taken = {one.name for one in exercise.whole if one.exercise}
    for name in set(exercise.hand_in) - taken:
        own, given = folder / name, exercise.starter / name
        if own.is_file() and not (given.is_file() and given.read_bytes() == own.read_bytes()):
            return True
    return False


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def broken_guards(last: dict[str, Any], among: list[str] | None = None) -> list[dict[str, Any]]:
    """Rows of what worked in the starter and does no longer, by the last verdict of each. It costs no point.

    `among` are ids: a run of one task leaves out the guards that it found kept, so that only those of the run itself
    are known to be broken still.
    """
    return [
        row
        for row in last.get("rows", ())
        if row.get("verdict") == "broken" and (among is None or row.get("id") in among)
    ]
