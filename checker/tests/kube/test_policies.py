"""Whom policies let in, how many pods quotas let be made, how fast an autoscaler grows, what a probe notices."""

from __future__ import annotations

import pytest

from checker import readers
from checker.kube.objects import Objects, in_text
from checker.kube.pods import containers
from checker.kube.policies import shut
from checker.kube.probes import Probe
from checker.kube.quotas import quotas
from checker.kube.scaling import grown_after

POLICY = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s}\nspec: {%s}\n"
QUOTA = "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: team}\nspec: {%s}\n"
FROM = "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}]}]"


def _objects(text):
    return Objects(tuple(in_text("all.yaml", text, readers.read_documents("all.yaml", text))))


def _shut(text, *policies, port=8000):
    objects = _objects(text + "".join(POLICY % (f"p{number}", one) for number, one in enumerate(policies)))
    found = shut(objects.objects[0], objects, port)
    return found and found[1].says


@pytest.mark.parametrize(
    "policies",
    [
        (), ("podSelector: {matchLabels: {app: other}}",), ("podSelector: {}, policyTypes: [Egress]",),
        ("podSelector: {}, ingress: [{}]",), ("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]",),
        ("podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8000}]}]",),
        ("podSelector: {}, ingress: [{ports: [{port: 7000, endPort: 9000}]}]",),
        ("podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {role: client}}}]}]",),
        ("podSelector: {}", "podSelector: {}, ingress: [{ports: [{port: 8000, protocol: TCP}]}]"),
        (FROM % "movies",),
    ],
)  # fmt: skip
def test_policies_that_let_clients_in(text, policies):
    assert _shut(text, *policies) is None


@pytest.mark.parametrize(
    ("policies", "says"),
    [
        (("podSelector: {}",), "the NetworkPolicy 'p0' closes the pods (everything), and lets in nobody"),
        (("podSelector: {}, ingress: []",), "the NetworkPolicy 'p0' closes the pods (everything), and lets in nobody"),
        (
            ("podSelector: {}, ingress: [{ports: [{port: 80}]}]",),
            "the NetworkPolicy 'p0' opens port 80 of the pods, and they listen on 8000",
        ),
        (
            ("podSelector: {}, ingress: [{ports: [{port: 8000, protocol: UDP}, {port: metrics}]}]",),
            "the NetworkPolicy 'p0' opens port 8000, metrics of the pods, and they listen on 8000",
        ),
    ],
)
def test_policies_that_let_no_client_in(text, policies, says):
    assert _shut(text, *policies) == says


def test_a_policy_for_another_namespace_lets_no_neighbor_in(text):
    own = text.replace("metadata:\n", "metadata:\n  namespace: movies\n", 1)
    policy = (POLICY % ("p0", FROM % "shop")).replace("{name: p0}", "{name: p0, namespace: movies}")
    objects = _objects(own + policy)

    found = shut(objects.objects[0], objects, 8000)

    whom = "pods of other namespaces only"
    assert found is not None
    assert found[1].says == f"the NetworkPolicy 'p0' closes the pods (everything), and lets in {whom}"


def _scaler(behavior):
    text = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n"
        f"spec: {{minReplicas: 3, maxReplicas: 6, {behavior}}}\n"
    )
    return in_text("a.yaml", text, readers.read_documents("a.yaml", text))[0]


@pytest.mark.parametrize(
    ("up", "seconds"),
    [
        ("{}", 0), ("{stabilizationWindowSeconds: 3600}", 3600), ("{stabilizationWindowSeconds: 60}", 60),
        ("{policies: [{type: Pods, value: 1, periodSeconds: 1800}]}", 3600),
        ("{policies: [{type: Percent, value: 10, periodSeconds: 60}]}", 120),
        ("{policies: [{type: Pods, value: 1, periodSeconds: 1800}, {type: Pods, value: 3, periodSeconds: 60}]}", 0),
        ("{selectPolicy: Min, policies: [{type: Pods, value: 1, periodSeconds: 60}, "
         "{type: Pods, value: 3, periodSeconds: 60}]}", 120),
    ],
)  # fmt: skip
def test_how_long_an_autoscaler_needs(up, seconds):
    assert grown_after(_scaler(f"behavior: {{scaleUp: {up}}}"), 6) == seconds


def test_a_quota_counts_pods_and_what_they_ask_for(text):
    hard = "hard: {pods: '4', requests.memory: 1Gi, services: '1', count/pods: '3'}"
    objects = _objects(text + QUOTA % hard)

    found = [(bar.says, bar.most) for _, bar in quotas(objects.objects[0], objects)]

    assert ("pods of the ResourceQuota 'team' is 4", (4,)) in found
    assert found[0][1] <= (3,)
    assert not any("services" in says for says, _ in found)


def test_what_a_quota_counts_must_be_stated(text):
    objects = _objects(text + QUOTA % "hard: {limits.cpu: '4'}")

    assert [bar.most for _, bar in quotas(objects.objects[0], objects)] == [(0,)]


def test_a_quota_with_a_scope_is_not_followed(text):
    objects = _objects(text + QUOTA % "scopes: [BestEffort], hard: {pods: '1'}")

    assert quotas(objects.objects[0], objects) == []


def test_a_probe_notices_after_enough_tries(made, text):
    probe = Probe(containers(made(text))[0], "readiness")

    assert (probe.notices_after, probe.trusts_after) == (30, 10)
