"""python -m movie_service.tracing.waterfall build/traces.jsonl > traces.html: a page with a bar per span."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import orjson

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1d2433 }
h2 { font-size: 1rem; margin: 2rem 0 .4rem } code { color: #555 }
table { border-collapse: collapse; width: 100% } td { padding: .15rem .4rem; white-space: nowrap }
td.bar { width: 60%; padding: 0 } td.time { text-align: right; font-variant-numeric: tabular-nums }
svg { display: block; width: 100%; height: 1.1rem } rect { fill: #3b6fb6 } tr.root rect { fill: #9db7d9 }
tr.failed rect { fill: #b3402a }
"""

Span = dict[str, Any]


def page(spans: Iterable[Span]) -> str:
    """An HTML page without scripts, the slowest trace first."""
    traces: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        traces[span["trace"]].append(span)
    slowest = sorted(traces.values(), key=lambda one: -_length(one))
    body = "".join(map(_trace, slowest)) or "<p>The file holds no span.</p>"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Traces</title>'
        f"<style>{_STYLE}</style><h1>Traces</h1>{body}</html>\n"
    )


def _trace(spans: list[Span]) -> str:
    begin, length = min(one["start"] for one in spans), _length(spans)
    rows = "".join(_row(span, depth, begin, length) for span, depth in _in_order(spans))
    names = {one["attributes"].get("request.id") for one in spans} - {None}
    about = f"request {escape(', '.join(sorted(names)))}" if names else f"trace {escape(spans[0]['trace'])}"
    return f"<h2>{_ms(length)} <code>{about}</code></h2><table>{rows}</table>"


def _row(span: Span, depth: int, begin: int, length: int) -> str:
    left = (span["start"] - begin) / length * 100
    width = max((span["end"] - span["start"]) / length * 100, 0.2)
    failed = span["attributes"].get("http.response.status_code", 200) >= 400
    kind = "failed" if failed else "root" if depth == 0 else "step"
    indent = f"padding-left:{0.4 + depth * 1.2:.1f}rem"
    bar = f'<svg aria-hidden="true"><rect x="{left:.2f}%" y="20%" width="{width:.2f}%" height="60%"/></svg>'
    return (
        f'<tr class="{kind}"><td style="{indent}">{escape(span["name"])}</td>'
        f'<td class="bar">{bar}</td><td class="time">{_ms(span["end"] - span["start"])}</td></tr>'
    )


def _in_order(spans: list[Span]) -> list[tuple[Span, int]]:
    """Each span after its parent, children by their start; one whose parent is elsewhere is a root."""
    here = {one["span"] for one in spans}
    below: dict[str | None, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda one: one["start"]):
        below[span["parent"] if span["parent"] in here else None].append(span)
    ordered: list[tuple[Span, int]] = []
    waiting = [(one, 0) for one in reversed(below[None])]
    while waiting:
        span, depth = waiting.pop()
        ordered.append((span, depth))
        waiting += [(one, depth + 1) for one in reversed(below[span["span"]])]
    return ordered


def _length(spans: list[Span]) -> int:
    length: int = max(one["end"] for one in spans) - min(one["start"] for one in spans)
    return max(1, length)


def _ms(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.3f} ms"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 with the page on stdout, 2 when the file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m movie_service.tracing.waterfall", description=__doc__)
    parser.add_argument("file", type=Path, help="the service's MOVIE_SERVICE_TRACE_FILE")
    options = parser.parse_args(arguments)
    try:
        lines = options.file.read_bytes().splitlines()
    except OSError as error:
        print(
            f"error: {str(options.file)!r} cannot be read ({error.strerror}).\n"
            "try: MOVIE_SERVICE_TRACING=file python -m movie_service, and a few requests",
            file=sys.stderr,
        )
        return 2
    sys.stdout.write(page(orjson.loads(line) for line in lines if line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
