"""What docker, aws and the test runners say, and what the world knows afterwards."""

from __future__ import annotations

import pytest

from checker.buildspec import Registry
from checker.buildspec.programs import NO_PUSH, image_id
from checker.buildspec.words import named
from checker.buildspec.world import DOCKER_PUSH, HOST, START
from checker.tests.buildspec.conftest import Builder, spec

LOGIN = "aws ecr get-login-password | docker login --username AWS --password-stdin ${REPOSITORY_URI%%/*}"
BUILD, PUSH = 'docker build --tag "$REPOSITORY_URI:1" .', 'docker push "$REPOSITORY_URI:1"'


def test_a_push_reaches_the_registry_and_prints_the_digest(build: Builder) -> None:
    made = build(spec(build=[LOGIN, BUILD, PUSH]))

    (push,) = made.world.pushes
    assert (push.repository, push.tag, push.phase) == ("movie-service", "1", "build")
    assert f"1: digest: {push.digest} size: 1786" in made.log


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        ([BUILD, PUSH], "no basic auth credentials"),
        ([LOGIN, PUSH], "An image does not exist locally with the tag"),
        (["echo x | docker login -u AWS --password-stdin $REPOSITORY_URI"], "400 Bad Request"),
        ([LOGIN, "docker build -t other.example/a:1 .", "docker push other.example/a:1"], "no basic auth credentials"),
        (["$(aws ecr get-login)"], "Invalid choice"),
        (["git rev-parse HEAD"], "not a git repository"),
        (["docker frobnicate"], "does not know this call"),
    ],
)
def test_what_fails_says_why(build: Builder, commands: list[str], said: str) -> None:
    made = build(spec(build=commands))

    assert made.status == "FAILED"
    assert said in made.log


@pytest.mark.parametrize(
    ("command", "tests"),
    [
        ("pytest -q", 1),
        ("python -m pytest", 1),
        ("make install test", 1),
        ("npm test", 1),
        ("uv run pytest", 1),
        ("pip install pytest", 0),
        ("python -m pip install pytest", 0),
        ("uv pip install pytest", 0),
        ("poetry add pytest", 0),
        ("pytest --collect-only", 0),
        ("pytest --version", 0),
        ("pytest --lf --lfnf none", 0),
        ("python -m pytest --last-failed --last-failed-no-failures=none -q", 0),
        ("PYTEST_ADDOPTS='--lf --lfnf=none' pytest", 0),
        ("coverage run --source=app -m pytest -q", 1),
        ("python -m coverage run -m pytest", 1),
        ("coverage run app.py tests", 0),
        ("coverage report", 0),
        ("pytest --lf", 1),
        ("pytest --lf --lfnf all", 1),
        ("pytest --lfnf none", 1),
    ],
)
def test_tests_that_run_are_told_from_those_that_are_fetched_or_listed(
    build: Builder, command: str, tests: int
) -> None:
    assert len(build(spec(build=[command])).world.tested) == tests


@pytest.mark.parametrize(
    "text",
    [
        spec(build=["PYTEST_ADDOPTS='-k health' pytest"]),
        spec(pre_build=["export PYTEST_ADDOPTS='-k health'"], build=["pytest"]),
        spec("env:\n  variables:\n    PYTEST_ADDOPTS: -k health\n", build=["pytest"]),
    ],
)
def test_what_pytest_reads_from_its_variable_is_known(build: Builder, text: str) -> None:
    assert [(one.text, one.addopts) for one in build(text).world.tested] == [("pytest", "-k health")]


def test_a_container_does_not_see_the_variable_of_the_host(build: Builder) -> None:
    made = build(spec(build=[BUILD, 'PYTEST_ADDOPTS=-ka docker run "$REPOSITORY_URI:1" pytest']))

    assert [one.addopts for one in made.world.tested] == [""]


def test_a_variable_may_say_that_no_test_runs(build: Builder) -> None:
    assert build(spec(build=["PYTEST_ADDOPTS='-q --collect-only' pytest"])).world.tested == []


