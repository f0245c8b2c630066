"""A worker in a Python of its own, for systems where forking a warmed process is not safe.

The first line of stdin is the Start; questions follow. Answers leave by what was stdout; what the submission prints
goes to the log.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    from checker import worker
    from checker.sandbox.room import SHUT_OFF

    read = os.fdopen(os.dup(0), "rb", buffering=0)
    write = os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    # stderr is the log already.
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    start = json.loads(_line(read))
    os.write(write, SHUT_OFF)
    worker.main(read, write, start, worker.loaded_of_ours())


def _line(stream: object) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = stream.read(1)  # type: ignore[attr-defined]
        if not byte:
            sys.exit(0)
        line += byte
    return line


if __name__ == "__main__":
    main()
