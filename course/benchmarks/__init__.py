"""Side-by-side measurements against bars: `python -m course bench`, docs/pages/reference/benchmarks.md says how."""

from __future__ import annotations


def main(argv: list[str]) -> int:
    # Here, so that the load generator and the servers, which lie in this package too, start without the rest.
    from course.benchmarks.command import run

    return run(argv)
