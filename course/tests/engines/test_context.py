"""Which cluster may be used: by a kubeconfig that the real kubectl reads."""

from __future__ import annotations

import json
import shutil

import pytest

from course.engines import context
from course.engines.found import EngineTrouble

KUBECTL = shutil.which("kubectl")
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="there is no kubectl on the PATH")


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Write a kubeconfig with contexts by name and server, the first one current."""

    def write(**servers):
        names = [name.replace("_", "-") for name in servers]
        table = {
            "apiVersion": "v1", "kind": "Config", "current-context": names[0] if names else "",
            "clusters": [{"name": n, "cluster": {"server": s}} for n, s in zip(names, servers.values(), strict=True)],
            "users": [{"name": n, "user": {}} for n in names],
            "contexts": [{"name": n, "context": {"cluster": n, "user": n}} for n in names],
        }  # fmt: skip
        (tmp_path / "config").write_text(json.dumps(table))

    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.delenv(context.NAMED, raising=False)
    return write


@pytest.mark.parametrize(
    ("name", "server", "kind"),
    [
        ("kind_kind", "https://127.0.0.1:40111", "kind"),
        ("k3d_course", "https://0.0.0.0.localhost:6550", "k3d"),
        ("minikube", "https://192.168.49.2:8443", "minikube"),
        ("docker_desktop", "https://kubernetes.docker.internal:6443", "docker-desktop"),
        ("my_own", "https://localhost:6443", "my-own"),
    ],
)
def test_a_local_context_is_used(configured, name, server, kind):
    configured(**{name: server})

    found = context.current(KUBECTL)

    assert (found.name, found.server, found.kind) == (name.replace("_", "-"), server, kind)
    assert json.loads(found.kubeconfig)["current-context"] == found.name


@pytest.mark.parametrize(
    ("name", "server", "host"),
    [
        ("production", "https://k8s.example.com", "k8s.example.com"),
        ("kind_of_production", "https://k8s.example.com", "k8s.example.com"),
        ("office", "https://10.1.2.3:6443", "10.1.2.3"),
    ],
)
def test_any_other_context_is_refused_unless_it_is_named(configured, monkeypatch, name, server, host):
    configured(**{name: server})

    with pytest.raises(EngineTrouble) as trouble:
        context.current(KUBECTL)

    named = name.replace("_", "-")
    assert str(trouble.value) == (
        f"The current context {named!r} ({host}) is not evidently on this machine, and is not touched."
    )
    assert trouble.value.next_step == (
        f"kubectl config use-context kind-kind, or name it if it may be used: COURSE_KUBE_CONTEXT={named}"
    )
    monkeypatch.setenv(context.NAMED, named)
    assert context.current(KUBECTL).name == named


def test_the_named_context_need_not_be_the_current_one(configured):
    configured(production="https://k8s.example.com", minikube="https://192.168.49.2:8443")

    assert context.current(KUBECTL, "minikube").server == "https://192.168.49.2:8443"


def test_no_context(configured):
    configured()

    assert context.current(KUBECTL) is None


def test_a_context_that_is_not_there(configured):
    configured(minikube="https://192.168.49.2:8443")

    with pytest.raises(EngineTrouble) as trouble:
        context.current(KUBECTL, "kind-kind")

    assert (str(trouble.value), trouble.value.next_step) == (
        "There is no context 'kind-kind'.", "kubectl config get-contexts",
    )  # fmt: skip
