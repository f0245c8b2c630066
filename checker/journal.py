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
        # Not forced to the disk: what is lost of it by a power cut is a notice, never a result.
        self._append({"begun": digest_of_key(key), **key}, forced=False)

    def finish(self, key: dict[str, Any], result: Result) -> None:
        """Keep the result first, then say so: a crash between the two repeats the work and loses nothing."""
        text = json.dumps({"key": digest_of_key(key), "result": result.to_dict()}, indent=1, sort_keys=True)
        place = self.place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, text + "\n")
        self._append(
            {"finished": digest_of_key(key), "exercise": result.exercise, "score": result.score, "max": result.max}
        )

    def finished(self, key: dict[str, Any]) -> Result | None:
        """The kept result of exactly this hand-in, checks, profile and seed."""
        try:
            kept = json.loads(self.place(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Result.from_dict(kept["result"]) if kept["key"] == digest_of_key(key) else None

    def place(self, key: dict[str, Any]) -> Path:
        """Where the result is kept: one per exercise, the last one."""
        return self.folder / f"{key['exercise']}.json"

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
        try:
            lock = (self.folder / "lock").open("w")
        except OSError as error:
            raise Misuse(
                f"Results cannot be kept in {str(self.folder)!r}: {error.strerror}.", "name another one with --out"
            ) from None
        with lock:
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

    def _append(self, entry: dict[str, Any], *, forced: bool = True) -> None:
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry, sort_keys=True) + "\n")
            journal.flush()
            if forced:
                os.fsync(journal.fileno())


def digest_of_key(key: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
