"""The image of the sample service: small, unprivileged, healthy, and it ends when it is told to."""

from __future__ import annotations

import json
import time
import uuid

import pytest

from course.engines.testing import figure

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]
# What an image of this service cannot be smaller than: its base and the packages of requirements/serve.txt.
OVERHEAD = 1.1


@pytest.fixture
def container(docker, image):
    """A running container on a read-only root without any capability, removed afterwards."""
    name = f"live-{uuid.uuid4().hex[:8]}"
    flags = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "512m"]
    flags += ["--env", "MOVIE_SERVICE_ALLOW_ANONYMOUS=true"]
    docker.run("docker", "run", "--detach", "--name", name, *flags, "--publish", "127.0.0.1::8000", image)
    yield name
    docker.run("docker", "rm", "--force", name)


def health(docker, name):
    return docker.run("docker", "inspect", "--format", "{{.State.Health.Status}}", name)


def test_it_turns_healthy_unprivileged_on_a_read_only_root_and_answers(docker, container):
    with figure("service turns healthy", "healthy", engine="docker"):
        docker.until("healthy", lambda: health(docker, container) == "healthy")

    who = docker.run("docker", "exec", container, "python", "-c", "import os; print(os.getuid(), os.getgid())")
    asks = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/health/ready').status)"
    assert who == "10001 10001"
    assert docker.run("docker", "exec", container, "python", "-c", asks) == "200"


def test_it_ends_when_it_is_told_to_and_not_by_force(docker, container):
    docker.until("healthy", lambda: health(docker, container) == "healthy")

    with figure("service stops", "exit code 0 within 2 s", engine="docker") as found:
        began = time.monotonic()
        docker.run("docker", "stop", "--time", "30", container)
        seconds = time.monotonic() - began
        code = docker.run("docker", "inspect", "--format", "{{.State.ExitCode}}", container)
        # Written down and not asserted: a busy machine is no fault of the image.
        found.value, found.holds = f"exit code {code} after {seconds:.1f} s", seconds <= 2
        assert code == "0"


def test_it_holds_what_it_needs_and_little_else(docker, image):
    count = "import pathlib; print(sum(p.stat().st_size for p in pathlib.Path('/opt/venv').rglob('*') if p.is_file()))"

    with figure("service image size", f"at most {OVERHEAD} of base and packages", engine="docker") as found:
        size, base = (
            int(docker.run("docker", "image", "inspect", "--format", "{{.Size}}", name))
            for name in (image, "python:3.13-slim")
        )
        packages = int(docker.run("docker", "run", "--rm", "--entrypoint", "python", image, "-c", count))
        ratio = size / (base + packages)
        found.value = f"{size // 10**6} MB, {ratio:.2f} of {base // 10**6} and {packages // 10**6} MB"
        assert ratio <= OVERHEAD
    with pytest.raises(AssertionError):
        docker.run("docker", "run", "--rm", "--entrypoint", "/opt/venv/bin/pip", image, "--version")


def test_a_change_of_code_installs_no_package_again(docker, image, context):
    source = context / "course" / "service" / "src" / "movie_service" / "errors.py"
    before = source.read_text()
    source.write_text(before + "\n# one letter\n")
    try:
        words = ["--progress", "plain", "--file", "course/service/deploy/Dockerfile", "."]
        told = docker.run("docker", "build", *words, timeout=900)
    finally:
        source.write_text(before)

    steps = {line.split("] ", 1)[1]: line.split()[0] for line in told.splitlines() if "] RUN " in line}
    install = next(number for text, number in steps.items() if "--require-hashes" in text)
    assert f"{install} CACHED" in told


def test_nothing_but_the_service_and_its_model_gets_in(docker, image):
    listed = docker.run(
        "docker",
        "run",
        "--rm",
        "--entrypoint",
        "python",
        image,
        "-c",
        "import os, json; print(json.dumps([os.listdir('/srv'), os.listdir('/srv/model')]))",
    )

    top, model = json.loads(listed)
    assert top == ["model"]
    assert {"manifest.json", "model.txt", "online.json"} <= set(model)
