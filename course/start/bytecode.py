"""Compiles ahead of time what exercises import: workers judge in a sandbox that keeps nothing they compile.

Packages that only the course's own tests import are compiled as they are used, and tests of packages never.
"""

from __future__ import annotations

import compileall
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import PackageNotFoundError, files
from multiprocessing import get_context
from pathlib import Path

TESTS = {"test", "tests"}
CHUNK = 100


def locked_names(lock: Path) -> list[str]:
    """The packages of a lock file."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line.split("==")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))]


def modules(lock: Path) -> Iterator[str]:
    """The Python files that the installed packages of a lock file brought, without their tests."""
    for name in locked_names(lock):
        try:
            found = files(name) or []
        except PackageNotFoundError:  # for another system
            continue
        yield from (str(one.locate()) for one in found if one.suffix == ".py" and not TESTS.intersection(one.parts))


def main(lock: Path) -> None:
    """Compile them, and say every now and then how far it is."""
    paths = list(modules(lock))
    # A file of another version of Python is no fault: nobody imports it here.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        done = pool.map(partial(compileall.compile_file, quiet=2), paths, chunksize=CHUNK)
        for number, _ in enumerate(done, 1):
            if number % CHUNK == 0:
                print(f"{number:,} of {len(paths):,}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
