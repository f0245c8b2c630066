"""Shows five panels of a dashboard, each with its query. Given; run `python panels.py`.

Which five, and in which order, follows from the seed in .checker.json.
"""

import random

from buckets import own_seed

# Title of the panel, what is known of the service, its query.
PANELS = (
    (
        "Requests per second",
        "two pods, which are replaced one after the other at each release",
        "rate(sum(http_requests_total)[5m:15s])",
    ),
    (
        "p99 of the export",
        "the export is asked for 20 times an hour",
        'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{route="/export"}[1h])))',
    ),
    (
        "p95 of the service",
        "two pods, 600 requests a minute",
        "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
    ),
    (
        "What most users wait",
        "95 of 100 answers take 10 ms, 5 of 100 take 2 s",
        "sum(rate(http_request_duration_seconds_sum[5m])) / sum(rate(http_request_duration_seconds_count[5m]))",
    ),
    (
        "Page somebody",
        "waiting for a slow database takes no processor time",
        "max(rate(process_cpu_seconds_total[5m])) > 0.8",
    ),
    (
        "Errors now",
        "the service has run for three weeks",
        'sum(http_requests_total{status=~"5.."})',
    ),
    (
        "Share of failed requests",
        "two pods, which are replaced one after the other at each release",
        'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
    ),
    (
        "p95 of the service",
        "requests that run into the time limit of 5 s end with status 504",
        'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{status="200"}[5m])))',
    ),
    (
        "p95 of the service",
        "three pods; one of them gets a twentieth of the traffic",
        "avg(histogram_quantile(0.95, sum by (le, pod) (rate(http_request_duration_seconds_bucket[5m]))))",
    ),
)
SHOWN = 5


def drawn(seed):
    """Return the places of the five panels in PANELS, in the order in which they are shown."""
    return random.Random(f"panels {seed}").sample(range(len(PANELS)), SHOWN)


def main():
    for number, place in enumerate(drawn(own_seed()), 1):
        title, known, query = PANELS[place]
        print(f"panel_{number}  {title}")
        print(f"  known    {known}")
        print(f"  query    {query}\n")


if __name__ == "__main__":
    main()
