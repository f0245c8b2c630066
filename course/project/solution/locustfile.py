"""Users of the movie service at a constant rate: `python load.py` runs this file. Locust's own pages say the rest."""

# BEGIN SOLUTION 5
#| # TODO 5: the rate is kept whether or not answers come, there are two scenarios, and limits fail the run.
#| from locust import HttpUser, constant, task
#|
#|
#| class Visitor(HttpUser):
#|     wait_time = constant(0.2)
#|
#|     @task
#|     def ask(self):
#|         body = {"user_id": 1, "movie_id": 1, "age": 30, "gender": "F", "occupation": "artist"}
#|         self.client.post("/predict", json=body)
import os
import random

import gevent
from locust import HttpUser, constant_throughput, events, task

RATE = float(os.environ.get("LOAD_RATE", "20"))
USERS = int(os.environ.get("LOAD_USERS", "4"))
MOST_FAILURES, MOST_P95_MS, LEAST_REQUESTS = 0.01, 300, 50
JOBS = ("student", "engineer", "artist", "writer", "doctor")


class Visitor(HttpUser):
    """Begins a request when it is due, in a greenlet of its own: a slow answer delays nobody."""

    wait_time = constant_throughput(RATE / USERS)

    @task(4)
    def known(self):
        gevent.spawn(self.ask, random.randint(1, 300), "known movie")

    @task(1)
    def unknown(self):
        gevent.spawn(self.ask, 999_999, "unknown movie")

    def ask(self, movie_id, name):
        body = {
            "user_id": random.randint(1, 900),
            "movie_id": movie_id,
            "age": random.randint(18, 70),
            "gender": random.choice("FM"),
            "occupation": random.choice(JOBS),
        }
        with self.client.post("/predict", json=body, name=name, catch_response=True) as answer:
            # That nobody knows this movie is the right answer.
            if answer.status_code == 404 and movie_id == 999_999:
                answer.success()


@events.quitting.add_listener
def keep_the_limits(environment, **_):
    total = environment.stats.total
    broken = [
        total.num_requests < LEAST_REQUESTS,
        total.fail_ratio > MOST_FAILURES,
        (total.get_response_time_percentile(0.95) or 0) > MOST_P95_MS,
    ]
    environment.process_exit_code = int(any(broken))


# END SOLUTION
