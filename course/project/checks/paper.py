"""What the drills do not show: exercise 5's rules for a manifest, and exercise 2's for scores, in the same words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from checker import sibling
from checker.kube.objects import Object
from checker.kube.pods import POD
from checker.kube.probes import Probe
from checker.kube.starting import NEEDS

EXERCISES = Path(__file__).resolve().parents[3] / "exercises"
MANIFEST = str(EXERCISES / "05_kubernetes" / "checks" / "checks.py")
INFERENCE = str(EXERCISES / "02_model_inference" / "checks" / "checks.py")


@dataclass(frozen=True)
class Around:
    """The objects of other files. They are no part of this hand-in, so what the pods ask for by name is there."""

    deployment: Object

    def of(self, kind: str) -> list[Any]:
        names = [self.deployment.get(*POD, field) for field, (asked, _) in NEEDS.items() if asked == kind]
        return [SimpleNamespace(name=name, namespace=self.deployment.namespace) for name in names]


def expect_pods_that_stay(wanted: Any) -> None:
    """Image, memory and command as exercise 5 has them; probes that kill, where there are any."""
    contract, probes = sibling(MANIFEST, "contract"), sibling(MANIFEST, "test_05_kubernetes_pods")
    handed_in = SimpleNamespace(api=wanted.api, deployment=wanted.deployment, objects=Around(wanted.deployment))
    sibling(MANIFEST, "test_05_kubernetes").test_pods_start(handed_in, contract)
    if Probe(wanted.api, "liveness").there:
        probes.test_liveness_asks_the_process_alone(handed_in, contract)
    if Probe(wanted.api, "startup").there:
        probes.test_slow_start_is_survived(handed_in, contract)


def expect_time_to_end(wanted: Any) -> None:
    """A pause and a grace period in which the last requests of a pod have room."""
    sibling(MANIFEST, "test_05_kubernetes_pods")._ends_in_peace(wanted.api, sibling(MANIFEST, "contract"))


def expect_right_scores(submission: Any) -> None:
    """The scores of 20 drawn requests are those of the bundle's model."""
    shared, bundle = sibling(INFERENCE, "conftest"), submission.resource("model")
    online, manifest = (json.loads((bundle / f"{name}.json").read_text("utf-8")) for name in ("online", "manifest"))
    right = shared.Truth(tuple(manifest["features"]), online, (bundle / "model.txt").read_text("utf-8"))
    sibling(INFERENCE, "test_02_model_inference").expect_scores(
        shared.Subject(submission),
        right,
        submission.random,
        folder="model",
        tried="scored 20 requests with the given model",
    )
