"""What keeps pods from being made, from starting, or from turning ready."""

from __future__ import annotations

import re

import pytest

from checker import readers
from checker.kube.objects import Objects, in_text
from checker.kube.services import openings, others
from checker.kube.starting import hindrances, serves_nothing

ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: shop}\n"
POD = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: try, labels: {app: shop}}\nspec: {containers: [{name: web}]}\n"
SERVICE = "---\napiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {selector: {app: shop}}\n"


def _objects(text):
    return Objects(tuple(in_text("all.yaml", text, readers.read_documents("all.yaml", text))))


def _found(text, line="", more=""):
    held = text.replace("      containers:", f"      {line}\n      containers:") if line else text
    objects = _objects(held + more)
    image = re.search(r"image: (\S+)", text)[1]
    return [one.says for one in hindrances(objects.objects[0], objects, re.compile(re.escape(image)))]


def _init(text, rest):
    image = re.search(r"image: (\S+)", text)[1]
    return f"initContainers: [{{name: wait, image: {image}, {rest}}}]"


def test_nothing_hinders_a_plain_deployment(text):
    assert _found(text) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("serviceAccountName: shop", "no file makes the ServiceAccount 'shop', so no pod is made"),
        ("priorityClassName: high", "no file makes the PriorityClass 'high', so no pod is made"),
        ("runtimeClassName: gvisor", "no file makes the RuntimeClass 'gvisor', so no pod is made"),
        (
            "readinessGates: [{conditionType: a/b}]",
            "the pods wait for the condition 'a/b', which nobody sets: none turns ready",
        ),
        (
            "initContainers: [{name: wait, image: busybox}]",
            "the init container 'wait' has the image 'busybox', which is not on the nodes",
        ),
    ],
)
def test_a_hindrance(text, line, says):
    assert _found(text, line) == [says]


def test_an_image_that_no_registry_has(text):
    says = (
        "the container 'web' asks a registry for its image at each start, and the image is on the nodes alone: "
        "it ends in ImagePullBackOff"
    )

    assert _found(text.replace("image:", "imagePullPolicy: Always\n          image:")) == [says]
    assert _found(text.replace("image:", "imagePullPolicy: IfNotPresent\n          image:")) == []


@pytest.mark.parametrize("line", ["serviceAccountName: default", "priorityClassName: system-cluster-critical"])
def test_names_that_every_cluster_has(text, line):
    assert _found(text, line) == []


def test_an_account_of_the_files(text):
    assert _found(text, "serviceAccountName: shop", ACCOUNT) == []
    assert _found(text, "serviceAccountName: shop", ACCOUNT.replace("shop}", "shop, namespace: bank}")) != []


@pytest.mark.parametrize(
    ("rest", "ends"),
    [
        ("command: [sleep, infinity]", False),
        ("command: [sh, -c, 'echo hi; exec sleep infinity']", False),
        ("command: [tail, -f, /dev/null]", False),
        ("command: [sleep, '5']", True),
        ("command: [sleep, infinity], restartPolicy: Always", True),
    ],
)
def test_an_init_container_must_end(text, rest, ends):
    never = "the init container 'wait' never ends, and the others wait for it"

    assert _found(text, _init(text, rest)) == ([] if ends else [never])


@pytest.mark.parametrize(
    ("command", "idle"),
    [
        (None, False),
        (["sleep", "infinity"], True),
        (["/bin/sleep", "3600"], True),
        (["sh", "-c", "echo hi; sleep infinity"], True),
        (["sh", "-c", "sleep 2; exec uvicorn app:app"], False),
        (["uvicorn", "app:app"], False),
    ],
)
def test_a_command_in_place_of_the_service(command, idle):
    assert serves_nothing(command) is idle


INGRESS = """---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}}]}
"""
ROUTE = """---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: road}
spec: {rules: [{backendRefs: [{name: shop, port: 80}]}]}
"""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("", []),
        (INGRESS, ["the Ingress 'door' hands requests from outside to it"]),
        (INGRESS.replace("name: shop", "name: bank"), []),
        (INGRESS.replace("{name: door}", "{name: door, namespace: bank}"), []),
        (ROUTE, ["the HTTPRoute 'road' hands requests from outside to it"]),
        (
            SERVICE.replace("{name: shop}", "{name: look}").replace("{selector", "{type: NodePort, selector"),
            ["the Service 'look' of type NodePort opens a port of every node to those outside"],
        ),
        (
            SERVICE.replace("{name: shop}", "{name: look}").replace("{selector", "{externalIPs: [192.0.2.7], selector"),
            ["externalIPs of the Service 'look' take requests at addresses outside"],
        ),
        (SERVICE.replace("{selector: {app: shop}}", "{type: NodePort, selector: {app: bank}}"), []),
    ],
)
def test_what_lets_others_in(text, more, says):
    objects = _objects(text + SERVICE + more)

    assert [one.says for one in openings(objects.objects[0], objects)] == says


def test_others_that_a_service_takes(text):
    deployment, service, pod = _objects(text + SERVICE + POD).objects

    assert [one.name for one in others(service, deployment, _objects(text + SERVICE + POD))] == [pod.name]
    assert others(service, deployment, _objects(text + SERVICE + POD.replace("app: shop", "app: bank"))) == []
