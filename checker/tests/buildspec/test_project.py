"""Settings of a project that CodeBuild would refuse."""

from __future__ import annotations

import pytest

from checker.buildspec import project_faults
from checker.cloudformation import read_stack

IN_A_PIPELINE = "project P has Source of type GITHUB, and runs in a pipeline"
PROJECT = """Resources:
  P:
    Type: AWS::CodeBuild::Project
    Properties:
      Source: {Type: CODEPIPELINE}
      Artifacts: {Type: CODEPIPELINE}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL}
      Cache: {Type: LOCAL, Modes: [LOCAL_CUSTOM_CACHE]}
"""


def faults(text: str) -> list[tuple[str, str]]:
    return project_faults(read_stack({"p.yaml": text}).resources[0])


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        (
            "Source: {Type: CODEPIPELINE}",
            "Source: {Type: GITHUB}",
            "project P has Source of type GITHUB, and runs in a pipeline",
            5,
        ),
        ("LINUX_CONTAINER", "LINUX", "project P: Type cannot be 'LINUX'", 7),
        ("GENERAL1_SMALL", "GENERAL1_TINY", "project P: ComputeType cannot be 'BUILD_GENERAL1_TINY'", 7),
        ("Type: LOCAL", "Type: DISK", "project P: Type cannot be 'DISK'", 8),
        ("CUSTOM_CACHE", "FOLDERS", "project P: there is no mode 'LOCAL_FOLDERS' of a cache", 8),
    ],
)
def test_a_value_that_is_not_known_is_told(old: str, new: str, says: str, line: int) -> None:
    assert faults(PROJECT) == []
    assert faults(PROJECT.replace(old, new)) == [(says, f"p.yaml:{line}")]


def test_no_cache_is_fine() -> None:
    assert faults(PROJECT.replace("      Cache: {Type: LOCAL, Modes: [LOCAL_CUSTOM_CACHE]}\n", "")) == []
