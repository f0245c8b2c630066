"""What the brief of this exercise promises and asks, in one place."""

from __future__ import annotations

from checker.cloudwatch.metrics import metric

TEMPLATE, QUERY, EMF = "monitoring.yaml", "query.txt", "emf.py"
NAMESPACE, SERVICE = "MovieService", {"Service": "movie-service"}
REQUESTS, ERRORS, LATENCY = (metric(NAMESPACE, name, SERVICE) for name in ("Requests", "Errors", "Latency"))
LOG_GROUP, ERROR_LINES = "/movie-service/api", metric(NAMESPACE, "ErrorLines")
# Minutes: after errors have begun, after the service fell silent, after it turned slow.
ERRORS_WITHIN, SILENT_WITHIN, SLOW_WITHIN = 3, 5, 10
# How long an alarm may stay red after its cause has gone.
AFTERWARDS = 15
# A night's first minutes, in which every alarm is new.
SETTLED = 15
RETENTION = (14, 90)
# What AWS takes as RetentionInDays.
DAYS = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}  # fmt: skip
