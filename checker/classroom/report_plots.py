"""The plots of a class report as inline SVG. Each repeats numbers that stand in words or in a table beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checker.classroom.report_data import TaskTime
from checker.classroom.shown import in_words, safe

# Verdicts as parts of a bar, in this order.
PARTS = (
    ("s-good", ("passed", "kept")), ("s-partial", ("partial",)), ("s-lost", ("not_yet", "too_slow", "broken")),
    ("s-waits", ("waits_for",)), ("s-unknown", ("could_not_check",)),
)  # fmt: skip


def stack(verdicts: Mapping[str, int]) -> str:
    """A bar of one check's verdicts; hidden from screen readers, which read the numbers beside it."""
    total = sum(verdicts.values()) or 1
    bars, left = "", 0.0
    for name, members in PARTS:
        width = 100 * sum(verdicts.get(verdict, 0) for verdict in members) / total
        bars += f'<rect class="{name}" x="{left:.2f}" width="{width:.2f}" height="10"/>' if width else ""
        left += width
    return f'<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>'


def histogram(shares: Sequence[float]) -> str:
    """How many trainees have which share of the points, in ten steps."""
    bins = [0] * 10
    for share in shares:
        bins[min(9, int(share * 10))] += 1
    most = max(bins) or 1
    said = ", ".join(f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(bins) if count)
    bars = "".join(_column(number, count, most) for number, count in enumerate(bins))
    ticks = "".join(
        f'<text class="faint" x="{40 + 60 * i}" y="178" text-anchor="middle">{10 * i}</text>' for i in range(11)
    )
    return (
        '<svg viewBox="0 0 680 200" role="img" aria-labelledby="spread-title">'
        f'<title id="spread-title">Trainees by share of the points. {said}.</title>'
        f'<line class="axis" x1="40" x2="640" y1="162" y2="162"/>{bars}{ticks}'
        '<text class="faint" x="340" y="196" text-anchor="middle">share of the points, in %</text></svg>'
    )


def _column(number: int, count: int, most: int) -> str:
    if not count:
        return ""
    height, left = 130 * count / most, 40 + 60 * number
    return (
        f'<rect class="bar" x="{left + 4}" y="{162 - height:.1f}" width="52" height="{height:.1f}" rx="2"/>'
        f'<text x="{left + 30}" y="{156 - height:.1f}" text-anchor="middle">{count}</text>'
    )


def time_ranges(found: Sequence[TaskTime], planned: Mapping[str, int]) -> str:
    """Per task a line from the median to where the slowest quarter begins, and a mark where the plan is."""
    longest = max([*(one.slowest_quarter for one in found), *(planned.get(one.task, 0) for one in found), 1.0])
    rows = "".join(_range(number, one, planned.get(one.task), longest) for number, one in enumerate(found))
    height = 24 * len(found) + 40
    step = next(size for size in (1, 2, 5, 10, 20, 30, 60, 120, 240, 600, 10**6) if longest / size <= 10)
    ticks = "".join(
        f'<line class="axis" x1="{_x(at, longest):.1f}" x2="{_x(at, longest):.1f}" y1="0" y2="{height - 36}"/>'
        f'<text class="faint" x="{_x(at, longest):.1f}" y="{height - 20}" text-anchor="middle">{at}</text>'
        for at in range(0, int(longest) + 1, step)
    )
    return (
        f'<svg viewBox="0 0 720 {height}" role="img" aria-labelledby="times-title">'
        f'<title id="times-title">Minutes per task for {in_words(len(found), "task")}; the table below has the numbers.'
        f'</title>{ticks}{rows}<text class="faint" x="390" y="{height - 4}" text-anchor="middle">minutes</text></svg>'
    )


def _x(minutes: float, longest: float) -> float:
    return 60 + 640 * minutes / longest


def _range(number: int, one: TaskTime, plan: int | None, longest: float) -> str:
    y, left, right = 14 + 24 * number, _x(one.middle, longest), _x(one.slowest_quarter, longest)
    mark = (
        f'<line class="plan" x1="{_x(plan, longest):.1f}" x2="{_x(plan, longest):.1f}" y1="{y - 9}" y2="{y + 9}"/>'
        if plan
        else ""
    )
    return (
        f'<text x="50" y="{y + 4}" text-anchor="end">{safe(one.task, 12)}</text>'
        f'<line class="range" x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle class="dot" cx="{left:.1f}" cy="{y}" r="5"/>{mark}'
    )
