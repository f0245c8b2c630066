"""The sample service on a real cluster: updates without a lost request, and what goes wrong the way it should."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.engines.testing import Live, figure
from course.tests.deploy.load import Load, predict

pytestmark = [pytest.mark.live, pytest.mark.cluster, pytest.mark.timeout(1800)]
DEPLOY = Path(__file__).parents[2] / "service" / "deploy" / "kubernetes"
PORT = 30080
REQUESTS = 2000
APP = "deployment/movie-api"


class Deployed:
    """The laptop overlay in a namespace of these tests' own."""

    def __init__(self, cluster: Live, namespace: str, overlay: Path) -> None:
        self.cluster, self.namespace, self.overlay = cluster, namespace, overlay

    def kubectl(self, *words: str, **more: str) -> str:
        return self.cluster.run("kubectl", "--namespace", self.namespace, *words, **more)

    def get(self, *words: str) -> dict:
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def ready(self) -> list[str]:
        pods = self.get("pods", "-l", "app.kubernetes.io/name=movie-api")["items"]
        return [one["metadata"]["name"] for one in pods if _is_ready(one)]

    def wanted(self) -> int:
        return self.get(APP)["spec"]["replicas"]

    def roll(self, value: str) -> None:
        """A new version: other settings are a new template of pods."""
        self.kubectl("set", "env", APP, f"ROLLOUT={value}")
        self.kubectl("rollout", "status", APP, "--timeout=480s")


def _is_ready(pod: dict) -> bool:
    conditions = pod["status"].get("conditions", [])
    leaves = "deletionTimestamp" in pod["metadata"]
    return not leaves and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


