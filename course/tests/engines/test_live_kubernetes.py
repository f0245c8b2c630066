"""What exercise 5 computes, beside what a real cluster does: the same refusals, the same rollouts."""

from __future__ import annotations

import json
import os
import random
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.kube.rollout import Plan, compute
from checker.kube.rounding import surge_and_unavailable
from checker.law.today import PARTS, of_its_day
from checker.tests.kube.test_schema import DEPLOYMENT, OTHERS, RULES, SCHEMA
from course.engines.agreement import Verdict, agree
from course.engines.found import Found
from course.engines.testing import Live

pytestmark = [pytest.mark.live, pytest.mark.cluster, pytest.mark.timeout(900)]

# What a server says of the variants that it refuses; every other mistake runs, and shows later.
REFUSED = {
    "wrong/memory_in_megabytes": "quantities must match the regular expression",
    "wrong/slide_14": "spec.selector: Required value",
    "wrong/labels_of_another": "`selector` does not match template `labels`",
    "wrong/key_too_deep": "unknown field",
    "wrong/number_without_quotes": "cannot unmarshal number",
    "wrong/other_namespace": 'namespaces "web" not found',
    "wrong/no_pod_may_move": "may not be 0 when `maxSurge` is 0",
    "wrong/settings_elsewhere": 'namespaces "settings" not found',
    "wrong/budget_elsewhere": 'namespaces "budgets" not found',
    "wrong/policy_of_another_type": "may only be set for externally-accessible services",
}


@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_a_server_takes_what_we_take(part):
    assert agree("05", "kubernetes", dry_run, refused=REFUSED, part=part) == []


def dry_run(found: Found, folder: Path) -> Verdict:
    """Every manifest of the folder; its state file is none."""
    files = [
        path.name for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".json") and path.stem[0] != "."
    ]
    env = os.environ | dict(found.env) | {"PATH": os.pathsep.join([*found.path, os.environ["PATH"]])}
    named = [word for name in files for word in ("--filename", name)]
    done = subprocess.run(
        ["kubectl", "apply", "--dry-run=server", *named], cwd=folder, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return Verdict(done.returncode == 0, (done.stdout + done.stderr).strip())


@pytest.mark.parametrize(
    ("base", "old", "new"),
    [(DEPLOYMENT, old, new) for old, new, *_ in (*SCHEMA, *RULES)] + [(base, old, new) for base, old, new, _ in OTHERS],
)
def test_a_server_refuses_what_we_refuse(base, old, new):
    cluster = Live("kubernetes")

    done = cluster.ask("kubectl", "apply", "--dry-run=server", "--filename", "-", given=base.replace(old, new))

    assert done.returncode != 0, done.stdout


# -- thirty drawn rollouts --------------------------------------------------------------------------------------
PAUSE = "course/pause:1"


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    cluster, name = Live("kubernetes"), f"rollouts-{uuid.uuid4().hex[:8]}"
    cluster.run("kubectl", "create", "namespace", name)
    yield name
    cluster.ask("kubectl", "delete", "namespace", name, "--wait=false")


def drawn(number: int) -> tuple[int, str | int, str | int, bool]:
    """Replicas, surge, unavailable, and whether the new version never becomes ready."""
    generator = random.Random(number)
    surge, unavailable = (generator.choice([0, 1, 2, "25%", "30%", "50%"]) for _ in range(2))
    if surge == unavailable == 0:
        surge = 1
    return generator.randint(1, 6), surge, unavailable, generator.random() < 0.4


def deployment(name: str, version: str, drawn: tuple[int, str | int, str | int, bool], broken: bool) -> str:
    replicas, surge, unavailable, _ = drawn
    container: dict[str, object] = {"name": "pause", "image": PAUSE, "env": [{"name": "VERSION", "value": version}]}
    if broken:
        # Nobody listens in a pod that only waits.
        container["readinessProbe"] = {"tcpSocket": {"port": 9}, "periodSeconds": 1}
    labels = {"app": name}
    # Only what is broken on purpose may be given up: a busy machine needs long to start a pod.
    return json.dumps({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "progressDeadlineSeconds": 15 if broken else 600, "selector": {"matchLabels": labels},
            "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]},
            },
        },
    })  # fmt: skip


@pytest.mark.parametrize("number", [pytest.param(number, marks=of_its_day(number)) for number in range(30)])
def test_a_rollout_goes_as_computed(number, namespace):
    cluster, name, draw = Live("kubernetes"), f"drawn-{number}", drawn(number)
    replicas, surge, unavailable, broken = draw
    kubectl = ("kubectl", "--namespace", namespace)
    cluster.run(*kubectl, "apply", "--filename", "-", given=deployment(name, "1", draw, broken=False))
    cluster.run(*kubectl, "rollout", "status", f"deployment/{name}", "--timeout=300s")
    cluster.run(*kubectl, "apply", "--filename", "-", given=deployment(name, "2", draw, broken=broken))

    watched = cluster.ask(*kubectl, "rollout", "status", f"deployment/{name}", "--timeout=300s")

    more, fewer = surge_and_unavailable(surge, unavailable, replicas)
    expected = compute(Plan(replicas, more, fewer, ready_after=None if broken else 1))
    status = json.loads(cluster.run(*kubectl, "get", "deployment", name, "--output", "json"))["status"]
    new = status.get("updatedReplicas", 0)
    assert ("exceeded its progress deadline" in watched.stdout) == (expected.end == "stuck"), watched.stdout
    assert (new, status.get("replicas", 0) - new) == (expected.new_pods, expected.steps[-1].old)
    assert status.get("readyReplicas", 0) == expected.steps[-1].serving
    cluster.run(*kubectl, "delete", "deployment", name, "--wait=false")
