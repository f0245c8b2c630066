"""Trusted neighbours of a worker: servers on loopback that an exercise names under `services`.

A grader starts each once, on first use, and hands their addresses to workers by environment. What happened there is
read on the trusted side and never asked of a worker.
"""

from __future__ import annotations

from typing import Any

KNOWN = ("s3",)


class Services:
    """The services of one grader, started when an exercise first needs them."""

    def __init__(self) -> None:
        self._running: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """The running service of this name."""
        if name not in self._running:
            # Only here: what serves S3 takes a third of a second to import.
            from checker.services.cloud import Cloud

            self._running[name] = Cloud()
        return self._running[name]

    def close(self) -> None:
        for service in self._running.values():
            service.close()
        self._running.clear()
