"""`python -m course.engines codebuild`: what reaches Docker, what is refused, and what a deployment would find."""

from __future__ import annotations

import random

import pytest

from checker.buildspec import Registry
from checker.buildspec.programs import NO_CREDENTIALS
from checker.buildspec.world import Reply
from course.engines import codebuild
from course.engines.codebuild import RealDocker

HERE = "127.0.0.1:5000"
IMAGE = f"{HERE}/movie-service:1"


class Noted(RealDocker):
    """Notes what would have been run."""

    def _really(self, words, phase):
        return Reply(0, f"ran {' '.join(words)}")


@pytest.fixture
def world():
    return Noted(random.Random(1), Registry(host=HERE))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("docker", "build", "--tag", IMAGE, "."), Reply(0, f"ran docker build --tag {IMAGE} .")),
        (("docker", "push", IMAGE), Reply(1, NO_CREDENTIALS)),
        (("docker", "buildx", "build", "--push", "-t", IMAGE, "."), Reply(1, NO_CREDENTIALS)),
        (
            ("docker", "push", "registry.example/a:1"),
            Reply(1, "registry.example: this run reaches the registry on loopback only"),
        ),
        (("aws", "sts", "get-caller-identity", "--query", "Account"), Reply(0, "123456789012")),
    ],
)
def test_docker_is_asked_for_our_registry_only_and_after_a_login(world, words, said):
    assert world.answer(words, "build", "") == said


def test_after_the_login_a_push_is_made(world):
    password = world.answer(("aws", "ecr", "get-login-password"), "pre_build", "").text

    world.answer(("docker", "login", "--username", "AWS", "--password-stdin", HERE), "pre_build", password)

    assert world.answer(("docker", "push", IMAGE), "post_build", "") == Reply(0, f"ran docker push {IMAGE}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no imagedefinitions.json with an imageUri in the artifact"),
        (b"[]", "there is no imagedefinitions.json with an imageUri in the artifact"),
        (f'[{{"imageUri": "{HERE}/movie-service@sha256:0a"}}]'.encode(),
         "finds the image that was pushed, by its digest"),
        (f'[{{"imageUri": "{IMAGE}"}}]'.encode(),
         "finds the image that was pushed, by the tag 1, which can be put on another image"),
        (b'[{"imageUri": "registry.example/a:1"}]', "registry.example/a:1 is not in the registry"),
    ],
)  # fmt: skip
def test_a_deployment_follows_the_artifact_to_the_registry(monkeypatch, content, said):
    monkeypatch.setattr(codebuild, "manifest", lambda *_: "sha256:0a")
    artifacts = {} if content is None else {codebuild.DEFINITIONS: content}
    made = codebuild.Build(RealDocker(random.Random(1)), (), "", {}, artifacts, {})

    assert codebuild._deployed(made, HERE) == said


def test_a_folder_without_a_buildspec_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(codebuild.docker, "find", lambda: codebuild.docker.Found("docker", True))

    with pytest.raises(codebuild.EngineTrouble, match=r"^There is no buildspec.yml in this folder\.$"):
        codebuild.run(tmp_path, registry=HERE)
