"""What the service says about itself. app.py uses Middleware, predicted() and exposition(); their names stay.

Yours from exercise 9 may stand here instead; what it has to say besides is in the brief's row 2.
"""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

disable_created_metrics()
REGISTRY = CollectorRegistry()

# BEGIN SOLUTION 2
# TODO 2: the metrics of exercise 9, and one that says how full the service is.
# END SOLUTION


class Middleware:
    """Stands around the app: sees each request on its way in and each answer on its way out."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        # What a client gets when the app raises before it has answered.
        status = 500

        async def send_and_look(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        # BEGIN SOLUTION 2
        # TODO 2: every request is counted and timed, those that end with an exception too.
        await self.app(scope, receive, send_and_look)
        # END SOLUTION


def predicted(score, prediction_class):
    """app.py calls this after each prediction."""
    # BEGIN SOLUTION 2
    # TODO 2: the prediction is counted by its class, and its score goes into the buckets.
    # END SOLUTION


def exposition():
    """Return the page /metrics as bytes."""
    return generate_latest(REGISTRY)
