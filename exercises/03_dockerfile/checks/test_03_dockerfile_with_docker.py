"""Live rows of exercise 3: a real engine builds the image, runs it, and stops it. They have no points."""

from __future__ import annotations

from typing import Any

from checker import check, expect

# The trainee's own health check, asked each second; a busy machine may take a minute to import, which is no illness.
OFTEN = ["--health-interval", "1s", "--health-start-period", "60s", "--health-retries", "3"]


def built(submission: Any, docker: Any) -> str:
    """The name of the image that the trainee's files make, with the local base where nothing can be pulled."""
    text, stands_in = docker.base_for(submission.text("Dockerfile"))
    submission.replace("Dockerfile", text)
    image = docker.unique("scores")
    docker.at_end(["docker", "image", "rm", "--force", image])
    made = docker.run(["docker", "build", "--tag", image, "."], timeout=900)
    expect(
        made.exit_code == 0,
        tried="ran docker build" + (f" ({stands_in[0]})" if stands_in else ""),
        seen=made.last(),
        expected="an image",
        where="Dockerfile",
        next="Which instruction does the last line name?",
    )
    return image


def started(submission: Any, docker: Any, image: str) -> str:
    """The name of a container of it, on a read-only file system, once it was started."""
    name = docker.unique("container")
    docker.at_end(["docker", "rm", "--force", name])
    options = ["--detach", "--name", name, "--read-only", "--tmpfs", "/tmp", "--publish", "127.0.0.1::8000"]
    run = docker.run(["docker", "run", *options, *OFTEN, image])
    expect(
        run.exit_code == 0,
        tried="ran docker run with a read-only file system",
        seen=run.last(),
        expected="a container that runs",
        where="Dockerfile",
        next="Which program, or which user, does the message name?",
    )
    return name


@check(id="image-builds", task=1, after=("builds",))
def test_the_image_builds(submission):
    """The image builds on a real engine."""
    built(submission, submission.engine("docker"))


@check(id="image-runs", task=4, tier="full", after=("health", "user"))
def test_the_image_runs_and_is_healthy(submission):
    """A container of it becomes healthy, answers, and its process is not root's, on a read-only file system."""
    docker = submission.engine("docker")
    name = started(submission, docker, built(submission, docker))

    state = ["docker", "inspect", "--format", "{{.State.Health.Status}} {{.State.Running}}", name]
    said = docker.until(state, lambda ran: "healthy true" in ran.output or "false" in ran.output, timeout=90)
    expect(
        said.output.strip() == "healthy true",
        tried="waited for the container to be healthy",
        seen=f"{said.output.strip()}; it said: {docker.run(['docker', 'logs', name]).last(2)}",
        expected="healthy",
        where="Dockerfile",
        next="What did the process print, and what did the health check?",
    )
    port = docker.run(["docker", "port", name, "8000"]).output.strip().rpartition(":")[2]
    reply = docker.get(f"http://127.0.0.1:{port}/health/ready", wait=20)
    expect(
        reply.status == 200,
        tried="asked the published port for /health/ready",
        seen=f"status {reply.status}",
        expected="status 200",
        where="Dockerfile",
        next="On which address does the app listen inside?",
    )
    user = docker.run(["docker", "exec", name, "id", "-u"]).output.strip()
    expect(
        user not in ("", "0"),
        tried="asked the container who it is",
        seen=f"uid {user}",
        expected="a uid other than 0",
        where="Dockerfile",
        next="Which user is set last?",
    )


@check(id="image-stops", task=2, after=("signal",))
def test_the_container_stops_in_good_order(submission):
    """On `docker stop` the app ends by itself, and is not killed."""
    docker = submission.engine("docker")
    name = started(submission, docker, built(submission, docker))
    log = ["docker", "logs", name]
    docker.until(log, lambda ran: "startup complete" in ran.output, timeout=60)

    docker.run(["docker", "stop", name])

    ended = docker.run(["docker", "inspect", "--format", "{{.State.ExitCode}}", name]).output.strip()
    expect(
        ended != "137" and "stopped in good order" in docker.run(log).output,
        tried="ran docker stop",
        seen=f"exit code {ended}; its last words: {docker.run(log).last(1)}",
        expected="the app says 'stopped in good order', and is not killed (exit code 137)",
        where="Dockerfile",
        next="Which process of the container got the signal?",
    )
