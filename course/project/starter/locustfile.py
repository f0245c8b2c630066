"""Users of the movie service at a constant rate: `python load.py` runs this file. Locust's own pages say the rest."""

# BEGIN SOLUTION 5
# TODO 5: the rate is kept whether or not answers come, there are two scenarios, and limits fail the run.
from locust import HttpUser, constant, task


class Visitor(HttpUser):
    wait_time = constant(0.2)

    @task
    def ask(self):
        body = {"user_id": 1, "movie_id": 1, "age": 30, "gender": "F", "occupation": "artist"}
        self.client.post("/predict", json=body)
# END SOLUTION
