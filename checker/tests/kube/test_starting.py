"""What keeps pods from being made, from starting, or from turning ready."""

from __future__ import annotations

import re

import pytest

from checker import readers
from checker.kube.objects import Objects, in_text
from checker.kube.services import others
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


def test_others_that_a_service_takes(text):
    deployment, service, pod = _objects(text + SERVICE + POD).objects

    assert [one.name for one in others(service, deployment, _objects(text + SERVICE + POD))] == [pod.name]
    assert others(service, deployment, _objects(text + SERVICE + POD.replace("app: shop", "app: bank"))) == []
