"""What the live row on Kubernetes does and says in words of its own; test_drills_words.py has what both rows share."""

from __future__ import annotations

import json

import pytest

from checker.errors import CouldNotCheck, Finding, NotYet
from course.tests.project.engine_words import CLUSTER, ENDS, FIRST, HANGS, OLD, REFERENCE, STARTS, line, said

UNREADY = 'Waiting for deployment "movie-service" rollout to finish\nerror: timed out waiting for the condition\n'
LOST = "answered 44, failed 6, release none (Connection refused)"


def test_the_update_hangs_and_is_undone_and_a_pod_that_answers_is_killed():
    _, engine = said("cluster-drill", CLUSTER)

    words = [one[3:] for one in engine.ran if one[0] == "kubectl"]
    bad = {"spec": {"template": {"spec": {"containers": [{"name": "api", "command": ["sleep", "infinity"]}]}}}}
    assert ["patch", "deployment", "movie-service", "--patch", json.dumps(bad)] in words
    assert ["rollout", "undo", "deployment/movie-service"] in words
    assert [one[:2] for one in words if one[0] == "exec"] == [["exec", "old-a"]]


def test_the_cluster_gets_the_trainees_replicas_readiness_and_pause_and_no_settings():
    _, engine = said("cluster-drill", CLUSTER)

    deployment, service = json.loads(next(one for one in engine.given if one.startswith("{")))["items"]
    assert (deployment["spec"]["replicas"], service["spec"]["ports"]) == (3, [{"port": 80, "targetPort": 8000}])
    assert deployment["spec"]["strategy"] == {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert deployment["spec"]["template"]["spec"] == {
        "shareProcessNamespace": True,
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
        ],
    }


@pytest.mark.parametrize(
    ("rules", "pods", "shown"),
    [
        ((1, "1"), [[*OLD, HANGS], [*OLD[1:], HANGS, HANGS, ENDS], [*OLD[1:], HANGS, HANGS]], "2 old and 2 new"),
        ((0, "100%"), [[HANGS], [HANGS, ENDS], [HANGS] * 3], "0 old and 3 new"),
    ],
)
def test_an_update_stands_still_when_nothing_more_will_happen(rules, pods, shown):
    surge, unavailable = rules
    deployment = REFERENCE.replace("maxSurge: 1", f"maxSurge: {surge}")
    deployment = deployment.replace("maxUnavailable: 0", f"maxUnavailable: {unavailable}")
    says = CLUSTER | {"logs": [(0, FIRST), (0, LOST)], "get pods": [(0, "".join(one)) for one in pods]}

    verdict, _ = said("cluster-drill", says, deployment)

    seen = f"{shown} replicas, 0 of the new count as ready; 6 of 50 requests failed: Connection refused"
    assert isinstance(verdict, NotYet)
    assert verdict.finding.seen == seen


def test_an_update_goes_through_when_nothing_says_that_the_new_ones_hang():
    ready = HANGS.replace("false", "true")
    says = CLUSTER | {"logs": [(0, FIRST), (0, LOST)], "get pods": [(0, "".join([*OLD, ready])), (0, ready * 3)]}

    verdict, _ = said("cluster-drill", says)

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "updated to a release that never gets ready, while another pod asked 40 times a second",
        "0 old and 3 new replicas, 3 of the new count as ready; 6 of 50 requests failed: Connection refused",
        "no request fails: old replicas go on answering while the new one does not get ready",
        line("readinessProbe:"),
        "What tells the engine that a replica can answer?",
    )


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
    ],
)  # fmt: skip
def test_what_the_row_on_kubernetes_says(says, finding):
    verdict, _ = said("cluster-drill", CLUSTER | says)

    assert isinstance(verdict, NotYet)
    assert verdict.finding == finding


@pytest.mark.parametrize(
    ("says", "seen"),
    [
        (
            {"course load": [(1, "error: loading failed\n")]},
            "taking the stand-in's image into the cluster ended with exit code 1: error: loading failed",
        ),
        (
            {"create namespace": [(1, "Error from server (Forbidden)\n")]},
            "kubectl create namespace ended with exit code 1: Error from server (Forbidden)",
        ),
        (
            {"get pods": [(0, STARTS)]},
            "The update did not come to a standstill within 180 s. Check again when this machine is less busy.",
        ),
        (
            {"get pods": [(0, "".join([*OLD, HANGS]))]},
            "The killed pod did not start again within 180 s. Check again when this machine is less busy.",
        ),
        (
            {"rollout undo": [(1, "error: no rollout history found\n")]},
            "kubectl rollout undo ended with exit code 1: error: no rollout history found",
        ),
        (
            {"rollout status": [(0, ""), (1, UNREADY)]},
            "kubectl rollout status after the undo ended with exit code 1: "
            "error: timed out waiting for the condition",
        ),
        (
            {"rollout status": [(0, ""), (0, ""), (1, UNREADY)]},
            "kubectl rollout status after the kill ended with exit code 1: "
            "error: timed out waiting for the condition",
        ),
    ],
)  # fmt: skip
def test_what_is_not_the_trainees_fault_on_kubernetes(says, seen):
    verdict, _ = said("cluster-drill", CLUSTER | says)

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding == Finding(seen=seen)
