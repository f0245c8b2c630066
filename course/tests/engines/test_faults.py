"""What the doctor hears of engines that are partly here."""

from __future__ import annotations

import pytest

from course.engines import command, docker, faults, found, install, kubernetes, trino
from course.engines.found import Found


@pytest.fixture
def machine(monkeypatch):
    """A machine of a kind with these programs on its PATH, where nothing answers and nothing is ours."""

    def have(*names, system="linux"):
        monkeypatch.setattr(install, "which", lambda name: name if name in names else None)
        monkeypatch.setattr(found, "system", lambda: system)

    monkeypatch.setattr(docker, "output", lambda argv, **_: None)
    monkeypatch.setattr(docker, "alive", lambda name: False)
    monkeypatch.setattr(kubernetes, "alive", lambda name: False)
    monkeypatch.setattr(kubernetes.context, "output", lambda argv, **_: None)
    monkeypatch.setattr(faults, "SERVERS", ())
    monkeypatch.setattr(faults, "alive", lambda name: False)
    monkeypatch.delenv(kubernetes.context.NAMED, raising=False)
    return have


def test_an_engine_that_is_not_here_at_all_is_no_fault(machine, capsys):
    machine()

    assert command.main(["faults"]) == 0
    assert capsys.readouterr().out == "\n"


def test_docker_that_does_not_answer(machine, capsys):
    machine("docker", system="mac")

    assert command.main(["faults"]) == 1
    assert capsys.readouterr().out == (
        "docker is installed, but no engine answers. Start Docker Desktop, or: brew install colima docker "
        "docker-compose && colima start.\n"
    )


@pytest.mark.parametrize("maker", ["kind", "minikube", "k3d"])
def test_a_cluster_s_tool_without_kubectl(machine, maker):
    machine(maker)

    assert faults.faults() == [
        f"{maker} is installed, but there is no kubectl on the PATH, which talks to its cluster. "
        "Install it: brew install kubectl, winget install Kubernetes.kubectl, or apt-get install kubernetes-client."
    ]


def test_kubectl_without_a_context(machine):
    machine("kubectl")

    assert faults.faults() == [
        "kubectl has no current context. Make one with kind or minikube, or as root on Debian: make infra."
    ]


def test_a_context_whose_cluster_does_not_answer(machine, monkeypatch):
    machine("kubectl", system="windows")
    chosen = kubernetes.context.Context("kind-kind", "https://127.0.0.1:6443", "{}")
    monkeypatch.setattr(kubernetes.context, "current", lambda kubectl: chosen)
    monkeypatch.setattr(kubernetes, "output", lambda argv, **_: None)

    assert faults.faults() == [
        "The cluster of the context 'kind-kind' does not answer. Switch it on in Docker Desktop, or: winget install "
        "Kubernetes.kind, then kind create cluster."
    ]


def test_a_jdk_that_is_too_old_is_told_to_who_brings_engines_up(machine, monkeypatch):
    machine()
    monkeypatch.setattr(trino, "_homes", lambda: iter(["old", "older"]))
    monkeypatch.setattr(trino, "_major", {"old": 17, "older": 11}.get)

    assert faults.faults() == []
    monkeypatch.setattr(faults, "alive", lambda name: name == "docker")

    assert faults.faults() == [
        "Trino was left out. It needs a JDK of 24 or newer, and the newest here is 17. Unpack one below /opt or name "
        "it by JAVA_HOME, then make infra."
    ]


def test_another_program_on_a_port_of_ours(machine, monkeypatch):
    class Taken:
        def fault(self):
            return "Port 5000 of 127.0.0.1 is taken by another program than registry. End that one first."

    machine()
    monkeypatch.setattr(faults, "SERVERS", (Taken(),))

    assert faults.faults() == [Taken().fault()]


def test_what_answers_is_no_fault(machine, monkeypatch):
    machine("docker", "kubectl")
    there = {name: type("There", (), {"find": lambda self: Found("x", True)})() for name in ("docker", "kubernetes")}
    monkeypatch.setattr(faults, "ENGINES", there)

    assert faults.faults() == []
