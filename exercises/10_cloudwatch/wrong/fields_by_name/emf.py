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
        "Errors": 1 if request["level"] == "ERROR" else 0,
        "Latency": request["latency_ms"],
    }
    known = ("timestamp", "level", "message", "route", "status", "latency_ms", "user_id", "request_id")
    return json.dumps({**{name: request[name] for name in known}, **measured})
