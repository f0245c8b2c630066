"""What exercise 6 says of platforms: Fargate's version, system and processor. Whole texts."""

from __future__ import annotations

from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.agreement.ecs_answer import CHECKS, CONTRACT, SERVICE, TASK, changed, hand_in, told

SIZE, SECRET = (sibling(CHECKS, name) for name in ("test_06_ecs", "test_06_ecs_6_secret"))
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:movie/pseudonym-key-a1B2c3"


# -- task 6: the platform that looks it up ----------------------------------------------------------------------------
LAUNCH = "LaunchType: FARGATE\n"


def on_platform(version: str, rest: str) -> Any:
    service = changed(SERVICE, (LAUNCH, f"{LAUNCH}      PlatformVersion: {version}\n"))
    return hand_in(service, changed(TASK, (ARN, f"{ARN}{rest}")))


@pytest.mark.parametrize(
    ("version", "rest", "seen"),
    [
        (
            "1.3.0", ":PSEUDONYM_KEY::",
            "the platform version 1.3.0 looks up whole secrets only, and no field of one: the task does not start",
        ),
        ("1.2.0", "", "the platform version 1.2.0 knows no secrets: the task does not start"),
    ],
)  # fmt: skip
def test_a_platform_that_is_too_old_for_the_key_is_told(version: str, rest: str, seen: str) -> None:
    assert told(SECRET.test_key_is_in_no_file, on_platform(version, rest)) == Finding(
        "let ECS look up the secret",
        seen,
        "a platform version that can look it up, such as LATEST, which is taken when nothing is said",
        "service.yaml:73",
        "Since which version of Fargate's platform can a task get what its `valueFrom` asks for?",
    )


@pytest.mark.parametrize(
    ("version", "rest"),
    [("1.3.0", ""), ("1.3.0", ":::"), ("1.4.0", ":PSEUDONYM_KEY::"), ("LATEST", ":PSEUDONYM_KEY::"), ("!Ref Vpc", "")],
)
def test_a_platform_that_looks_the_key_up_is_right(version: str, rest: str) -> None:
    assert SECRET.test_key_is_in_no_file(on_platform(version, rest), CONTRACT) is None


# -- task 1: what the image is built for ------------------------------------------------------------------------------
def built_for(platform: str) -> Any:
    return hand_in(task=changed(TASK, ('"memory": "1024",', f'"memory": "1024", "runtimePlatform": {platform},')))


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ('{"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}', "WINDOWS_SERVER_2022_CORE"),
        ('{"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}', "ARM64"),
    ],
)
def test_a_platform_for_which_the_image_is_not_built_is_told(platform: str, name: str) -> None:
    assert told(SIZE.test_size_is_one_of_fargate, built_for(platform)) == Finding(
        "asked cfn-lint about the size, and held it against what the service needs",
        f"the task runs on {name}, and the image is built for Linux on x86: no container starts",
        "Linux on x86, as when nothing is said",
        "taskdef.json:8",
        "For which system and which processor does the contract say that the image is built?",
    )


@pytest.mark.parametrize("platform", ["{}", '{"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"}'])
def test_linux_on_x86_is_right(platform: str) -> None:
    assert SIZE.test_size_is_one_of_fargate(built_for(platform), CONTRACT) is None
