"""The sample service on a real cluster: updates without a lost request, and what goes wrong the way it should."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.engines.testing import Live, record
from course.tests.deploy.load import Load, predict

pytestmark = [pytest.mark.live, pytest.mark.cluster, pytest.mark.timeout(1800)]
DEPLOY = Path(__file__).parents[2] / "service" / "deploy" / "kubernetes"
PORT = 30080
REQUESTS = 2000
APP = "deployment/movie-api"


class Deployed:
    """The laptop overlay in a namespace of this test's own."""

    def __init__(self, cluster: Live, namespace: str) -> None:
        self.cluster, self.namespace = cluster, namespace

    def kubectl(self, *words: str, **more: str) -> str:
        return self.cluster.run("kubectl", "--namespace", self.namespace, *words, **more)

    def get(self, *words: str) -> dict:
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def ready(self) -> list[str]:
        pods = self.get("pods", "-l", "app.kubernetes.io/name=movie-api")["items"]
        return [one["metadata"]["name"] for one in pods if _is_ready(one)]

    def roll(self, value: str) -> None:
        """A new version: other settings are a new template of pods."""
        self.kubectl("set", "env", APP, f"ROLLOUT={value}")
        self.kubectl("rollout", "status", APP, "--timeout=480s")


def _is_ready(pod: dict) -> bool:
    conditions = pod["status"].get("conditions", [])
    leaves = "deletionTimestamp" in pod["metadata"]
    return not leaves and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


@pytest.fixture
def deployed(cluster: Live, image: str, tmp_path: Path) -> Iterator[Deployed]:
    shutil.copytree(DEPLOY, tmp_path / "kubernetes")
    overlay = tmp_path / "kubernetes" / "overlays" / "laptop" / "kustomization.yaml"
    name, _, tag = image.partition(":")
    overlay.write_text(overlay.read_text().replace('newTag: "1"', f'newName: {name}, newTag: "{tag}"'))
    base = tmp_path / "kubernetes" / "base" / "deployment.yaml"
    # A minute is enough for a pod, but not on a machine that runs other tests beside it.
    base.write_text(base.read_text().replace("progressDeadlineSeconds: 60", "progressDeadlineSeconds: 470"))
    namespace = f"live-{uuid.uuid4().hex[:8]}"
    cluster.run("kubectl", "create", "namespace", namespace)
    made = Deployed(cluster, namespace)
    try:
        made.kubectl("apply", "-k", str(overlay.parent))
        made.kubectl("rollout", "status", APP, "--timeout=480s")
        cluster.until("two replicas", lambda: len(made.ready()) == 2)
        cluster.until("an answer", lambda: predict(PORT) == "200")
        yield made
    finally:
        cluster.run("kubectl", "delete", "namespace", namespace, "--wait=true", "--timeout=480s")


def test_updates_lose_no_request(deployed):
    began, rollouts = time.monotonic(), 0
    with Load(PORT) as load:
        while load.sent < REQUESTS:
            rollouts += 1
            deployed.roll(str(rollouts))
    seconds = time.monotonic() - began

    said = f"{load.sent} requests, {load.failed} failed, {rollouts} rollouts"
    record(
        "rolling updates under load",
        said,
        f"{REQUESTS} requests, 0 failed",
        load.failed == 0,
        engine="kubernetes",
        seconds=seconds,
    )
    assert load.failed == 0, dict(load.outcomes)


def test_a_version_that_never_gets_ready_leaves_the_old_one_serving_and_can_be_undone(deployed):
    old = set(deployed.ready())
    deployed.kubectl("patch", APP, "--type=merge", "--patch", '{"spec": {"progressDeadlineSeconds": 10}}')

    with Load(PORT, clients=1) as load:
        deployed.kubectl("set", "env", APP, "MOVIE_SERVICE_MODEL_DIR=/nowhere")
        stuck = deployed.cluster.ask(
            "kubectl", "--namespace", deployed.namespace, "rollout", "status", APP, "--timeout=480s"
        )
        conditions = {one["type"]: one["reason"] for one in deployed.get(APP)["status"]["conditions"]}
        deployed.kubectl("rollout", "undo", APP)
        deployed.kubectl("rollout", "status", APP, "--timeout=480s")

    assert stuck.returncode != 0 and "exceeded its progress deadline" in stuck.stdout
    assert conditions["Progressing"] == "ProgressDeadlineExceeded"
    assert set(deployed.ready()) == old
    assert load.failed == 0, dict(load.outcomes)
    record(
        "a stuck rollout",
        f"{load.sent} requests, {load.failed} failed",
        "0 failed",
        load.failed == 0,
        engine="kubernetes",
        seconds=0,
    )


