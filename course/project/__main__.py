"""`python -m course.project incident 1 | mark`: what belongs to the final project beside its checks."""

from __future__ import annotations

import sys

from course.project.command import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
