"""The registry behind the folder, for the admin's routes: a process of its own asks it.

What reaches a bucket or MLflow takes seconds and a hundred megabytes to import. The serving process does without it.
"""

import json
import subprocess
import sys
from typing import Any, Final

from anyio import CapacityLimiter, to_thread

from movie_service.errors import SettingsError
from movie_service.registry.catalog import RegistryError
from movie_service.settings import Settings

_SECONDS: Final = 120


class Remote:
    """Asks one thing after the other."""

    def __init__(self, settings: Settings) -> None:
        if not settings.registry_dir:
            raise SettingsError(
                f"MOVIE_SERVICE_REGISTRY_URL is {settings.registry_url!r}, but no folder follows that registry.",
                "set MOVIE_SERVICE_REGISTRY_DIR to a folder that `python -m movie_service.registry … pull` fills",
            )
        python = settings.registry_python or sys.executable
        words = ["--at", settings.registry_url, "--then-pull", str(settings.registry_path), "--json"]
        self._command = [python, "-m", "movie_service.registry", *words]
        self._url = settings.registry_url
        self._one = CapacityLimiter(1)

    async def ask(self, *words: str) -> dict[str, Any]:
        """What the registry holds after this verb; RegistryError when it says no."""
        return await to_thread.run_sync(self._ask, words, limiter=self._one)

    def _ask(self, words: tuple[str, ...]) -> dict[str, Any]:
        try:
            done = subprocess.run(
                [*self._command, *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RegistryError(f"{self._url} did not answer within {_SECONDS} s.") from None
        except OSError as error:
            raise RegistryError(f"{self._command[0]!r} cannot be started ({error.strerror}).") from None
        if done.returncode == 0:
            # The last line: a library may have had something to say before.
            return dict(json.loads(done.stdout.splitlines()[-1]))
        lines = done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"]
        said = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
        raise RegistryError(said[-1] if said else f"{self._command[0]!r} cannot ask the registry: {lines[-1]}.")