def test_a_killed_pod_is_replaced(deployed):
    victim = deployed.ready()[0]

    with Load(PORT) as load:
        deployed.cluster.until("some load", lambda: load.sent > 50)
        deployed.kubectl("delete", "pod", victim, "--grace-period=0", "--force")
        deployed.cluster.until("two replicas again", lambda: len(set(deployed.ready()) - {victim}) == 2)
        replaced, sent = time.monotonic(), load.sent
        deployed.cluster.until("more load", lambda: load.sent > sent + 200)

    # Lost is what was in flight in that process, or was sent to it before the node had heard that it is gone.
    late = load.failed_since(replaced)
    value = f"{load.failed} of {load.sent} requests lost, {late} of those sent once it was replaced"
    record(
        "a killed pod under load",
        value,
        "replaced, nothing lost afterwards",
        late == 0,
        engine="kubernetes",
        seconds=0,
    )
    assert late == 0, dict(load.outcomes)


def test_a_budget_decides_whether_a_pod_may_be_drained(deployed):
    pod = deployed.ready()[0]
    node = deployed.get("pod", pod)["spec"]["nodeName"]
    deployed.kubectl("label", "pod", pod, "leaves=yes")
    drain = ["kubectl", "drain", node, "--pod-selector=leaves=yes", "--timeout=30s"]

    try:
        deployed.kubectl("patch", "pdb", "movie-api", "--type=merge", "--patch", '{"spec": {"maxUnavailable": 0}}')
        deployed.cluster.until(
            "the budget", lambda: deployed.get("pdb", "movie-api")["status"]["disruptionsAllowed"] == 0
        )
        refused = deployed.cluster.ask(*drain)
        deployed.kubectl("patch", "pdb", "movie-api", "--type=merge", "--patch", '{"spec": {"maxUnavailable": 1}}')
        deployed.cluster.until(
            "the budget", lambda: deployed.get("pdb", "movie-api")["status"]["disruptionsAllowed"] == 1
        )
        allowed = deployed.cluster.ask(*drain[:-1], "--timeout=480s")
    finally:
        deployed.cluster.run("kubectl", "uncordon", node)

    assert refused.returncode != 0 and "violate the pod's disruption budget" in refused.stdout
    assert allowed.returncode == 0 and "drained" in allowed.stdout
    deployed.cluster.until("two replicas again", lambda: len(set(deployed.ready()) - {pod}) == 2)


def test_the_autoscaler_goes_up_to_four_and_back(deployed):
    # A fifth of what a pod asks for: reached on a machine so busy that pods get little, and not by probes alone.
    target = '[{"op": "replace", "path": "/spec/metrics/0/resource/target/averageUtilization", "value": 20}]'
    deployed.kubectl("patch", "hpa", "movie-api", "--type=json", "--patch", target)
    hpa = ["get", "hpa", "movie-api", "-o", "jsonpath={.status.desiredReplicas}"]
    deployed.cluster.until(
        "metrics",
        lambda: "cpu" in deployed.kubectl("get", "hpa", "movie-api", "-o", "jsonpath={.status.currentMetrics}"),
    )

    began = time.monotonic()
    with Load(PORT, clients=8):
        deployed.cluster.until("four replicas", lambda: len(deployed.ready()) == 4, seconds=600)
    up = time.monotonic() - began
    deployed.cluster.until(
        "two replicas", lambda: deployed.kubectl(*hpa) == "2" and len(deployed.ready()) == 2, seconds=600
    )

    record("the autoscaler", "2 to 4 and back", "2 to 4 and back", True, engine="kubernetes", seconds=up)


def test_a_pod_finds_the_service_by_its_name(deployed):
    asks = "import urllib.request as r; print(r.urlopen('http://movie-api/health/ready', timeout=10).status)"

    assert deployed.kubectl("exec", APP, "--", "python", "-c", asks) == "200"


def test_the_overlays_are_what_the_api_server_takes(cluster):
    for overlay in ("laptop", "cloud"):
        made = cluster.run("kubectl", "kustomize", str(DEPLOY / "overlays" / overlay))
        told = cluster.run("kubectl", "apply", "--dry-run=server", "-f", "-", given=made)
        assert told.count("(server dry run)") == 5
