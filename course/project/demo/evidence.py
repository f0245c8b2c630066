"""The plots of an incident: two of each pair that parts one cause from another."""

from __future__ import annotations

from course.project.demo.plots import Chart, Line
from course.project.demo.series import Stored
from course.project.monitoring.quality import LEAST
from course.project.system import System

P95 = "histogram_quantile(0.95, sum by (le) (rate({name}[5s]))) * 1000"
OUTSIDE = P95.format(name="balancer_request_duration_seconds_bucket")
INSIDE = P95.format(name='movie_service_request_duration_seconds_bucket{route="/predict"}')
# Below this a busy machine moves the times by itself; no incident is that small.
NOISE_MS = 200.0
FEW_LABELS = 100
GAP = "A gap: the monitoring began anew, and has fewer than {least} {of}."
_ANSWERS = 'sum(rate(balancer_requests_total{{status=~"{status}"}}[5s]))'


def charts(system: System, end: float) -> list[Chart]:
    """Errors, latency, saturation, data and quality, over the seconds of the run."""
    stored = Stored(system, end)
    kinds = (("status 500", "5(00|02|04)", "b"), ("status 503", "503", "c"), ("status 4xx", "4..", "d"))
    answers = [Line("status 200", "a", stored.line(_ANSWERS.format(status="200")))]
    answers += [Line(name, kind, stored.line(_ANSWERS.format(status=status))) for name, status, kind in kinds]
    replicas = [
        Line(name, kind, stored.line(f'sum(supervisor_replicas{{state="{name}"}})'))
        for name, kind in (("ready", "a"), ("wanted", "c"))
    ]
    deaths = Line("ended unasked, in all", "b", stored.line("sum(supervisor_replica_deaths_total)"))
    return [
        Chart("Answers by status", "A second's answers, as clients get them.", "/s", answers, end),
        Chart(
            "Time to an answer, p95",
            "For clients, and inside the service: the difference is what lies between.",
            "ms",
            [Line("clients", "a", stored.line(OUTSIDE)), Line("inside", "c", stored.line(INSIDE))],
            end,
            least=NOISE_MS,
        ),
        Chart("Replicas", "Ready, wanted, and how many ended without being asked.", "", [*replicas, deaths], end),
        Chart(
            "Memory of the largest replica",
            "Resident memory of a process of the service.",
            "MB",
            [Line("memory", "a", stored.line('max(process_resident_memory_bytes{job="movie-service"}) / 1e6'))],
            end,
        ),
        *_of_data(stored, end),
    ]


def _of_data(stored: Stored, end: float) -> list[Chart]:
    """What lies behind the requests: the cache, the features, the labels."""
    cache = 'sum(rate(movie_service_cache_requests_total{result="error"}[5s]))'
    moved = [
        Line(name, kind, stored.line(f'model_feature_psi{{feature="{name}"}}'))
        for name, kind in (("age", "a"), ("item_like", "b"), ("user_like", "c"))
    ]
    return [
        Chart(
            "Errors of the cache",
            "No line where no cache is used.",
            "/s",
            [Line("errors", "b", stored.line(cache))],
            end,
        ),
        Chart(
            "Features against training",
            f"Stability index; above 0.25 a feature has moved. {GAP.format(least=LEAST, of='answers')}",
            "PSI",
            moved,
            end,
        ),
        Chart(
            "Quality on the newest labels",
            f"AUC of the labels that have come; chance is 0.5. {GAP.format(least=FEW_LABELS, of='labels')}",
            "AUC",
            [Line("AUC", "a", stored.line(f"model_window_auc and model_window_labels >= {FEW_LABELS}"))],
            end,
            top=1.0,
            bottom=0.2,
        ),
    ]
