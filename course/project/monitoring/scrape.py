"""Reads /metrics of every target into memory, as Prometheus does each scrape interval."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from checker.promql import Database, Labels, labels_of
from course.project.platform.http1 import Refused, ask

SCRAPE_SECONDS = 2.0


@dataclass(frozen=True)
class Target:
    """Whom to ask; job and instance become labels."""

    job: str
    instance: str
    port: int


class Scraper:
    """Fills a database. A target that is gone ends its series, so that no rule goes on with an old value."""

    def __init__(self, targets: Callable[[], Iterable[Target]], database: Database) -> None:
        self._targets = targets
        self.database = database
        self.scrapes = 0
        self._seen: dict[Target, set[Labels]] = {}

    async def scrape(self, time: int) -> None:
        """Ask all targets once; `time` in milliseconds."""
        targets = list(self._targets())
        texts = await asyncio.gather(*(_text(target) for target in targets))
        for gone in self._seen.keys() - set(targets):
            self._end(self._seen.pop(gone), time)
        for target, text in zip(targets, texts, strict=True):
            now = self._store(target, text, time)
            self._end(self._seen.get(target, set()) - now, time)
            self._seen[target] = now
        self.scrapes += 1

    def _store(self, target: Target, text: str | None, time: int) -> set[Labels]:
        own = {"job": target.job, "instance": target.instance}
        up = labels_of(own, "up")
        self.database.add(up, time, 0.0 if text is None else 1.0)
        found = {up}
        for family in text_string_to_metric_families(text or ""):
            for sample in family.samples:
                labels = labels_of({**sample.labels, **own}, sample.name)
                if labels not in found:
                    found.add(labels)
                    self.database.add(labels, time, float(sample.value))
        return found

    def _end(self, labels: Iterable[Labels], time: int) -> None:
        for one in labels:
            self.database.add(one, time, None)


async def _text(target: Target) -> str | None:
    try:
        answer = await ask(target.port, "GET", "/metrics", seconds=SCRAPE_SECONDS)
    except (OSError, TimeoutError, Refused, asyncio.IncompleteReadError):
        return None
    return answer.body.decode("utf-8") if answer.status == 200 else None