@pytest.mark.parametrize(
    ("commands", "status"),
    [
        ([BUILD, 'docker run --rm "$REPOSITORY_URI:1" --check'], "SUCCEEDED"),
        (['docker run --rm "$REPOSITORY_URI:1" --check', BUILD], "FAILED"),
        (["docker run --rm python:3.13-slim true"], "SUCCEEDED"),
    ],
)
def test_an_image_of_the_registry_is_started_when_it_is_there(build: Builder, commands: list[str], status: str) -> None:
    assert build(spec(build=commands)).status == status


def test_the_registry_is_asked_for_the_newest_image_too(build: Builder) -> None:
    ask = "aws ecr describe-images --repository-name movie-service --query 'sort_by(imageDetails)[-1].imageDigest'"
    made = build(spec(build=[LOGIN, BUILD, PUSH, f"{ask} --output text"]))

    assert made.succeeded
    assert made.world.calls[-1].reply.text == made.world.pushes[0].digest


def test_a_list_of_all_images_begins_with_any_of_them(build: Builder) -> None:
    registry = Registry()
    registry.push("movie-service", "0", "sha256:earlier")
    ask = "aws ecr describe-images --repository-name movie-service --query 'imageDetails[0].imageDigest' --output text"
    made = build(spec(build=[LOGIN, BUILD, PUSH, ask]), registry=registry)

    assert made.world.calls[-1].reply.text == "sha256:earlier"


@pytest.mark.parametrize("option", ["-d", "--detach", "-dit"])
def test_a_container_in_the_background_ends_with_0_at_once(build: Builder, option: str) -> None:
    start = f'docker run {option} --rm "$REPOSITORY_URI:1" --check'

    assert build(spec(build=[BUILD, start]), fails=(START,)).succeeded
    assert not build(spec(build=[BUILD, start.replace(option, "-it")]), fails=(START,)).succeeded


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ('docker run --rm "$REPOSITORY_URI:1" --check', "FAILED"),
        ('podman run "$REPOSITORY_URI:1" --check', "FAILED"),
        # It starts and is told to do something else, or it is no start at all.
        ('docker run --rm "$REPOSITORY_URI:1" --version', "SUCCEEDED"),
        ("uv lock --check", "SUCCEEDED"),
    ],
)
def test_an_image_that_does_not_start_fails_its_check(build: Builder, command: str, status: str) -> None:
    assert build(spec(build=[BUILD, command]), fails=(START,)).status == status


@pytest.mark.parametrize("option", ["--metadata-file", "--iidfile"])
def test_a_build_that_shall_write_a_file_is_not_known(build: Builder, option: str) -> None:
    made = build(spec(build=[f"docker buildx build --push {option} a.json ."]))

    limit = "a limit of the stand-in of docker, which does not know this call"
    assert f"\n{limit}: docker buildx build {option} a.json\n" in made.log


def test_a_tag_of_an_immutable_repository_stays(build: Builder) -> None:
    registry = Registry(immutable=True)

    assert build(spec(build=[LOGIN, BUILD, PUSH]), registry=registry).succeeded
    second = build(spec(build=[LOGIN, BUILD, PUSH]), seed=9, registry=registry)

    assert "The image tag '1' already exists in the 'movie-service' repository" in second.log


def test_a_tag_on_the_list_of_exceptions_moves() -> None:
    registry = Registry(immutable=True, movable=("latest*",))
    registry.push("movie-service", "latest", "sha256:a")

    assert registry.push("movie-service", "latest", "sha256:b") == ""


@pytest.mark.parametrize(
    "command",
    [
        "docker inspect --format '{{index .RepoDigests 0}}' $REPOSITORY_URI:1 | cut -d@ -f2",
        "docker inspect -f '{{join .RepoDigests \" \"}}' $REPOSITORY_URI:1 | cut -d@ -f2",
        "docker inspect $REPOSITORY_URI:1 --format='image: {{ index .RepoDigests 0 }}' | cut -d@ -f2",
        "docker image inspect $REPOSITORY_URI:1 | python -c "
        '\'import json, sys; print(json.load(sys.stdin)[0]["RepoDigests"][0].split("@")[1])\'',
        "docker buildx imagetools inspect $REPOSITORY_URI:1 --format '{{.Manifest.Digest}}'",
        "aws ecr describe-images --repository-name movie-service --image-ids imageTag=1 "
        "--query imageDetails[0].imageDigest --output text",
        "aws ecr list-images --repository-name movie-service "
        "--query \"imageIds[?imageTag=='1'].imageDigest\" --output text",
    ],
)
def test_the_digest_can_be_asked_for_in_the_usual_ways(build: Builder, command: str) -> None:
    text = (
        f"version: 0.2\nphases:\n  build:\n    commands:\n      - {LOGIN}\n      - {BUILD}\n      - {PUSH}\n      - |\n"
    )
    made = build(f"{text}        echo digest=$({command})\n")

    assert f"digest={made.world.pushes[0].digest}" in made.log


