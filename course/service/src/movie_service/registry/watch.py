"""Keeps the serving process on the champion: looks at one file each second, loads beside the requests, then swaps."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anyio import to_thread

from movie_service.errors import ModelUnavailable, ServiceError
from movie_service.predictor import Predictor, load_predictor
from movie_service.registry.catalog import ALIASES, VERSIONS, Registry
from movie_service.registry.places import Folder

_log = logging.getLogger(__name__)


def champion_of(folder: Path) -> str:
    """The version that the registry in this folder names champion."""
    try:
        champion = Registry(Folder(folder)).aliases()[0].champion
    except ServiceError as error:
        raise ModelUnavailable(str(error)) from None
    if champion is None:
        raise ModelUnavailable(
            f"{folder}: no version is champion. python -m movie_service.registry --at {folder} promote VERSION."
        )
    return champion


def load_champion(folder: Path) -> Predictor:
    """The model of that version."""
    return load_predictor(folder / VERSIONS / champion_of(folder))


class Watcher:
    """Calls `use` with every new champion. One that cannot be loaded changes nothing but a line in the log."""

    def __init__(self, folder: Path, use: Callable[[Predictor], None], serving: str = "") -> None:
        self._folder = folder
        self._use = use
        # The version that answers. What the file said when it was loaded is not known, so the first look counts.
        self._serving = serving
        self._seen: Any = None
        self._loading: asyncio.Task[None] | None = None

    # --8<-- [start:watch]
    def tick(self) -> None:
        """Called every second in the event loop."""
        now = self._look()
        if now == self._seen or (self._loading is not None and not self._loading.done()):
            return
        self._seen = now
        self._loading = asyncio.get_running_loop().create_task(self._swap())

    async def _swap(self) -> None:
        """Load in a thread, while the old model answers; then every request that begins takes the new one."""
        try:
            if champion_of(self._folder) == self._serving:
                return
            predictor = await to_thread.run_sync(load_champion, self._folder)
        except ModelUnavailable as error:
            _log.error("the new champion cannot be used, the model before it goes on answering: %s", error)
            return
        self._use(predictor)
        self._serving = predictor.version
        _log.info("model %s answers from now on", predictor.version)

    # --8<-- [end:watch]

    def _look(self) -> Any:
        try:
            found = os.stat(self._folder / ALIASES)
        except OSError:
            return None
        # A file that is replaced has another inode, also within the resolution of its time.
        return found.st_ino, found.st_mtime_ns, found.st_size
