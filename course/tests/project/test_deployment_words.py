"""What row 1 says of faults that no process on this machine would show, in full."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
import yaml

from checker import sibling
from checker.errors import Finding, NotYet
from course.tests.project import final

CHECKS = str(final.COURSE.project.checks / "x.py")
REFERENCE = final.reference()["deployment.yaml"]
LIVENESS = "livenessProbe:\n            httpGet:\n              path: /health/live\n              port: "
fleet, paper = (sibling(CHECKS, name) for name in ("fleet", "paper"))


def judged(judge, *edits):
    """The finding about the reference with these edits; None when there is none."""
    text = REFERENCE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    hand_in = SimpleNamespace(text=lambda _: text, documents=lambda _: list(yaml.safe_load_all(text)))
    try:
        judge(fleet.read(hand_in))
    except NotYet as verdict:
        return verdict.finding
    return None


@pytest.mark.parametrize(
    ("edits", "finding"),
    [
        (
            [("movie-service:1.0.0", "movie-servise:1.0.0")],
            Finding(
                "looked up the image on the nodes, where the contract has it",
                "'movie-servise:1.0.0' is not there: every new pod ends in ImagePullBackOff",
                "an image and a tag of the brief's contract",
                "deployment.yaml:26",
                "Letter by letter: which part of the name is not the contract's?",
            ),
        ),
        (
            [("memory: 256Mi", "memory: 32Mi"), ("memory: 96Mi", "memory: 32Mi")],
            Finding(
                "held the memory limit against what a pod needs",
                "the limit is 32Mi, a pod holds 80Mi: it is killed with exit code 137, again and again",
                "a limit from 128Mi to 512Mi",
                "deployment.yaml:32",
                "How many bytes is the limit as it is written, and how many does the service hold?",
            ),
        ),
        (
            [(f"{LIVENESS}http", f"{LIVENESS}8080")],
            Finding(
                "asked what makes Kubernetes start a container anew",
                "it asks for GET /health/live on port 8080, which does not tell whether the process answers",
                "a liveness probe that asks GET /health/live on port 8000",
                "deployment.yaml:48",
                "What is repaired by a restart: a process that hangs, or a neighbor that is away?",
            ),
        ),
        (
            [("failureThreshold: 30\n            httpGet:\n              path: /health/live",
              "failureThreshold: 30\n            httpGet:\n              path: /healthz")],
            Finding(
                "followed the startup probe to the container",
                "it asks for GET /healthz on port 'http' (8000); it never succeeds, so every pod is killed",
                "a startup probe that asks GET /health/live, or for a connection, on port 8000",
                "deployment.yaml:44",
                "Which of the service's addresses answers as soon as the process does?",
            ),
        ),
    ],
    ids=["image", "memory", "liveness", "startup"],
)  # fmt: skip
def test_pods_that_a_cluster_could_not_keep_are_told(edits, finding):
    assert judged(paper.expect_pods_that_stay, *edits) == finding


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [("containers:", "serviceAccountName: of-another-file\n      priorityClassName: too\n      containers:")],
        [("livenessProbe:", "x-none:"), ("startupProbe:", "x-nobody:")],
    ],
    ids=["reference", "objects of other files", "no probe that kills"],
)
def test_pods_that_a_cluster_would_keep_cost_nothing(edits, monkeypatch):
    # A field that no server knows stands for one that is not there.
    monkeypatch.setattr(fleet, "refused", lambda _: None)

    assert judged(paper.expect_pods_that_stay, *edits) is None


@pytest.mark.parametrize(
    ("command", "seen", "question"),
    [
        (
            "[python, -m, uvicorn, 'app:app', --port, '8000']",
            "'python -m uvicorn app:app --port 8000' listens on 127.0.0.1: inside of the pod alone, where no probe and "
            "no Service comes",
            "Which address does uvicorn take when none is said, and from where does a probe ask?",
        ),
        (
            "[sh, -c, 'exec uvicorn app:app --host=0.0.0.0 --port=80']",
            "'uvicorn app:app --host=0.0.0.0 --port=80' listens on port 80",
            "Which port do the probe and the Service ask? The contract says 8000.",
        ),
        (
            "[python3, app.py]",
            "'python3 app.py' defines the app and ends: nothing serves it",
            "Which program asks the app for its answers?",
        ),
    ],
    ids=["loopback", "another port", "no server"],
)
def test_a_command_that_nobody_reaches_is_told(command, seen, question):
    edit = ("          ports:\n", f"          command: {command}\n          ports:\n")

    assert judged(paper.expect_pods_that_stay, edit) == Finding(
        "started the container with its command",
        seen,
        "no command, or one that starts uvicorn with app:app on 0.0.0.0, port 8000",
        "deployment.yaml:27",
        question,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "command: [uvicorn, 'app:app', --host, 0.0.0.0]",
        "command: [sh, -c, 'uvicorn app:app --host 0.0.0.0 --port $PORT']",
        "command: [gunicorn, -k, uvicorn.workers.UvicornWorker, -b, '0.0.0.0:8000', 'app:app']",
        "command: [env, UVICORN_HOST=0.0.0.0, uvicorn, 'app:app']",
        "args: [--workers, '2']",
    ],
    ids=["port by default", "a variable", "another program", "behind another program", "words for the image's own"],
)
def test_a_command_that_serves_or_is_not_known_costs_nothing(lines):
    edit = ("          ports:\n", f"          {lines}\n          ports:\n")

    assert judged(paper.expect_pods_that_stay, edit) is None


def test_uvicorn_takes_its_host_from_the_environment_of_the_container():
    command = ("          ports:\n", "          command: [uvicorn, 'app:app']\n          ports:\n")
    variable = ("          env:\n", "          env:\n            - {name: UVICORN_HOST, value: 0.0.0.0}\n")

    assert judged(paper.expect_pods_that_stay, command, variable) is None


def test_a_pause_that_is_longer_than_the_grace_period_is_told():
    grace = ("containers:", "terminationGracePeriodSeconds: 2\n      containers:")

    assert judged(paper.expect_time_to_end) is None
    assert judged(paper.expect_time_to_end, grace) == Finding(
        "added the pause and the 10 seconds that last requests may take",
        "5 + 10 seconds, and the pod is killed after 2",
        "a grace period in which both have room",
        "deployment.yaml:24",
        "When does the clock of the grace period begin: before or after the pause?",
    )


def test_scores_of_another_model_are_told(tmp_path):
    made = sibling(paper.INFERENCE, "bundles").make(random.Random(1))
    for name, content in made.files().items():
        (tmp_path / name).write_bytes(content)
    submission = SimpleNamespace(
        random=random.Random(1),
        resource=lambda _: tmp_path,
        keep=lambda *_: "model",
        call=lambda *_: {"prediction": 0.25, "prediction_class": 0},
        attempt=lambda *_: SimpleNamespace(value=[]),
    )

    with pytest.raises(NotYet) as verdict:
        paper.expect_right_scores(submission)

    assert verdict.value.finding == Finding(
        "scored 20 requests with the given model",
        "20 of 20 scores differ; the first is 0.2500 where the model's own is 0.0880",
        "the score that the trees give for this row, as it is",
        "inference.py, predict",
        "The row is right. What happens between it, the trees and the answer?",
    )
