"""Runs the service: python -m movie_service."""

import gc
import sys
from collections.abc import Sequence

# As a shell counts a program that Ctrl-C ended.
BY_CTRL_C = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Import and run the server with the garbage collector off until it serves.

    All that starting makes stays, so looking for garbage meanwhile costs an eighth of the start and finds none.
    """
    gc.disable()
    try:
        from movie_service.server import run

        return run(arguments)
    except KeyboardInterrupt:
        # Before it serves; afterwards Ctrl-C is an end like any other.
        return BY_CTRL_C
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
