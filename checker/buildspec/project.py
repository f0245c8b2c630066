"""What CodeBuild takes as settings of a project; cfn-lint knows their names, and not the values of these."""

from __future__ import annotations

from collections.abc import Callable

from checker.cloudformation import Resource, said

# From the CloudFormation reference of AWS::CodeBuild::Project, looked up 2026-11-25.
MACHINES = ("LINUX_CONTAINER", "ARM_CONTAINER", "LINUX_GPU_CONTAINER", "LINUX_EC2", "ARM_EC2", "LINUX_LAMBDA_CONTAINER")
SIZES = ("BUILD_GENERAL1_", "BUILD_LAMBDA_", "ATTRIBUTE_BASED_COMPUTE", "CUSTOM_INSTANCE_TYPE")
GENERAL = ("SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE")
CACHES = ("NO_CACHE", "S3", "LOCAL")
MODES = ("LOCAL_SOURCE_CACHE", "LOCAL_DOCKER_LAYER_CACHE", "LOCAL_CUSTOM_CACHE")


def project_faults(project: Resource) -> list[tuple[str, str]]:
    """What CodeBuild or CodePipeline would refuse in a project that runs in a pipeline: a sentence and a place."""
    found = []
    for key in ("Source", "Artifacts"):
        kind = said(project.get(key, "Type", default="nothing"))
        if kind != "CODEPIPELINE":
            found.append((f"project {project.id} has {key} of type {kind}, and runs in a pipeline", project.at(key)))
    size = said(project.get("Environment", "ComputeType", default=""))
    general = size.removeprefix("BUILD_GENERAL1_")
    asked: tuple[tuple[tuple[str, str], Callable[[str], bool]], ...] = (
        (("Environment", "Type"), lambda one: one in MACHINES),
        (("Environment", "ComputeType"), lambda one: one.startswith(SIZES) and (general == size or general in GENERAL)),
        (("Cache", "Type"), lambda one: one in CACHES),
    )
    for path, fine in asked:
        value = said(project.get(*path, default="NO_CACHE" if path[0] == "Cache" else ""))
        if not fine(value):
            found.append((f"project {project.id}: {path[1]} cannot be {value!r}", project.at(*path)))
    modes = project.get("Cache", "Modes", default=[])
    for mode in map(said, modes if isinstance(modes, list) else [modes]):
        if mode not in MODES:
            found.append((f"project {project.id}: there is no mode {mode!r} of a cache", project.at("Cache", "Modes")))
    return found
