"""Every message of the live row on Kubernetes, in full; and what the cluster is given."""

from __future__ import annotations

import json

import pytest

from checker.errors import CouldNotCheck, Finding, NotYet
from course.tests.project.engine_words import FIRST, LAST, LATER, REFERENCE, line, said

STUCK = "ErrImageNeverPull"
CLUSTER = {
    "logs ask": [(0, FIRST), (0, LATER), (0, LAST)],
    "get pods": [(0, "|"), (0, "ContainerCreating|"), (0, "ErrImageNeverPull|2026-11-26T15:30:00Z"), (0, f"{STUCK}|")],
}
UNREADY = 'Waiting for deployment "movie-service" rollout to finish\nerror: timed out waiting for the condition\n'


def test_the_cluster_passes_when_nobody_notices_the_bad_release():
    verdict, engine = said("test_12_project_7_cluster", CLUSTER)

    assert verdict is None
    bad, back = ([words for words in engine.ran if one in words] for one in ("image", "undo"))
    assert bad[-1][3:] == ["set", "image", "deployment/movie-service", "api=movie-service:that-nobody-built"]
    assert back == [["kubectl", "--namespace", "drill", "rollout", "undo", "deployment/movie-service"]]


def test_the_cluster_gets_the_trainees_replicas_readiness_and_pause_and_no_settings():
    _, engine = said("test_12_project_7_cluster", CLUSTER)

    deployment, service = json.loads(next(one for one in engine.given if one.startswith("{")))["items"]
    assert (deployment["spec"]["replicas"], service["spec"]["ports"]) == (3, [{"port": 80, "targetPort": 8000}])
    assert deployment["spec"]["strategy"] == {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert deployment["spec"]["template"]["spec"] == {
        "containers": [
            {
                "name": "api",
                "image": "movie-service:1",
                "imagePullPolicy": "Never",
                "ports": [{"name": "http", "containerPort": 8000}],
                "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
                "readinessProbe": {
                    "httpGet": {"path": "/health/ready", "port": "http"},
                    "periodSeconds": 1,
                    "timeoutSeconds": 30,
                    "failureThreshold": 3,
                },
            }
        ]
    }


def test_a_probe_of_another_port_is_told_before_the_cluster_is_asked():
    verdict, engine = said(
        "test_12_project_7_cluster", CLUSTER, REFERENCE.replace("containerPort: 8000", "containerPort: 80")
    )

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "read the readiness probe, before the cluster waits three minutes for it",
        "the probe asks port 80, and the service listens on 8000",
        "the port that the service listens on",
        line("port: http"),
        "Which number has the port that the container opens?",
    )
    assert engine.ran == []


@pytest.mark.parametrize(
    ("says", "finding"),
    [
        (
            {"apply": [(1, "error: unable to decode\nThe Deployment is invalid: spec.strategy: Forbidden\n")]},
            Finding(
                "ran kubectl apply with your replicas, update rules, readiness and pause",
                "The Deployment is invalid: spec.strategy: Forbidden",
                "exit code 0",
                "deployment.yaml",
                "Which field does the server name?",
            ),
        ),
        (
            {"rollout status": [(1, UNREADY)]},
            Finding(
                "started your Deployment with the stand-in's image, and waited for its pods",
                UNREADY.strip(),
                "all pods ready within 180 s",
                line("readinessProbe:"),
                "Which port and which path does the readiness probe ask, and who listens there?",
            ),
        ),
        (
            {"logs ask": [(0, "answered 41, failed 2, release 1 (Connection refused)")]},
            Finding(
                "started 3 pods in a namespace of its own, and asked them from another pod",
                "41 requests answered, 2 failed: Connection refused",
                "an answer to each",
                line("readinessProbe:"),
                "From which moment on does a pod get requests, and what tells the cluster so?",
            ),
        ),
        (
            {"logs ask": [(0, FIRST), (0, "answered 44, failed 6, release none (Connection refused)")]},
            Finding(
                "updated to an image that nobody built, while another pod asked 40 times a second",
                "a new pod says ErrImageNeverPull; 6 of 50 requests failed: Connection refused",
                "no request fails: old pods go on answering while the new one does not start",
                line("strategy:"),
                "How many old pods may be gone while not one new pod is ready?",
            ),
        ),
        (
            {"rollout status": [(0, ""), (1, UNREADY)]},
            Finding(
                "ran kubectl rollout undo, and waited for the end of the rollout",
                UNREADY.strip(),
                "all pods ready within 180 s",
                line("readinessProbe:"),
                "Which port and which path does the readiness probe ask, and who listens there?",
            ),
        ),
        (
            {"logs ask": [(0, FIRST), (0, LATER), (0, "answered 99, failed 1, release 1 (timed out)")]},
            Finding(
                "ran kubectl rollout undo, while another pod asked 40 times a second",
                "1 of 100 requests failed: timed out",
                "no request fails on the way back either",
                line("strategy:"),
                "Which pods end on the way back, and what do they do with the requests that still come?",
            ),
        ),
    ],
)  # fmt: skip
def test_what_the_row_on_kubernetes_says(says, finding):
    verdict, _ = said("test_12_project_7_cluster", CLUSTER | says)

    assert isinstance(verdict, NotYet)
    assert verdict.finding == finding


@pytest.mark.parametrize(
    ("says", "seen"),
    [
        (
            {"docker build": [(1, "ERROR: no space left on device\n")]},
            "docker build of the stand-in's image ended with exit code 1: ERROR: no space left on device",
        ),
        (
            {"course load": [(1, "error: loading failed\n")]},
            "taking the stand-in's image into the cluster ended with exit code 1: error: loading failed",
        ),
        (
            {"create namespace": [(1, "Error from server (Forbidden)\n")]},
            "kubectl create namespace ended with exit code 1: Error from server (Forbidden)",
        ),
        (
            {"get pods": [(0, "ContainerCreating|")]},
            "The update did not come to a standstill within 180 s, with a pod in ErrImageNeverPull. "
            "Check again when this machine is less busy.",
        ),
        (
            {"rollout undo": [(1, "error: no rollout history found\n")]},
            "kubectl rollout undo ended with exit code 1: error: no rollout history found",
        ),
        (
            {"logs ask": [(1, "container is waiting to start")]},
            "0 of 40 requests were answered within 180 s, none failed. Check again when this machine is less busy.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_the_trainees_fault_on_kubernetes(says, seen):
    verdict, _ = said("test_12_project_7_cluster", CLUSTER | says)

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding == Finding(seen=seen)
