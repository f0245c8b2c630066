"""What the drills do not show: exercise 5's rules for a manifest, and exercise 2's for scores, in the same words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from checker import partial, sibling
from checker.errors import NotYet
from checker.kube.objects import Object
from checker.kube.pods import POD
from checker.kube.probes import Probe
from checker.kube.starting import NEEDS

command = sibling(__file__, "command")
EXERCISES = Path(__file__).resolve().parents[3] / "exercises"
MANIFEST = str(EXERCISES / "05_kubernetes" / "checks" / "checks.py")
INFERENCE = str(EXERCISES / "02_model_inference" / "checks" / "checks.py")
# Points for the scores of known users and of movies with a year alone.
USUAL = 3
LESS_USUAL = "the model's score and class for each: also of a first visit, of a movie without a year, by any threshold"
NOT_KNOWN = (
    "What did the training put where it knew nothing, and who chose the threshold? See the tables of exercise 2."
)


@dataclass(frozen=True)
class Around:
    """The objects of other files. They are no part of this hand-in, so what the pods ask for by name is there."""

    deployment: Object

    def of(self, kind: str) -> list[Any]:
        names = [self.deployment.get(*POD, field) for field, (asked, _) in NEEDS.items() if asked == kind]
        return [SimpleNamespace(name=name, namespace=self.deployment.namespace) for name in names]


def expect_pods_that_stay(wanted: Any) -> None:
    """Image, memory, command and readiness as exercise 5 has them; probes that kill, where there are any."""
    contract, probes = sibling(MANIFEST, "contract"), sibling(MANIFEST, "test_05_kubernetes_pods")
    handed_in = SimpleNamespace(api=wanted.api, deployment=wanted.deployment, objects=Around(wanted.deployment))
    pods = sibling(MANIFEST, "test_05_kubernetes")
    pods.test_pods_start(handed_in, contract)
    command.expect_a_server(wanted.api)
    pods.test_readiness_probe_hits(handed_in, contract)
    if Probe(wanted.api, "liveness").there:
        probes.test_liveness_asks_the_process_alone(handed_in, contract)
    if Probe(wanted.api, "startup").there:
        probes.test_slow_start_is_survived(handed_in, contract)


def expect_time_to_end(wanted: Any) -> None:
    """A pause and a grace period in which the last requests of a pod have room."""
    sibling(MANIFEST, "test_05_kubernetes_pods")._ends_in_peace(wanted.api, sibling(MANIFEST, "contract"))


def expect_right_scores(submission: Any) -> None:
    """The scores of drawn requests are those of the bundle's model; part of the points where only usual ones are."""
    shared, bundle = sibling(INFERENCE, "conftest"), submission.resource("model")
    online, manifest = (json.loads((bundle / f"{name}.json").read_text("utf-8")) for name in ("online", "manifest"))
    right = shared.Truth(tuple(manifest["features"]), online, (bundle / "model.txt").read_text("utf-8"))
    subject = shared.Subject(submission)
    sibling(INFERENCE, "test_02_model_inference").expect_scores(
        subject,
        right,
        submission.random,
        folder="model",
        tried="scored 20 requests with the given model",
    )
    try:
        _expect_less_usual(submission, subject, shared)
    except NotYet as verdict:
        finding = vars(verdict.finding)
        usual = f"{finding['seen']} (right: known users and movies with a year)"
        partial(USUAL, **finding | {"seen": usual, "expected": LESS_USUAL, "next": NOT_KNOWN})


def _expect_less_usual(submission: Any, subject: Any, shared: Any) -> None:
    """What the training put where it knew nothing, and the class that the manifest's threshold gives."""
    meaning, bundles = sibling(INFERENCE, "test_02_model_inference_meaning"), sibling(INFERENCE, "bundles")

    def truth(bundle: Any) -> Any:
        return shared.Truth(bundle.features, bundle.online, bundle.model)

    meaning.test_missing_year_is_missing(submission, subject, truth, bundles)
    meaning.test_unknown_user_has_no_history(submission, subject, truth, bundles)
    meaning.test_threshold_is_the_manifests(submission, subject, truth, bundles)
