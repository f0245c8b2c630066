"""The registry on loopback: an image is pushed, removed, and pulled again by its digest."""

from __future__ import annotations

import secrets

import pytest

from course.engines.registry import REGISTRY
from course.engines.testing import Live, figure

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


def test_an_image_goes_in_and_comes_out_by_its_digest():
    docker, registry = Live("docker"), Live("registry")
    name = f"{registry.found.facts['registry']}/movies-{secrets.token_hex(4)}"
    try:
        with figure("registry: push and pull", "what was pushed is pulled by its digest", engine="registry") as found:
            docker.run("docker", "build", "--tag", f"{name}:1", "-", given="FROM scratch\nLABEL made=here\n")
            pushed = docker.run("docker", "push", f"{name}:1")
            digest = next(word for word in pushed.split() if word.startswith("sha256:"))
            docker.run("docker", "image", "rm", f"{name}:1")
            docker.run("docker", "pull", f"{name}@{digest}")
            made = docker.run("docker", "image", "inspect", "--format", "{{.Config.Labels.made}}", f"{name}@{digest}")
            found.value = digest[:19]
            assert made == "here"
    finally:
        docker.ask("sh", "-c", f"docker image ls --quiet {name} | xargs -r docker image rm --force")


def test_buildx_builds_and_pushes_in_one_step():
    docker, registry = Live("docker"), Live("registry")
    if "buildx" not in docker.found.facts:
        pytest.skip("the docker client of this machine has no buildx")
    name = f"{registry.found.facts['registry']}/movies-{secrets.token_hex(4)}"
    try:
        docker.run("docker", "buildx", "build", "--push", "--tag", f"{name}:1", "-", given="FROM scratch\nLABEL a=b\n")
        described = docker.run("docker", "buildx", "imagetools", "inspect", f"{name}:1")
    finally:
        docker.ask("docker", "image", "rm", "--force", f"{name}:1")

    assert f"Name:      {name}:1" in described


def test_a_tag_that_nobody_pushed_is_refused():
    docker, registry = Live("docker"), Live("registry")

    done = docker.ask("docker", "pull", f"{registry.found.facts['registry']}/movies:nobody")

    assert done.returncode == 1
    assert "manifest unknown" in done.stdout or "not found" in done.stdout


def test_another_program_on_its_port_is_no_registry():
    assert REGISTRY.version_in("<html>", {}) is None
