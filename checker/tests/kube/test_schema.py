"""What a server of the supported versions refuses, in plain words, with the path of the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.kube.admission import refused
from checker.kube.schema import VERSIONS, refusal

DEPLOYMENT = (Path(__file__).parent / "data" / "deployment.yaml").read_text("utf-8")

CONTAINER = ("spec", "template", "spec", "containers", 0)


def test_the_example_is_taken_by_all_three(made):
    assert VERSIONS == ("1.35", "1.36", "1.37")
    assert refused(made()) is None


SCHEMA = [
    ("replicas: 3", "replicas: '3'", "spec.replicas is '3', and a whole number is asked", ("spec", "replicas")),
    ("replicas: 3", "replica: 3", "spec has no field 'replica'", ("spec", "replica")),
    ("  selector:\n    matchLabels:\n      app: shop\n", "", "spec lacks 'selector'", ("spec",)),
    (
        "apps/v1",
        "extensions/v1beta1",
        "there is no kind 'Deployment' in apiVersion 'extensions/v1beta1'",
        ("apiVersion",),
    ),
    ("apiVersion: apps/v1\n", "", "it has no apiVersion", ("kind",)),
    (
        "kind: Deployment",
        "kind: deployment",
        "there is no kind 'deployment' in apiVersion 'apps/v1'",
        ("apiVersion",),
    ),
    (
        "memory: 256Mi",
        "memory: {}",
        "spec.template.spec.containers.0.resources.limits.memory is {}, which has none of the kinds that it may have",
        (*CONTAINER, "resources", "limits", "memory"),
    ),
    (
        "apiVersion: apps/v1",
        "apiVersion: ../v1",
        "there is no kind 'Deployment' in apiVersion '../v1'",
        ("apiVersion",),
    ),
]


@pytest.mark.parametrize(("old", "new", "says", "path"), SCHEMA)
def test_the_schema(made, old, new, says, path):
    found = refusal(made(DEPLOYMENT, (old, new)).value)

    assert found is not None
    assert (found.version, found.says, found.path) == ("1.35", says, path)


RULES = [
    (
        "memory: 256Mi",
        "memory: 256MB",
        "limits.memory is '256MB', which is no quantity: suffixes are Ki, Mi, Gi, k, M, G, m",
        (*CONTAINER, "resources", "limits", "memory"),
    ),
    (
        "      labels:\n        app: shop",
        "      labels:\n        app: store",
        "spec.selector takes app=shop, and the template's pods carry app=store",
        ("spec", "selector"),
    ),
    (
        "cpu: 250m",
        "memory: 1Gi",
        "the request for memory is above its limit",
        (*CONTAINER, "resources", "requests", "memory"),
    ),
    (
        "replicas: 3",
        "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}",
        "maxSurge and maxUnavailable are both 0: no pod could ever be replaced",
        ("spec", "strategy", "rollingUpdate"),
    ),
    (
        "replicas: 3",
        "strategy: {rollingUpdate: {maxSurge: a few}}",
        "maxSurge is 'a few': a whole number or a percentage such as '25%' is asked",
        ("spec", "strategy", "rollingUpdate", "maxSurge"),
    ),
    (
        "replicas: 3",
        "strategy: {rollingUpdate: {maxUnavailable: 101%}}",
        "maxUnavailable is '101%', above 100%",
        ("spec", "strategy", "rollingUpdate", "maxUnavailable"),
    ),
    (
        "replicas: 3",
        "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
        "strategy Recreate has no rollingUpdate",
        ("spec", "strategy", "rollingUpdate"),
    ),
    (
        "replicas: 3",
        "progressDeadlineSeconds: 5\n  minReadySeconds: 5",
        "progressDeadlineSeconds must be longer than minReadySeconds",
        ("spec", "progressDeadlineSeconds"),
    ),
    (
        "readinessProbe:\n            httpGet:",
        "readinessProbe:\n            exec: {command: [ls]}\n            httpGet:",
        "readinessProbe asks in 2 ways, and exactly one is asked",
        (*CONTAINER, "readinessProbe"),
    ),
    (
        "readinessProbe:",
        "livenessProbe:\n            successThreshold: 2",
        "successThreshold of livenessProbe must be 1",
        (*CONTAINER, "livenessProbe", "successThreshold"),
    ),
    (
        "readinessProbe:",
        "readinessProbe:\n            periodSeconds: -1",
        "periodSeconds of readinessProbe is -1, below 0",
        (*CONTAINER, "readinessProbe", "periodSeconds"),
    ),
    (
        "name: http",
        "name: the-port-of-http",
        "the port name 'the-port-of-http' is too long, no name, or stands twice",
        (*CONTAINER, "ports", 0, "name"),
    ),
    (
        "containerPort: 8000",
        "containerPort: 0",
        "containerPort is 0, and 1 to 65535 is asked",
        (*CONTAINER, "ports", 0),
    ),
    ("name: web", "name: Web", "the container name 'Web' is no name, or stands twice", (*CONTAINER, "name")),
    (
        "name: shop",
        "name: Shop",
        "metadata.name is 'Shop': a name has small letters, digits and hyphens",
        ("metadata", "name"),
    ),
    (
        "      containers:",
        "      activeDeadlineSeconds: 600\n      containers:",
        "a Deployment's pods have no activeDeadlineSeconds",
        ("spec", "template", "spec", "activeDeadlineSeconds"),
    ),
]


@pytest.mark.parametrize(("old", "new", "says", "path"), RULES)
def test_the_rules_of_the_server(made, old, new, says, path):
    found = refused(made(DEPLOYMENT, (old, new)))

    assert found is not None
    assert (found.says, found.path) == (says, path)


def test_who_refuses(made):
    """A version is named only where the others take the object."""
    of_schema = refusal(made(DEPLOYMENT, ("replicas: 3", "replica: 3")).value)
    of_rule = refused(made(DEPLOYMENT, ("name: shop", "name: Shop")))
    of_one = refusal(made(DEPLOYMENT, ("replicas: 3", "replica: 3")).value, ["1.36"])

    assert (of_schema.who, of_schema.rule) == ("every version", False)
    assert (of_rule.who, of_rule.rule) == ("every version", True)
    assert of_one.who == "version 1.36"


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec:\n  ports: [{port: 80}]\n"
SCALER = """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: 2
  maxReplicas: 4
"""
BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: shop}\nspec:\n  minAvailable: 1\n"


OTHERS = [
    (SERVICE, "[{port: 80}]", "[]", "spec.ports is empty"),
    (SERVICE, "port: 80", "port: 0", "port is 0, and 1 to 65535 is asked"),
    (SERVICE, "[{port: 80}]", "[{port: 80}, {port: 81}]", "several ports need a name each"),
    (
        SERVICE,
        "spec:\n",
        "spec:\n  externalTrafficPolicy: Local\n",
        "externalTrafficPolicy is for the types NodePort and LoadBalancer alone",
    ),
    (SCALER, "minReplicas: 2", "minReplicas: 0", "minReplicas is 0, and at least 1 is asked"),
    (SCALER, "maxReplicas: 4", "maxReplicas: 1", "maxReplicas is 1, below minReplicas"),
    (
        BUDGET,
        "minAvailable: 1",
        "minAvailable: 1\n  maxUnavailable: 1",
        "minAvailable and maxUnavailable exclude each other",
    ),
]


@pytest.mark.parametrize(("base", "old", "new", "says"), OTHERS)
def test_other_kinds(made, base, old, new, says):
    assert refused(made(base)) is None

    found = refused(made(base, (old, new)))

    assert found is not None
    assert found.says == says