@pytest.fixture(scope="module")
def deployment(cluster: Live, image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """One for all tests of this file: a pod needs half a minute to start on a busy machine."""
    folder = tmp_path_factory.mktemp("deployment") / "kubernetes"
    shutil.copytree(DEPLOY, folder)
    overlay = folder / "overlays" / "laptop" / "kustomization.yaml"
    name, _, tag = image.partition(":")
    overlay.write_text(overlay.read_text().replace('newTag: "1"', f'newName: {name}, newTag: "{tag}"'))
    base = folder / "base" / "deployment.yaml"
    # A minute is enough for a pod, but not on a machine that runs other tests beside it.
    base.write_text(base.read_text().replace("progressDeadlineSeconds: 60", "progressDeadlineSeconds: 470"))
    namespace = f"live-{uuid.uuid4().hex[:8]}"
    cluster.run("kubectl", "create", "namespace", namespace)
    try:
        yield Deployed(cluster, namespace, overlay.parent)
    finally:
        cluster.run("kubectl", "delete", "namespace", namespace, "--wait=true", "--timeout=480s")


@pytest.fixture
def deployed(deployment: Deployed) -> Deployed:
    """As its manifests say, with two ready replicas, whatever the test before this one did to it."""
    deployment.kubectl("apply", "-k", str(deployment.overlay))
    deployment.kubectl("rollout", "status", APP, "--timeout=480s")
    deployment.cluster.until("two replicas", lambda: deployment.wanted() == len(deployment.ready()) == 2)
    deployment.cluster.until("an answer", lambda: predict(PORT) == "200")
    return deployment


# The first: once there is a deployment its node port is taken.
def test_the_overlays_are_what_the_api_server_takes(cluster):
    with figure("the overlays in a dry run of the server", "5 objects each", engine="kubernetes") as found:
        found.value = {}
        for overlay in ("laptop", "cloud"):
            made = cluster.run("kubectl", "kustomize", str(DEPLOY / "overlays" / overlay))
            told = cluster.run("kubectl", "apply", "--dry-run=server", "-f", "-", given=made)
            found.value[overlay] = told.count("(server dry run)")
        assert found.value == {"laptop": 5, "cloud": 5}


def test_updates_lose_no_request(deployed):
    rollouts = 0
    with figure("rolling updates under load", f"{REQUESTS} connections, 0 failed", engine="kubernetes") as found:
        with Load(PORT) as load:
            while load.sent < REQUESTS:
                rollouts += 1
                deployed.roll(str(rollouts))

        found.value = f"{load.sent} requests on as many connections, {load.failed} failed; rollouts: {rollouts}"
        assert load.failed == 0, dict(load.outcomes)


def test_a_version_that_never_gets_ready_leaves_the_old_one_serving_and_can_be_undone(deployed):
    old = set(deployed.ready())
    deployed.kubectl("patch", APP, "--type=merge", "--patch", '{"spec": {"progressDeadlineSeconds": 10}}')
    status = ["kubectl", "--namespace", deployed.namespace, "rollout", "status", APP, "--timeout=480s"]

    with Load(PORT, clients=1) as load:
        with figure("a version that never gets ready", "deadline exceeded, 0 failed", engine="kubernetes") as found:
            deployed.kubectl("set", "env", APP, "MOVIE_SERVICE_MODEL_DIR=/nowhere")
            stuck = deployed.cluster.ask(*status)
            conditions = {one["type"]: one["reason"] for one in deployed.get(APP)["status"]["conditions"]}
            reason = conditions["Progressing"]
            found.value = f"{reason}; {len(old)} old pods went on serving: {load.sent} requests, {load.failed} failed"
            assert stuck.returncode != 0 and "exceeded its progress deadline" in stuck.stdout
            assert reason == "ProgressDeadlineExceeded"
        with figure("rollout undo", "the same pods, 0 failed", engine="kubernetes") as found:
            deployed.kubectl("rollout", "undo", APP)
            deployed.cluster.run(*status)
            found.value = f"{load.sent} requests, {load.failed} failed"
            # The autoscaler may have added one meanwhile.
            assert set(deployed.ready()) >= old
            assert load.failed == 0, dict(load.outcomes)


def test_a_killed_pod_is_replaced(deployed):
    victim = deployed.ready()[0]

    with figure("a killed pod under load", "replaced, nothing lost afterwards", engine="kubernetes") as found:
        with Load(PORT) as load:
            deployed.cluster.until("some load", lambda: load.sent > 50)
            killed = time.monotonic()
            deployed.kubectl("delete", "pod", victim, "--grace-period=0", "--force")
            deployed.cluster.until("two replicas again", lambda: len(set(deployed.ready()) - {victim}) == 2)
            replaced, sent = time.monotonic(), load.sent
            deployed.cluster.until("more load", lambda: load.sent > sent + 200)

        # Lost is what was in flight in that process, or was sent to it before the node had heard that it is gone.
        late = load.failed_since(replaced)
        kinds = ", ".join(f"{count} {what}" for what, count in sorted(load.outcomes.items()) if what != "200")
        why = f" ({kinds}: in flight, or sent before the node knew)" if kinds else ""
        found.value = (
            f"replaced after {replaced - killed:.0f} s; {load.failed} of {load.sent} requests lost{why}, "
            f"{late} of those sent later"
        )
        assert late == 0, dict(load.outcomes)


def test_a_budget_decides_whether_a_pod_may_be_drained(deployed):
    pod = deployed.ready()[0]
    node = deployed.get("pod", pod)["spec"]["nodeName"]
    deployed.kubectl("label", "pod", pod, "leaves=yes")
    drain = ["kubectl", "drain", node, "--pod-selector=leaves=yes"]

    def allow(count: int) -> None:
        patch = json.dumps({"spec": {"maxUnavailable": count}})
        deployed.kubectl("patch", "pdb", "movie-api", "--type=merge", "--patch", patch)
        path = "jsonpath={.status.disruptionsAllowed}"
        deployed.cluster.until(
            "the budget", lambda: deployed.kubectl("get", "pdb", "movie-api", "-o", path) == str(count)
        )

    try:
        with figure("a drain against a budget of none", "refused", engine="kubernetes") as found:
            allow(0)
            # Long enough for a first try: kubectl asks again every five seconds until then.
            refused = deployed.cluster.ask(*drain, "--timeout=15s")
            found.value = f"refused: exit code {refused.returncode}, and the pod stays"
            assert refused.returncode != 0 and "violate the pod's disruption budget" in refused.stdout
            assert pod in deployed.ready()
        with figure("a drain against a budget of one", "the pod moves", engine="kubernetes") as found:
            allow(1)
            allowed = deployed.cluster.ask(*drain, "--timeout=480s")
            found.value = f"exit code {allowed.returncode}"
            assert allowed.returncode == 0 and "drained" in allowed.stdout
            deployed.cluster.run("kubectl", "uncordon", node)
            deployed.cluster.until("two replicas again", lambda: len(set(deployed.ready()) - {pod}) == 2)
            found.value = "drained, and two other pods are ready"
    finally:
        deployed.cluster.run("kubectl", "uncordon", node)


def test_the_autoscaler_goes_up_to_four_and_back(deployed):
    # A fifth of what a pod asks for: reached on a machine so busy that pods get little, and not by probes alone.
    target = '[{"op": "replace", "path": "/spec/metrics/0/resource/target/averageUtilization", "value": 20}]'
    deployed.kubectl("patch", "hpa", "movie-api", "--type=json", "--patch", target)
    hpa = ["get", "hpa", "movie-api", "-o", "jsonpath={.status.desiredReplicas}"]
    deployed.cluster.until(
        "metrics",
        lambda: "cpu" in deployed.kubectl("get", "hpa", "movie-api", "-o", "jsonpath={.status.currentMetrics}"),
    )

    with figure("the autoscaler", "2 to 4 and back", engine="kubernetes") as found:
        began = time.monotonic()
        with Load(PORT, clients=8):
            deployed.cluster.until("four replicas", lambda: len(deployed.ready()) == 4, seconds=600)
        up = time.monotonic()
        found.value = f"2 to 4 replicas in {up - began:.0f} s"
        deployed.cluster.until(
            "two replicas", lambda: deployed.kubectl(*hpa) == "2" and len(deployed.ready()) == 2, seconds=600
        )
        found.value += f", back to 2 in {time.monotonic() - up:.0f} s without load"


def test_a_pod_finds_the_service_by_its_name(deployed):
    asks = "import urllib.request as r; print(r.urlopen('http://movie-api/health/ready', timeout=10).status)"

    with figure("the service by its name", "200 from a pod", engine="kubernetes") as found:
        found.value = int(deployed.kubectl("exec", APP, "--", "python", "-c", asks))
        assert found.value == 200
