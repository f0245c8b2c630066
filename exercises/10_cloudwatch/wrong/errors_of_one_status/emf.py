"""Turns a request into one line of the log that is three metrics too. The service prints the line; nothing else."""

import json


def line(request):
    """One line of JSON for one request: a dict with timestamp, level, route, status, latency_ms, user_id and more."""
    names = {"Requests": "Count", "Errors": "Count", "Latency": "Milliseconds"}
    directive = {
        "Namespace": "MovieService",
        "Dimensions": [["Service"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in names.items()],
    }
    measured = {
        "_aws": {"Timestamp": request["timestamp"], "CloudWatchMetrics": [directive]},
        "Service": "movie-service",
        "Requests": 1,
        "Errors": int(request["status"] == 500),
        "Latency": request["latency_ms"],
    }
    return json.dumps({**request, **measured})
