"""Packages that come from npm: fetched by npm itself, from wherever this machine's npm fetches."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


class NotToBeHad(Exception):
    """A part from elsewhere is missing; the message says which, and how one gets it."""


def packed(name: str, version: str, folder: Path) -> Path:
    """The archive of a package in an existing folder. Raises NotToBeHad."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotToBeHad(
            f"{name} {version} is fetched by npm, which is not on the PATH. On Debian: apt-get install npm"
        )
    try:
        argv = [npm, "pack", f"{name}@{version}", "--silent"]
        subprocess.run(argv, cwd=folder, check=True, capture_output=True, timeout=300)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotToBeHad(f"npm could not fetch {name} {version}: {error}.") from None
    return folder / f"{name}-{version}.tgz"
