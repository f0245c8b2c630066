"""The model that a check lays over the given one, and what the trusted side knows of it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from random import Random
from typing import Any

from checker import Submission
from checker.gate import Gate
from checker.server import Server

OCCUPATIONS = [
    *("administrator", "artist", "doctor", "educator", "engineer", "entertainment", "executive", "healthcare"),
    *("homemaker", "lawyer", "librarian", "marketing", "none", "other", "programmer", "retired", "salesman"),
    *("scientist", "student", "technician", "writer"),
]
# Numbers that numpy.float32 holds exactly, with more digits than a rounded answer has; two lie close to the threshold.
SCORES = (0.123046875, 0.4990234375, 0.5, 0.5009765625, 0.876953125)
# The slow movie takes a little more than is asked for, so that rounding decides nothing.
HELD_MS, HELD_SECONDS = 30, 0.031
FIELDS = ("user_id", "movie_id", "age", "gender", "occupation")
MODEL = """

from pathlib import Path
{gate}

class StubModel(StubModel):
    version = {version!r}

    def __init__(self):
        super().__init__()
        self.read()

    def read(self):
        self.salt = Path(__file__).with_name("weights.txt").read_text()

    def load(self):
        {at_load}
        self.read()
        self.loaded = True

    def knows(self, movie_id):
        return movie_id <= {last_movie}

    def score(self, user_id, movie_id, age, gender, occupation):
        {at_score}
        if movie_id == {last_movie}:
            time.sleep({held})
        inputs = f"{{self.salt}} {{user_id}} {{movie_id}} {{age}} {{gender}} {{occupation}}"
        return numpy.float32({scores}[zlib.crc32(inputs.encode()) % 5])
"""


@dataclass(frozen=True)
class Model:
    """The trusted side's knowledge of the model that a check laid over the given one."""

    salt: str
    version: str
    last_movie: int

    def score(self, request: dict[str, Any]) -> float:
        """What the model must say, exact in the numbers of numpy.float32."""
        inputs = " ".join([self.salt, *(str(request[name]) for name in FIELDS)])
        return SCORES[zlib.crc32(inputs.encode()) % 5]

    def request(self, random: Random, **changes: Any) -> dict[str, Any]:
        """A well-formed request for a movie that the model knows, strictly within all limits."""
        made = {
            "user_id": random.randint(2, 943),
            "movie_id": random.randint(2, self.last_movie - 1),
            "age": random.randint(2, 119),
            "gender": random.choice("FM"),
            "occupation": random.choice(OCCUPATIONS),
        }
        return made | changes

    def slow_request(self, random: Random) -> dict[str, Any]:
        """A well-formed request over which the model takes HELD_MS at the least."""
        return self.request(random, movie_id=self.last_movie)

    def one_of_each_score(self, random: Random) -> list[dict[str, Any]]:
        """Requests with the five scores, in random order: one is the threshold itself."""
        found: dict[float, dict[str, Any]] = {}
        while len(found) < 5:
            request = self.request(random)
            found.setdefault(self.score(request), request)
        return random.sample(list(found.values()), 5)

    def neighbors(self, random: Random, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Requests that differ from this one in one field and in their score, for each field where one is found."""
        found = []
        for name in FIELDS:
            others = [request | {name: self.request(random)[name]} for _ in range(20)]
            found += [other for other in others if self.score(other) != self.score(request)][:1]
        return found


def lay_model(submission: Submission, *, gate: Gate | None = None, at: str = "score") -> Model:
    """Put a fresh model in place of the given one; with a gate, it blocks at `load` or at `score`."""
    random = submission.random
    version = ".".join(str(random.randint(0, 40)) for _ in range(3))
    model = Model(str(random.random()), version, random.randint(400, 1600))
    block = {f"at_{place}": "block()" if gate and place == at else "pass" for place in ("load", "score")}
    code = MODEL.format(
        gate=gate.code() if gate else "",
        version=version,
        last_movie=model.last_movie,
        held=HELD_SECONDS,
        scores=SCORES,
        **block,
    )
    submission.replace("stub_model.py", submission.text("stub_model.py") + code)
    submission.replace("weights.txt", model.salt)
    return model


def when_ready(app: Submission | Server, asked: int = 100) -> Submission | Server:
    """Ask until the model is there; an app that knows no readiness answers 404 at once."""
    for number in range(asked):
        status = app.http("GET", "/health/ready").status
        # A readiness path that crashes while the model loads is another check's topic; one that goes on, too.
        if status != 503 and not (status == 500 and number < 10):
            break
    return app
