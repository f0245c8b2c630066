"""Reads the prediction log while it is written: what was answered, and what came back about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True)
class Answered:
    """A record of an answer; `features` by name, where the model tells them."""

    number: str
    version: str
    score: float
    features: dict[str, float | None]


class PredictionLog:
    """Follows the segments of a folder. It reads only: shipping them is the uploader's work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: list[Answered] = []
        self.labels: dict[str, int] = {}
        self._read: Counter[str] = Counter()
        self._names: dict[tuple[str, str], list[str]] = {}

    def follow(self) -> None:
        """Take in what was written since the last time."""
        for path in sorted(self.folder.glob("*-*-*.*")):
            if path.suffix in (".open", ".ready"):
                for record in self._new(path):
                    self._take(path.stem, record)

    def count(self) -> Counter[str]:
        """How often each answer stands in the log."""
        return Counter(one.number for one in self.answers)

    def _new(self, path: Path) -> Iterator[dict[str, Any]]:
        try:
            with path.open("rb") as file:
                # By its stem: closing a segment changes its suffix.
                file.seek(self._read[path.stem])
                content = file.read()
        except FileNotFoundError:
            return
        whole = content[: content.rfind(b"\n") + 1]
        self._read[path.stem] += len(whole)
        yield from map(orjson.loads, whole.splitlines())

    def _take(self, segment: str, record: dict[str, Any]) -> None:
        if record["kind"] == "model":
            self._names[segment, record["model_version"]] = record["features"]
        elif record["kind"] == "feedback" and "label" in record:
            self.labels[record["request_id"]] = record["label"]
        elif record["kind"] == "prediction":
            version = record["model_version"]
            names = self._names.get((segment, version), [])
            features = dict(zip(names, record["features"] or (), strict=False))
            self.answers.append(Answered(record["request_id"], version, record["prediction"], features))
