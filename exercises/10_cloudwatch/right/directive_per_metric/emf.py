"""One directive per metric; values in lists."""

import json


def directive(name, unit):
    return {"Namespace": "MovieService", "Dimensions": [["Service"]], "Metrics": [{"Name": name, "Unit": unit}]}


def line(request):
    document = dict(request)
    failed = request["status"] >= 500
    document.update(Service="movie-service", Requests=[1], Errors=[int(failed)], Latency=[request["latency_ms"]])
    directives = [directive("Requests", "Count"), directive("Errors", "Count"), directive("Latency", "Milliseconds")]
    document["_aws"] = {"Timestamp": request["timestamp"], "CloudWatchMetrics": directives}
    return json.dumps(document, separators=(",", ":")) + "\n"
