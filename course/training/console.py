"""What the commands of this package print: steps with their time, and errors in two lines."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from course.training.errors import TrainingError

MISUSE, COULD_NOT = 2, 3


class Parser(argparse.ArgumentParser):
    """An argument parser that explains misuse in the two lines of all our commands."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message}.", f"{self.prog} --help")
        raise SystemExit(MISUSE)


def complain(problem: str, remedy: str) -> None:
    print(f"error: {problem}\ntry: {remedy}", file=sys.stderr)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print the title when the work begins, and the seconds it took when it is done."""
    print(f"  {title:<34}", end="", flush=True)
    start = time.perf_counter()
    try:
        yield
    except BaseException:
        print()
        raise
    print(f"{time.perf_counter() - start:6.1f} s", flush=True)


def guarded(work: Callable[[], None]) -> int:
    """Run a command's work and turn what stops it into an exit status and a message."""
    try:
        work()
    except TrainingError as error:
        complain(error.problem, error.remedy)
        return MISUSE
    except OSError as error:
        complain(
            f"{error.filename or 'the folder'}: {error.strerror or error}.",
            "look at free space and permissions, or choose another folder with --out",
        )
        return COULD_NOT
    return 0
