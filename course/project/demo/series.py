"""The run as lines over time: from what clients saw, and from what the monitoring had stored."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence

from course.project.clients import Seen
from course.project.demo.plots import Chart, Line, Points
from course.project.monitoring.quality import Verdict
from course.project.system import System

_STEP = 1.0
# A second with fewer answers has no percentile worth drawing.
_FEW = 5
_TO_MS = 1000.0
AUC_ALERT, PSI_ALERT = 0.7, 0.25


def charts(system: System, verdicts: Sequence[tuple[float, Verdict]], end: float) -> list[Chart]:
    """All charts of the report, over the seconds from the start to the end."""
    stored = Stored(system, end)
    last = _canary(system, verdicts, end) if verdicts else _drift(stored, end)
    return [*_of_clients(system, end), _replicas(stored, end), _quality(stored, end), last]


def _of_clients(system: System, end: float) -> list[Chart]:
    seconds = _by_second(system)
    right = Line("right answers", "a", _counted(seconds, end, lambda one: one.status == 200))
    errors = Line("errors", "b", _counted(seconds, end, lambda one: one.status != 200))
    most, half = (_percentile(seconds, end, share) for share in (0.95, 0.5))
    versions = [
        Line(version, kind, _counted(seconds, end, _of(version)))
        for version, kind in zip(_versions(system), "abcd", strict=False)
    ]
    return [
        Chart(
            "Answers per second",
            "Errors show below, if there are any; the rate stays what the users ask for.",
            "/s",
            [right, errors],
            end,
        ),
        Chart(
            "Time to an answer",
            "As a client sees it, the balancer included.",
            "ms",
            [Line("95 % within", "a", most), Line("half within", "c", half)],
            end,
        ),
        Chart("Who answers", "The canary comes and goes while the champion answers the rest.", "/s", versions, end),
    ]


def _replicas(stored: Stored, end: float) -> Chart:
    return Chart(
        "Replicas that are ready",
        "One is killed and replaced; an update starts one more before it ends one; the canary is one more too.",
        "",
        [Line("ready", "a", stored.line('sum(supervisor_replicas{state="ready"})'))],
        end,
        top=4.0,
    )


def _quality(stored: Stored, end: float) -> Chart:
    return Chart(
        "Quality on the newest labels",
        "AUC of up to 400 answers whose label has come; chance is 0.5. Labels come late, so this does too.",
        "AUC",
        [Line("AUC", "a", stored.line("model_window_auc and model_window_labels >= 100"))],
        end,
        top=1.0,
        bottom=0.4,
        limit=(AUC_ALERT, "alert below 0.70"),
    )


def _canary(system: System, verdicts: Sequence[tuple[float, Verdict]], end: float) -> Chart:
    return Chart(
        "Canary against champion",
        "Log loss on each one's own labels, as they come; lower is better. The first ones say little.",
        "loss",
        [
            Line("canary", "b", [(system.at(at), one.canary) for at, one in verdicts]),
            Line("champion", "a", [(system.at(at), one.stable) for at, one in verdicts]),
        ],
        end,
    )


def _drift(stored: Stored, end: float) -> Chart:
    return Chart(
        "Drift of the inputs",
        "Stability index of the feature that moved most; over 0.25 it has moved.",
        "PSI",
        [Line("most moved", "a", stored.line("max(model_feature_psi)"))],
        end,
        limit=(PSI_ALERT, "alert above 0.25"),
    )


class Stored:
    """Asks the stored series second by second."""

    def __init__(self, system: System, end: float) -> None:
        self._system, self._end = system, end

    def line(self, query: str) -> Points:
        return [(at, self._at(query, at)) for at in _steps(self._end)]

    def _at(self, query: str, at: float) -> float | None:
        found = self._system.alerts.query(query, int(at * 1000))
        value = found[0].value if found else None
        return None if value is None or math.isnan(value) else value


def _by_second(system: System) -> dict[int, list[Seen]]:
    found: dict[int, list[Seen]] = defaultdict(list)
    for one in system.clients.seen:
        found[int(system.at(one.at))].append(one)
    return found


def _counted(seconds: dict[int, list[Seen]], end: float, counts: Callable[[Seen], bool]) -> Points:
    # The first and the last second are not whole.
    whole = [at for at in range(int(end)) if at in seconds][1:-1]
    return [(at + _STEP / 2, float(sum(map(counts, seconds[at])))) for at in whole]


def _of(version: str) -> Callable[[Seen], bool]:
    return lambda one: one.version == version


def _percentile(seconds: dict[int, list[Seen]], end: float, share: float) -> Points:
    points: list[tuple[float, float | None]] = []
    for at in range(int(end)):
        times = sorted(one.seconds for one in seconds.get(at, ()) if one.status)
        value = times[int(share * (len(times) - 1))] * _TO_MS if len(times) >= _FEW else None
        points.append((at + _STEP / 2, value))
    return points


def _versions(system: System) -> list[str]:
    """In the order in which they first answered."""
    return list(dict.fromkeys(one.version for one in system.clients.seen if one.version))


def _steps(end: float) -> list[float]:
    return [number * _STEP for number in range(1, int(end / _STEP) + 1)]
