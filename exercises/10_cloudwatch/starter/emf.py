"""Turns a request into one line of the log that is three metrics too. The service prints the line; nothing else."""

import json


def line(request):
    """One line of JSON for one request: a dict with timestamp, level, route, status, latency_ms, user_id and more."""
    # BEGIN SOLUTION 5
    # TODO 5: the line makes Requests, Errors and Latency of the service, three metrics for any number of users.
    # All that the request says can still be searched for.
    return json.dumps(request)
    # END SOLUTION
