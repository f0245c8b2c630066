"""Lets a second model answer the same requests, for nobody to see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

# --8<-- [start:shadow]


class Shadow:
    """Answers with the champion. The challenger answers afterwards, and only its difference is kept."""

    def __init__(self, champion: Ask, challenger: Ask, note: Callable[[float], None], *, most: int = 100) -> None:
        self.champion, self.challenger, self.note, self.most = champion, challenger, note, most
        self.failed = self.skipped = 0
        self.behind: set[asyncio.Task[None]] = set()

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The champion's answer, and its errors. Whatever the challenger does, the user does not feel."""
        answer = await self.champion(request)
        if len(self.behind) < self.most:
            task = asyncio.create_task(self._compare(request, answer))
            self.behind.add(task)
            task.add_done_callback(self.behind.discard)
        else:
            # A slow challenger costs comparisons, not memory.
            self.skipped += 1
        return answer

    async def _compare(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        try:
            other = await self.challenger(request)
        except Exception:
            self.failed += 1
        else:
            self.note(other["prediction"] - answer["prediction"])


# --8<-- [end:shadow]
