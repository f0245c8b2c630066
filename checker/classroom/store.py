"""Every result of a class by its job's digest, and the journal of what was begun and finished.

A result once kept is never written again: a run that was killed goes on with what is missing, and the result of an
earlier version of a check stays beside the new one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from checker.journal import Journal, digest_of_key
from checker.result import Result
from checker.state import write_atomically


class Store(Journal):
    """A Journal that keeps every result, not only an exercise's last one."""

    def place(self, key: dict[str, Any]) -> Path:
        return self.kept_at(digest_of_key(key))

    def kept_at(self, digest: str) -> Path:
        # In 256 folders: some systems are slow with a hundred thousand files in one.
        return self.folder / "kept" / digest[:2] / f"{digest}.json"

    def kept(self, digest: str) -> Result | None:
        """The result of a job, by its digest alone."""
        try:
            return Result.from_dict(json.loads(self.kept_at(digest).read_text(encoding="utf-8"))["result"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def show(self, result: Result, path: str) -> None:
        """Put a result where the record names it, as Result schema v1. The same text is not written twice."""
        place = self.folder / path
        text = json.dumps(result.to_dict(), indent=1, sort_keys=True) + "\n"
        try:
            if place.read_text(encoding="utf-8") == text:
                return
        except (OSError, UnicodeDecodeError):
            pass
        os.makedirs(place.parent, exist_ok=True)
        write_atomically(place, text)