def test_the_id_is_not_the_digest(build: Builder) -> None:
    made = build(spec(build=[LOGIN, BUILD, PUSH, "docker inspect --format {{.Id}} $REPOSITORY_URI:1"]))

    assert image_id(made.world.pushes[0].digest) in made.log
    assert image_id(made.world.pushes[0].digest) != made.world.pushes[0].digest


@pytest.mark.parametrize(
    "command", ["pytest", "python -m pytest -q", "make test", "uv run pytest", "docker run x pytest"]
)
def test_tests_are_known_by_any_runner_and_fail_when_told(build: Builder, command: str) -> None:
    made = build(spec(build=[command]), fails=("tests",))

    assert [one.phase for one in made.world.tested] == ["build"]
    assert made.status == "FAILED"


def test_python_itself_is_real(build: Builder) -> None:
    assert "\n42\n" in build(spec(build=["python -c 'print(6 * 7)'"])).log


def test_docker_needs_privileged_mode(build: Builder) -> None:
    assert "Cannot connect to the Docker daemon" in build(spec(build=[BUILD]), privileged=False).log


def test_an_image_of_an_earlier_build_is_pushed_as_if_it_were_new(build: Builder) -> None:
    made = build(spec(pre_build=[LOGIN], build=[BUILD], post_build=[PUSH]), fails=("docker build",), stale="sha256:old")

    assert [one.digest for one in made.world.pushes] == ["sha256:old"]


def test_docker_build_pushes_when_it_is_told_to(build: Builder) -> None:
    made = build(spec(build=[LOGIN, "docker buildx build --push -t $REPOSITORY_URI:2 ."]))

    assert [one.tag for one in made.world.pushes] == ["2"]


def test_a_name_is_taken_apart() -> None:
    assert named(f"{HOST}/movie-service:1") == (HOST, "movie-service", "1")
    assert named("team/api") == ("", "team/api", "latest")
    assert named(f"{HOST}/a@sha256:0") == (HOST, "a", "sha256:0")


def test_the_engine_lists_a_digest_once_the_registry_has_told_it(build: Builder) -> None:
    listed = "docker images --digests --format '{{.Repository}} {{.Tag}} {{ .Digest }}' $REPOSITORY_URI"
    made = build(spec(build=[LOGIN, BUILD, listed, PUSH, f"docker tag x y || {listed}", "docker image ls -q other/a"]))

    (push,) = made.world.pushes
    assert f"{HOST}/movie-service 1 <none>\n" in made.log
    assert f"{HOST}/movie-service 1 {push.digest}\n" in made.log


def test_without_a_form_each_image_is_a_line(build: Builder) -> None:
    made = build(spec(build=[BUILD, "docker image ls"]))

    assert f"{HOST}/movie-service  1  <none>  {image_id(made.world.built[0])}\n" in made.log


@pytest.mark.parametrize("option", ["--region eu-west-1", "--region=eu-west-1", "--debug", "--no-cli-pager"])
def test_options_of_aws_stand_before_the_service_too(build: Builder, option: str) -> None:
    made = build(spec(build=[f'test -n "$(aws {option} ecr get-login-password)"']))

    assert made.succeeded


@pytest.mark.parametrize("push", [PUSH, "docker image push $REPOSITORY_URI:1", BUILD.replace("build", "build --push")])
def test_a_push_fails_when_told_however_it_is_written(build: Builder, push: str) -> None:
    made = build(spec(build=[LOGIN, BUILD, push]), fails=(DOCKER_PUSH,))

    assert (made.status, made.world.pushes, made.world.registry.tags) == ("FAILED", [], {})
    assert f"\n{NO_PUSH}\n" in made.log
