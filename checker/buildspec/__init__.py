"""Reads a buildspec and runs its phases by CodeBuild's rules, with stand-ins for docker, aws and the test runners."""

from checker.buildspec.project import project_faults
from checker.buildspec.reading import Buildspec, Phase, read, schema_faults
from checker.buildspec.running import Build, run_in
from checker.buildspec.world import Registry, World

__all__ = ["Build", "Buildspec", "Phase", "Registry", "World", "project_faults", "read", "run_in", "schema_faults"]
