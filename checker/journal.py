"""Results that survive a crash: each written whole or not at all, and a journal of what was begun and finished.

A run that was killed goes on where it stopped. What was in flight stands as `not_graded`, never as 0 points.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.errors import CheckerError, Misuse
from checker.result import Result
from checker.state import write_atomically


class Journal:
    """A folder with `journal.jsonl` and one `<exercise>.json` per graded exercise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misuse(
                f"Results cannot be kept in {str(folder)!r}: {error.strerror}.", "name another one with --out"
            ) from None
        self.path = folder / "journal.jsonl"

    def begin(self, key: dict[str, Any]) -> None:
        self._append({"begun": _digest(key), **key})

    def finish(self, key: dict[str, Any], result: Result) -> None:
        """Keep the result first, then say so: a crash between the two repeats the work and loses nothing."""
        text = json.dumps({"key": _digest(key), "result": result.to_dict()}, indent=1, sort_keys=True)
        write_atomically(self.folder / f"{result.exercise}.json", text + "\n")
        self._append({"finished": _digest(key), "exercise": result.exercise, "score": result.score, "max": result.max})

    def finished(self, key: dict[str, Any]) -> Result | None:
        """The kept result of exactly this hand-in, checks, profile and seed."""
        try:
            kept = json.loads((self.folder / f"{key['exercise']}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Result.from_dict(kept["result"]) if kept["key"] == _digest(key) else None

    def in_flight(self) -> list[str]:
        """Exercises that were begun and never finished: not graded."""
        begun: dict[str, str] = {}
        for entry in self._entries():
            if "begun" in entry:
                begun[entry["begun"]] = entry["exercise"]
            begun.pop(entry.get("finished", ""), None)
        return sorted(set(begun.values()))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One grader at a time in a folder. Raises CheckerError when another one is at work."""
        with (self.folder / "lock").open("w") as lock:
            try:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:
                # Windows: one grader at a time is left to the person.
                pass
            except OSError:
                raise CheckerError(
                    f"Another grader is at work in {str(self.folder)!r}.", "wait for it, or use --out"
                ) from None
            yield

    def _entries(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                # The last line of a run that was killed while writing it.
                continue

    def _append(self, entry: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry, sort_keys=True) + "\n")
            journal.flush()
            os.fsync(journal.fileno())


def _digest(key: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
