"""The shared cache as a process of its own, which can be killed and come back at the same address."""

from __future__ import annotations

import asyncio
import os
import sys

from course.project.incidents import cache_server
from course.project.platform import leash


class StandInCache:
    """Starts, kills and starts again the stand-in of Redis."""

    def __init__(self) -> None:
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; what it remembered before is gone."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(leash.__file__), str(os.getpid())),
            *(sys.executable, "-I", str(cache_server.__file__), str(self.port)),
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.port = int(await self._process.stdout.readline())

    async def stop(self) -> None:
        """Kill it, as when its machine goes."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            self._process = None
